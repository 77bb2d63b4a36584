#include "reference/codec/property.hpp"

#include <array>

namespace mqttspec::codec {

namespace {

constexpr std::uint16_t bit(PacketType type) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(type));
}

constexpr auto will = bit(will_properties_place);
constexpr auto connect = bit(PacketType::connect);
constexpr auto connack = bit(PacketType::connack);
constexpr auto publish = bit(PacketType::publish);
constexpr auto subscribe = bit(PacketType::subscribe);
constexpr auto disconnect = bit(PacketType::disconnect);
constexpr auto auth = bit(PacketType::auth);
constexpr auto acknowledgements =
    static_cast<std::uint16_t>(bit(PacketType::puback) | bit(PacketType::pubrec) |
                               bit(PacketType::pubrel) | bit(PacketType::pubcomp));
constexpr auto subscribe_acknowledgements =
    static_cast<std::uint16_t>(bit(PacketType::suback) | bit(PacketType::unsuback));
constexpr auto all = static_cast<std::uint16_t>(
    will | connect | connack | publish | acknowledgements | subscribe |
    bit(PacketType::unsubscribe) | subscribe_acknowledgements | disconnect | auth);
constexpr auto with_reason_string = static_cast<std::uint16_t>(
    connack | acknowledgements | subscribe_acknowledgements | disconnect | auth);

constexpr std::uint32_t any2 = 0xFFFF;
constexpr std::uint32_t any4 = 0xFFFFFFFF;
using Id = PropertyId;
using Type = PropertyType;

// Table 2-4 in its order; ranges from the sections on each packet. No section gives Receive
// Maximum, Maximum Packet Size, Topic Alias or Subscription Identifier a meaning for 0: all four
// forbid it.
constexpr PropertyRow rows[] = {
    {Id::payload_format_indicator, "payload_format_indicator", Type::byte, publish | will, false, 0,
     1, "V5-3.3.2.3.2-b"},
    {Id::message_expiry_interval, "message_expiry_interval", Type::four_byte_integer,
     publish | will, false, 0, any4, "V5-3.3.2.3.3-a"},
    {Id::content_type, "content_type", Type::utf8_string, publish | will, false, 0, 0,
     "MQTT-3.3.2-19"},
    {Id::response_topic, "response_topic", Type::utf8_string, publish | will, false, 0, 0,
     "MQTT-3.3.2-14"},
    {Id::correlation_data, "correlation_data", Type::binary_data, publish | will, false, 0, 0,
     "V5-3.3.2.3.6-a"},
    {Id::subscription_identifier, "subscription_identifier", Type::variable_byte_integer,
     publish | subscribe, true, 1, variable_byte_integer_max, "V5-3.8.2.1.2-a"},
    {Id::session_expiry_interval, "session_expiry_interval", Type::four_byte_integer,
     connect | connack | disconnect, false, 0, any4, "V5-3.1.2.11.2-a"},
    {Id::assigned_client_identifier, "assigned_client_identifier", Type::utf8_string, connack,
     false, 0, 0, "V5-3.2.2.3.7-a"},
    {Id::server_keep_alive, "server_keep_alive", Type::two_byte_integer, connack, false, 0, any2,
     "V5-3.2.2.3.14-a"},
    {Id::authentication_method, "authentication_method", Type::utf8_string,
     connect | connack | auth, false, 0, 0, "V5-3.15.2.2.2-a"},
    {Id::authentication_data, "authentication_data", Type::binary_data, connect | connack | auth,
     false, 0, 0, "V5-3.1.2.11.10-a"},
    {Id::request_problem_information, "request_problem_information", Type::byte, connect, false, 0,
     1, "V5-3.1.2.11.7-b"},
    {Id::will_delay_interval, "will_delay_interval", Type::four_byte_integer, will, false, 0, any4,
     "V5-3.1.3.2.2-a"},
    {Id::request_response_information, "request_response_information", Type::byte, connect, false,
     0, 1, "V5-3.1.2.11.6-b"},
    {Id::response_information, "response_information", Type::utf8_string, connack, false, 0, 0,
     "V5-3.2.2.3.15-a"},
    {Id::server_reference, "server_reference", Type::utf8_string, connack | disconnect, false, 0, 0,
     "V5-3.2.2.3.16-a"},
    {Id::reason_string, "reason_string", Type::utf8_string, with_reason_string, false, 0, 0,
     "V5-3.2.2.3.9-a"},
    {Id::receive_maximum, "receive_maximum", Type::two_byte_integer, connect | connack, false, 1,
     any2, "V5-3.1.2.11.3-b"},
    {Id::topic_alias_maximum, "topic_alias_maximum", Type::two_byte_integer, connect | connack,
     false, 0, any2, "V5-3.1.2.11.5-a"},
    {Id::topic_alias, "topic_alias", Type::two_byte_integer, publish, false, 1, any2,
     "MQTT-3.3.2-8"},
    {Id::maximum_qos, "maximum_qos", Type::byte, connack, false, 0, 1, "V5-3.2.2.3.4-a"},
    {Id::retain_available, "retain_available", Type::byte, connack, false, 0, 1, "V5-3.2.2.3.5-a"},
    {Id::user_property, "user_property", Type::utf8_string_pair, all, true, 0, 0, "MQTT-1.5.7-1"},
    {Id::maximum_packet_size, "maximum_packet_size", Type::four_byte_integer, connect | connack,
     false, 1, any4, "V5-3.1.2.11.4-b"},
    {Id::wildcard_subscription_available, "wildcard_subscription_available", Type::byte, connack,
     false, 0, 1, "V5-3.2.2.3.11-a"},
    {Id::subscription_identifier_available, "subscription_identifier_available", Type::byte,
     connack, false, 0, 1, "V5-3.2.2.3.12-a"},
    {Id::shared_subscription_available, "shared_subscription_available", Type::byte, connack, false,
     0, 1, "V5-3.2.2.3.13-a"},
};
static_assert(std::size(rows) == 27);

constexpr std::array<const PropertyRow*, 64> by_id = [] {
  std::array<const PropertyRow*, 64> result{};
  for (const auto& row : rows) result[static_cast<std::size_t>(row.id)] = &row;
  return result;
}();

}  // namespace

std::span<const PropertyRow> property_table() {
  return rows;
}

const PropertyRow* find_property(std::uint32_t id) {
  return id < by_id.size() ? by_id[id] : nullptr;
}

const PropertyRow* find_property(std::string_view name) {
  for (const auto& row : rows) {
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
