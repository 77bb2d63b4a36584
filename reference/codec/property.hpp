// Properties of MQTT 5.0 (section 2.2.2). A packet holds them as an ordered list, so that order and
// duplicates survive and an illegal packet can be expressed, sent, printed and compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

enum class PropertyId : std::uint8_t {
  payload_format_indicator = 0x01,
  message_expiry_interval = 0x02,
  content_type = 0x03,
  response_topic = 0x08,
  correlation_data = 0x09,
  subscription_identifier = 0x0B,
  session_expiry_interval = 0x11,
  assigned_client_identifier = 0x12,
  server_keep_alive = 0x13,
  authentication_method = 0x15,
  authentication_data = 0x16,
  request_problem_information = 0x17,
  will_delay_interval = 0x18,
  request_response_information = 0x19,
  response_information = 0x1A,
  server_reference = 0x1C,
  reason_string = 0x1F,
  receive_maximum = 0x21,
  topic_alias_maximum = 0x22,
  topic_alias = 0x23,
  maximum_qos = 0x24,
  retain_available = 0x25,
  user_property = 0x26,
  maximum_packet_size = 0x27,
  wildcard_subscription_available = 0x28,
  subscription_identifier_available = 0x29,
  shared_subscription_available = 0x2A,
};

enum class PropertyType : std::uint8_t {
  byte,
  two_byte_integer,
  four_byte_integer,
  variable_byte_integer,
  utf8_string,
  binary_data,
  utf8_string_pair,
};

using StringPair = std::pair<std::string, std::string>;
// Integers of every width in the first; UTF-8 Encoded Strings and Binary Data in the second.
using PropertyValue = std::variant<std::uint32_t, std::string, StringPair>;

struct Property {
  PropertyId id{};
  PropertyValue value;
  friend bool operator==(const Property&, const Property&) = default;
};
using Properties = std::vector<Property>;

// Will Properties are a place of their own; it stands in PropertyRow::packets as bit 0, since
// packet type 0 has no properties.
inline constexpr PacketType will_properties_place = PacketType::reserved;

// One row per property: the only place where the standard's table 2-4 and the ranges of chapter 3
// are written down.
struct PropertyRow {
  PropertyId id;
  std::string_view name;  // snake_case, as in scenarios
  PropertyType type;
  std::uint16_t packets;       // bit (1 << PacketType); bit 0: Will Properties
  bool repeatable;             // User Property; Subscription Identifier in a PUBLISH from a server
  std::uint32_t minimum;       // of an integer value
  std::uint32_t maximum;       // of an integer value
  std::string_view statement;  // catalogue id (5.0) of the rule on its value or presence, may be ""
};

[[nodiscard]] std::span<const PropertyRow> property_table();
// nullptr if 5.0 does not define the id.
[[nodiscard]] const PropertyRow* find_property(std::uint32_t id);
[[nodiscard]] const PropertyRow* find_property(std::string_view name);
[[nodiscard]] std::string_view to_string(PropertyId id);

// Access to a list of properties. get_* give the first of its kind.
[[nodiscard]] const Property* find(const Properties& properties, PropertyId id);
[[nodiscard]] std::optional<std::uint32_t> get_integer(const Properties& properties, PropertyId id);
[[nodiscard]] std::optional<std::string_view> get_string(const Properties& properties,
                                                         PropertyId id);
[[nodiscard]] std::size_t count(const Properties& properties, PropertyId id);

}  // namespace mqttspec::codec
