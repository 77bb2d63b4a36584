#include "reference/codec/property.hpp"

#include "reference/codec/property_rows.hpp"

namespace mqttspec::codec {

std::span<const PropertyRow> property_table() {
  return property_rows::rows;
}

const PropertyRow* find_property(std::uint32_t id) {
  return property_rows::find(id);
}

const PropertyRow* find_property(std::string_view name) {
  for (const auto& row : property_rows::rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view to_string(PropertyId id) {
  const auto* row = find_property(static_cast<std::uint32_t>(id));
  return row == nullptr ? "unknown_property" : row->name;
}

const Property* find(const Properties& properties, PropertyId id) {
  for (const auto& property : properties) {
    if (property.id == id) return &property;
  }
  return nullptr;
}

std::optional<std::uint32_t> get_integer(const Properties& properties, PropertyId id) {
  const auto* property = find(properties, id);
  if (property == nullptr) return std::nullopt;
  const auto* value = std::get_if<std::uint32_t>(&property->value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string_view> get_string(const Properties& properties, PropertyId id) {
  const auto* property = find(properties, id);
  if (property == nullptr) return std::nullopt;
  const auto* value = std::get_if<std::string>(&property->value);
  return value == nullptr ? std::nullopt : std::optional<std::string_view>(*value);
}

std::size_t count(const Properties& properties, PropertyId id) {
  std::size_t result = 0;
  for (const auto& property : properties) result += property.id == id ? 1 : 0;
  return result;
}

}  // namespace mqttspec::codec
