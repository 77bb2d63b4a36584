// Reason Codes of MQTT 5.0 (section 2.4). Any byte value may stand in a ReasonCode, since a packet
// that breaks the standard must be expressible. In 3.x the same field holds the Return Code as it
// is on the wire; the meanings differ there (see return_code_to_reason_code).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "reference/codec/types.hpp"

namespace mqttspec::codec {

enum class ReasonCode : std::uint8_t {
  success = 0x00,  // also normal_disconnection, granted_qos_0
  granted_qos_1 = 0x01,
  granted_qos_2 = 0x02,
  disconnect_with_will_message = 0x04,
  no_matching_subscribers = 0x10,
  no_subscription_existed = 0x11,
  continue_authentication = 0x18,
  re_authenticate = 0x19,
  unspecified_error = 0x80,
  malformed_packet = 0x81,
  protocol_error = 0x82,
  implementation_specific_error = 0x83,
  unsupported_protocol_version = 0x84,
  client_identifier_not_valid = 0x85,
  bad_user_name_or_password = 0x86,
  not_authorized = 0x87,
  server_unavailable = 0x88,
  server_busy = 0x89,
  banned = 0x8A,
  server_shutting_down = 0x8B,
  bad_authentication_method = 0x8C,
  keep_alive_timeout = 0x8D,
  session_taken_over = 0x8E,
  topic_filter_invalid = 0x8F,
  topic_name_invalid = 0x90,
  packet_identifier_in_use = 0x91,
  packet_identifier_not_found = 0x92,
  receive_maximum_exceeded = 0x93,
  topic_alias_invalid = 0x94,
  packet_too_large = 0x95,
  message_rate_too_high = 0x96,
  quota_exceeded = 0x97,
  administrative_action = 0x98,
  payload_format_invalid = 0x99,
  retain_not_supported = 0x9A,
  qos_not_supported = 0x9B,
  use_another_server = 0x9C,
  server_moved = 0x9D,
  shared_subscriptions_not_supported = 0x9E,
  connection_rate_exceeded = 0x9F,
  maximum_connect_time = 0xA0,
  subscription_identifiers_not_supported = 0xA1,
  wildcard_subscriptions_not_supported = 0xA2,
};

// One row per (code, name); 0x00 has several. In each mask bit (1 << PacketType) is set for the
// packets that may carry the code in 5.0 (table 2-6 and the tables of chapter 3): `packets` at all,
// `from_client` and `from_server` when that side sends them.
struct ReasonCodeRow {
  ReasonCode code;
  std::string_view name;  // snake_case of the standard's name: "session_taken_over"
  std::uint16_t packets;
  std::uint16_t from_client;
  std::uint16_t from_server;
};

[[nodiscard]] std::span<const ReasonCodeRow> reason_code_table();

// By the standard's name in snake_case; nothing if there is no such name.
[[nodiscard]] std::optional<ReasonCode> reason_code_by_name(std::string_view name);

// The first name of the code, or "" if 5.0 does not define it. `type` chooses between the names of
// 0x00 (normal_disconnection for DISCONNECT, granted_qos_0 for SUBACK).
[[nodiscard]] std::string_view to_string(ReasonCode code, PacketType type = PacketType::reserved);

// May a 5.0 packet of this type carry the code, when that side sends it?
[[nodiscard]] bool reason_code_allowed(PacketType type, ReasonCode code,
                                       Sender sender = Sender::either);

// What a 5.0 reason code is called on the wire of a 3.x CONNACK (0x84 -> 1, 0x85 -> 2, 0x88 -> 3,
// 0x86 -> 4, 0x87 -> 5) or SUBACK (failure -> 0x80 in 3.1.1); nothing where 3.x has no such
// meaning.
[[nodiscard]] std::optional<std::uint8_t> reason_code_to_return_code(PacketType type,
                                                                     ReasonCode code);

}  // namespace mqttspec::codec
