// The table of rules that monitors watch: one row each, with the statements that they come from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reference/codec/types.hpp"

namespace mqttspec::monitor {

enum class Rule : std::uint8_t {
  // What the server sends.
  well_formed,
  connack_first,
  connack_once,
  session_present_needs_old_session,
  answers_carry_a_pending_identifier,
  one_code_per_filter,
  acknowledges_our_publish,
  acknowledgement_fits_qos,
  identifier_is_free,
  first_delivery_without_dup,
  repetition_with_dup,
  no_repetition_while_connected,
  receive_maximum,
  maximum_packet_size,
  topic_alias_maximum,
  topic_alias_known,
  granted_qos,
  subscription_identifier_is_ours,
  no_local,
  order,
  problem_information,
  response_information,
  authentication_only_if_asked,
  pingresp_only_if_asked,
  nothing_after_disconnect,
  // What we send: the suite must not break the rules by accident.
  our_connect_first,
  our_connect_once,
  our_identifier_is_free,
  our_acknowledgement_has_a_cause,
  our_repetition_with_dup,
  our_no_repetition_while_connected,
  our_receive_maximum,
  our_maximum_packet_size,
  our_topic_alias_maximum,
  our_topic_alias_known,
  our_maximum_qos,
  our_retain_available,
  our_wildcards_available,
  our_identifiers_available,
  our_shared_available,
  our_authentication,
  our_nothing_after_disconnect,
};

struct Row {
  Rule rule;
  std::string_view slug;
  bool ours;
  std::string_view statement_v3_1_1;  // without prefix; "" where the version has no such rule
  std::string_view statement_v5_0;
  std::string_view sentence;
};

// In the order of the enumeration.
[[nodiscard]] std::span<const Row> rows();
[[nodiscard]] const Row& row_of(Rule rule);
// Full id of the statement for the version, "" if it has none. 3.1 states none of these rules by
// id.
[[nodiscard]] std::string statement_of(const Row& row, codec::Version version);

}  // namespace mqttspec::monitor
