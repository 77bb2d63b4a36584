#include "reference/store/bytes.hpp"

#include <utility>

namespace mqttspec::store {
namespace {

using codec::Property;
using codec::StringPair;

}  // namespace

// Each value after its id and its place in the variant.
void Writer::properties(const codec::Properties& properties) {
  integer(static_cast<std::uint32_t>(properties.size()));
  for (const auto& [id, value] : properties) {
    integer(static_cast<std::uint8_t>(id));
    integer(static_cast<std::uint8_t>(value.index()));
    if (const auto* number = std::get_if<std::uint32_t>(&value)) integer(*number);
    if (const auto* string = std::get_if<std::string>(&value)) text(*string);
    if (const auto* pair = std::get_if<StringPair>(&value)) {
      text(pair->first);
      text(pair->second);
    }
  }
}

codec::Properties Reader::properties() {
  codec::Properties properties;
  const auto count = integer<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && good_; ++i) {
    Property property;
    property.id = static_cast<codec::PropertyId>(integer<std::uint8_t>());
    switch (integer<std::uint8_t>()) {
      case 0:
        property.value = integer<std::uint32_t>();
        break;
      case 1:
        property.value = text();
        break;
      case 2: {
        auto name = text();
        property.value = StringPair{std::move(name), text()};
        break;
      }
      default:
        good_ = false;
    }
    properties.push_back(std::move(property));
  }
  return properties;
}

}  // namespace mqttspec::store
