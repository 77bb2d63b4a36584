#include "reference/codec/reason_code.hpp"

namespace mqttspec::codec {

namespace {

constexpr std::uint16_t bit(PacketType type) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(type));
}

constexpr auto connack = bit(PacketType::connack);
constexpr auto puback = bit(PacketType::puback);
constexpr auto pubrec = bit(PacketType::pubrec);
constexpr auto pubrel = bit(PacketType::pubrel);
constexpr auto pubcomp = bit(PacketType::pubcomp);
constexpr auto suback = bit(PacketType::suback);
constexpr auto unsuback = bit(PacketType::unsuback);
constexpr auto disconnect = bit(PacketType::disconnect);
constexpr auto auth = bit(PacketType::auth);

// Table 2-6; who sends it from tables 3-4, 3-5, 3-10 and 3-11. Two departures, both to the lenient
// side: 0x8C in DISCONNECT stands in table 2-6 but not in 3-10, and 0x9B is marked there as the
// server's although section 3.3.4 has the client use it.
constexpr ReasonCodeRow rows[] = {
    {ReasonCode::success, "success", connack | puback | pubrec | pubrel | pubcomp | unsuback | auth,
     puback | pubrec | pubrel | pubcomp,
     connack | puback | pubrec | pubrel | pubcomp | unsuback | auth},
    {ReasonCode::success, "normal_disconnection", disconnect, disconnect, disconnect},
    {ReasonCode::success, "granted_qos_0", suback, 0, suback},
    {ReasonCode::granted_qos_1, "granted_qos_1", suback, 0, suback},
    {ReasonCode::granted_qos_2, "granted_qos_2", suback, 0, suback},
    {ReasonCode::disconnect_with_will_message, "disconnect_with_will_message", disconnect,
     disconnect, 0},
    {ReasonCode::no_matching_subscribers, "no_matching_subscribers", puback | pubrec, 0,
     puback | pubrec},
    {ReasonCode::no_subscription_existed, "no_subscription_existed", unsuback, 0, unsuback},
    {ReasonCode::continue_authentication, "continue_authentication", auth, auth, auth},
    {ReasonCode::re_authenticate, "re_authenticate", auth, auth, 0},
    {ReasonCode::unspecified_error, "unspecified_error",
     connack | puback | pubrec | suback | unsuback | disconnect, puback | pubrec | disconnect,
     connack | puback | pubrec | suback | unsuback | disconnect},
    {ReasonCode::malformed_packet, "malformed_packet", connack | disconnect, disconnect,
     connack | disconnect},
    {ReasonCode::protocol_error, "protocol_error", connack | disconnect, disconnect,
     connack | disconnect},
    {ReasonCode::implementation_specific_error, "implementation_specific_error",
     connack | puback | pubrec | suback | unsuback | disconnect, puback | pubrec | disconnect,
     connack | puback | pubrec | suback | unsuback | disconnect},
    {ReasonCode::unsupported_protocol_version, "unsupported_protocol_version", connack, 0, connack},
    {ReasonCode::client_identifier_not_valid, "client_identifier_not_valid", connack, 0, connack},
    {ReasonCode::bad_user_name_or_password, "bad_user_name_or_password", connack, 0, connack},
    {ReasonCode::not_authorized, "not_authorized",
     connack | puback | pubrec | suback | unsuback | disconnect, puback | pubrec,
     connack | puback | pubrec | suback | unsuback | disconnect},
    {ReasonCode::server_unavailable, "server_unavailable", connack, 0, connack},
    {ReasonCode::server_busy, "server_busy", connack | disconnect, 0, connack | disconnect},
    {ReasonCode::banned, "banned", connack, 0, connack},
    {ReasonCode::server_shutting_down, "server_shutting_down", disconnect, 0, disconnect},
    {ReasonCode::bad_authentication_method, "bad_authentication_method", connack | disconnect, 0,
     connack | disconnect},
    {ReasonCode::keep_alive_timeout, "keep_alive_timeout", disconnect, 0, disconnect},
    {ReasonCode::session_taken_over, "session_taken_over", disconnect, 0, disconnect},
    {ReasonCode::topic_filter_invalid, "topic_filter_invalid", suback | unsuback | disconnect, 0,
     suback | unsuback | disconnect},
    {ReasonCode::topic_name_invalid, "topic_name_invalid", connack | puback | pubrec | disconnect,
     puback | pubrec | disconnect, connack | puback | pubrec | disconnect},
    {ReasonCode::packet_identifier_in_use, "packet_identifier_in_use",
     puback | pubrec | suback | unsuback, puback | pubrec, puback | pubrec | suback | unsuback},
    {ReasonCode::packet_identifier_not_found, "packet_identifier_not_found", pubrel | pubcomp,
     pubrel | pubcomp, pubrel | pubcomp},
    {ReasonCode::receive_maximum_exceeded, "receive_maximum_exceeded", disconnect, disconnect,
     disconnect},
    {ReasonCode::topic_alias_invalid, "topic_alias_invalid", disconnect, disconnect, disconnect},
    {ReasonCode::packet_too_large, "packet_too_large", connack | disconnect, disconnect,
     connack | disconnect},
    {ReasonCode::message_rate_too_high, "message_rate_too_high", disconnect, disconnect,
     disconnect},
    {ReasonCode::quota_exceeded, "quota_exceeded", connack | puback | pubrec | suback | disconnect,
     puback | pubrec | disconnect, connack | puback | pubrec | suback | disconnect},
    {ReasonCode::administrative_action, "administrative_action", disconnect, disconnect,
     disconnect},
    {ReasonCode::payload_format_invalid, "payload_format_invalid",
     connack | puback | pubrec | disconnect, puback | pubrec | disconnect,
     connack | puback | pubrec | disconnect},
    {ReasonCode::retain_not_supported, "retain_not_supported", connack | disconnect, 0,
     connack | disconnect},
    {ReasonCode::qos_not_supported, "qos_not_supported", connack | disconnect, disconnect,
     connack | disconnect},
    {ReasonCode::use_another_server, "use_another_server", connack | disconnect, 0,
     connack | disconnect},
    {ReasonCode::server_moved, "server_moved", connack | disconnect, 0, connack | disconnect},
    {ReasonCode::shared_subscriptions_not_supported, "shared_subscriptions_not_supported",
     suback | disconnect, 0, suback | disconnect},
    {ReasonCode::connection_rate_exceeded, "connection_rate_exceeded", connack | disconnect, 0,
     connack | disconnect},
    {ReasonCode::maximum_connect_time, "maximum_connect_time", disconnect, 0, disconnect},
    {ReasonCode::subscription_identifiers_not_supported, "subscription_identifiers_not_supported",
     suback | disconnect, 0, suback | disconnect},
    {ReasonCode::wildcard_subscriptions_not_supported, "wildcard_subscriptions_not_supported",
     suback | disconnect, 0, suback | disconnect},
};

struct Allowed {
  std::uint16_t of[3][256] = {};
};

constexpr Allowed allowed = [] {
  Allowed result;
  for (const auto& row : rows) {
    const auto code = static_cast<std::size_t>(row.code);
    result.of[0][code] = static_cast<std::uint16_t>(result.of[0][code] | row.packets);
    result.of[1][code] = static_cast<std::uint16_t>(result.of[1][code] | row.from_client);
    result.of[2][code] = static_cast<std::uint16_t>(result.of[2][code] | row.from_server);
  }
  return result;
}();

}  // namespace

std::span<const ReasonCodeRow> reason_code_table() {
  return rows;
}

std::optional<ReasonCode> reason_code_by_name(std::string_view name) {
  for (const auto& row : rows) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

std::string_view to_string(ReasonCode code, PacketType type) {
  std::string_view first;
  for (const auto& row : rows) {
    if (row.code != code) continue;
    if ((row.packets & bit(type)) != 0) return row.name;
    if (first.empty()) first = row.name;
  }
  return first;
}

bool reason_code_allowed(PacketType type, ReasonCode code, Sender sender) {
  const auto row = static_cast<std::size_t>(sender);
  return (allowed.of[row][static_cast<std::size_t>(code)] & bit(type)) != 0;
}

std::optional<std::uint8_t> reason_code_to_return_code(PacketType type, ReasonCode code) {
  if (code == ReasonCode::success) return std::uint8_t{0};
  const auto value = static_cast<std::uint8_t>(code);
  if (type == PacketType::suback) {
    if (value <= 2) return value;
    if (value >= 0x80) return std::uint8_t{0x80};
    return std::nullopt;
  }
  if (type != PacketType::connack) return std::nullopt;
  switch (code) {
    case ReasonCode::unsupported_protocol_version:
      return std::uint8_t{1};
    case ReasonCode::client_identifier_not_valid:
      return std::uint8_t{2};
    case ReasonCode::server_unavailable:
      return std::uint8_t{3};
    case ReasonCode::bad_user_name_or_password:
      return std::uint8_t{4};
    case ReasonCode::not_authorized:
      return std::uint8_t{5};
    default:
      return std::nullopt;
  }
}

}  // namespace mqttspec::codec
