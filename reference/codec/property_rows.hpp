// The rows of property_table(), where the compiler can see them: the decoder and the encoder look
// up a row for each property. Not for use outside the codec.
#pragma once

#include <array>

#include "reference/codec/property.hpp"

namespace mqttspec::codec::property_rows {

constexpr std::uint16_t bit(PacketType type) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(type));
}

inline constexpr auto will = bit(will_properties_place);
inline constexpr auto connect = bit(PacketType::connect);
inline constexpr auto connack = bit(PacketType::connack);
inline constexpr auto publish = bit(PacketType::publish);
inline constexpr auto subscribe = bit(PacketType::subscribe);
inline constexpr auto disconnect = bit(PacketType::disconnect);
inline constexpr auto auth = bit(PacketType::auth);
inline constexpr auto acknowledgements =
    static_cast<std::uint16_t>(bit(PacketType::puback) | bit(PacketType::pubrec) |
                               bit(PacketType::pubrel) | bit(PacketType::pubcomp));
inline constexpr auto subscribe_acknowledgements =
    static_cast<std::uint16_t>(bit(PacketType::suback) | bit(PacketType::unsuback));
inline constexpr auto all = static_cast<std::uint16_t>(
    will | connect | connack | publish | acknowledgements | subscribe |
    bit(PacketType::unsubscribe) | subscribe_acknowledgements | disconnect | auth);
inline constexpr auto with_reason_string = static_cast<std::uint16_t>(
    connack | acknowledgements | subscribe_acknowledgements | disconnect | auth);

inline constexpr std::uint32_t any2 = 0xFFFF;
inline constexpr std::uint32_t any4 = 0xFFFFFFFF;
using Id = PropertyId;
using Type = PropertyType;

// Table 2-4 in its order; ranges from the sections on each packet. No section gives Receive
// Maximum, Maximum Packet Size, Topic Alias or Subscription Identifier a meaning for 0: all four
// forbid it.
inline constexpr PropertyRow rows[] = {
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

// By id; ids above 63 are not defined.
inline constexpr std::array<const PropertyRow*, 64> by_id = [] {
  std::array<const PropertyRow*, 64> result{};
  for (const auto& row : rows) result[static_cast<std::size_t>(row.id)] = &row;
  return result;
}();

// The bytes of a value whose length does not depend on it; 0 for the others.
constexpr std::uint8_t width_of(PropertyType type) {
  switch (type) {
    case PropertyType::byte:
      return 1;
    case PropertyType::two_byte_integer:
      return 2;
    case PropertyType::four_byte_integer:
      return 4;
    default:
      return 0;
  }
}

// The same by the first byte of a property, so that it takes one look to step over one.
inline constexpr std::array<std::uint8_t, 256> width_by_id = [] {
  std::array<std::uint8_t, 256> result{};
  for (const auto& row : rows) result[static_cast<std::size_t>(row.id)] = width_of(row.type);
  return result;
}();

[[nodiscard]] inline const PropertyRow* find(std::uint32_t id) {
  return id < by_id.size() ? by_id[id] : nullptr;
}

}  // namespace mqttspec::codec::property_rows
