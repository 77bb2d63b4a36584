// For each rule that a client's packet can break by itself, and for 3.x and 5.0 each, a broker that
// does not know the rule. The rule's row names the statement; `further` adds those that the same
// blindness violates as well.
#include "conformance/mutants/rule_mutants.hpp"

#include <algorithm>
#include <array>

#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::Rule;
using codec::RuleRow;
using codec::Version;

constexpr std::string_view from_server = "only a server's packet can break it";
constexpr std::string_view no_frame = "what breaks it is no frame yet; see malformed_mutants.cpp";
constexpr std::string_view validate_only = "what breaks it cannot be told from the bytes";

constexpr std::array excluded = {
    ExcludedRule{Rule::frame_incomplete, no_frame},
    ExcludedRule{Rule::remaining_length_five_bytes, no_frame},
    ExcludedRule{Rule::remaining_length_wrong, no_frame},
    ExcludedRule{Rule::packet_too_large, no_frame},
    ExcludedRule{Rule::packet_from_server, from_server},
    ExcludedRule{Rule::connack_header_flags, from_server},
    ExcludedRule{Rule::suback_header_flags, from_server},
    ExcludedRule{Rule::unsuback_header_flags, from_server},
    ExcludedRule{Rule::pingresp_header_flags, from_server},
    ExcludedRule{Rule::connack_too_short, from_server},
    ExcludedRule{Rule::suback_too_short, from_server},
    ExcludedRule{Rule::unsuback_too_short, from_server},
    ExcludedRule{Rule::connack_trailing_bytes, from_server},
    ExcludedRule{Rule::unsuback_trailing_bytes, from_server},
    ExcludedRule{Rule::pingresp_trailing_bytes, from_server},
    ExcludedRule{Rule::connack_flags_reserved, from_server},
    ExcludedRule{Rule::session_present_with_error, from_server},
    ExcludedRule{Rule::suback_empty, from_server},
    ExcludedRule{Rule::unsuback_empty, from_server},
    ExcludedRule{Rule::property_not_in_connack, from_server},
    ExcludedRule{Rule::property_not_in_suback, from_server},
    ExcludedRule{Rule::property_not_in_unsuback, from_server},
    ExcludedRule{Rule::maximum_qos_range, from_server},
    ExcludedRule{Rule::retain_available_range, from_server},
    ExcludedRule{Rule::wildcard_subscription_available_range, from_server},
    ExcludedRule{Rule::subscription_identifier_available_range, from_server},
    ExcludedRule{Rule::shared_subscription_available_range, from_server},
    ExcludedRule{Rule::session_expiry_interval_from_server, from_server},
    ExcludedRule{Rule::connack_reason_code, from_server},
    ExcludedRule{Rule::suback_reason_code, from_server},
    ExcludedRule{Rule::unsuback_reason_code, from_server},
    ExcludedRule{Rule::publish_dup_with_qos_0, "no reaction is laid down, so to take it is legal"},
    ExcludedRule{Rule::will_payload_not_ascii,
                 "3.1 says it of the client, and asks no server to look"},
    ExcludedRule{Rule::property_twice, "property_mutants.cpp has one for each property"},
    ExcludedRule{Rule::not_expressible, validate_only},
    ExcludedRule{Rule::publish_identifier_with_qos_0, validate_only},
    ExcludedRule{Rule::publish_identifier_missing, validate_only},
};

// What only 5.0 advises against: no mutant of 3.x.
constexpr std::array legal_before_v5 = {Rule::remaining_length_padded};

// The engine has checks of its own for these, so that to let them through would change nothing:
// the packet is passed over.
constexpr std::array checked_again = {
    Rule::packet_from_client,
    Rule::protocol_version,
    Rule::will_qos_3,
    Rule::will_topic_empty,
    Rule::will_topic_wildcard,
    Rule::client_identifier_length,
    Rule::client_identifier_empty,
    Rule::publish_qos_3,
    Rule::no_local_on_shared_subscription,
    Rule::topic_filter_empty,
    Rule::topic_filter_multi_level_wildcard,
    Rule::topic_filter_single_level_wildcard,
    Rule::share_name_empty,
    Rule::share_name_invalid,
    Rule::topic_alias_zero,
    Rule::authentication_method_missing,
    Rule::auth_reason_code,
};

struct Further {
  Rule rule;
  std::string_view statement;
};
constexpr std::array further = {
    Further{Rule::will_qos_without_will, "3.1.1:MQTT-3.1.2-11"},
    Further{Rule::will_retain_without_will, "3.1.1:MQTT-3.1.2-11"},
    Further{Rule::connect_trailing_bytes, "3.1.1:MQTT-3.1.2-18"},
    Further{Rule::connect_trailing_bytes, "3.1.1:MQTT-3.1.2-20"},
    Further{Rule::connect_trailing_bytes, "5.0:MQTT-3.1.2-16"},
    Further{Rule::connect_trailing_bytes, "5.0:MQTT-3.1.2-18"},
    Further{Rule::client_identifier_empty, "3.1.1:MQTT-3.1.3-7"},
    Further{Rule::utf8_nul, "3.1.1:MQTT-4.7.3-2"},
    Further{Rule::utf8_nul, "5.0:MQTT-4.7.3-2"},
    Further{Rule::topic_name_wildcard, "3.1.1:MQTT-4.7.1-1"},
    Further{Rule::topic_name_wildcard, "5.0:MQTT-4.7.0-1"},
    Further{Rule::topic_name_empty, "5.0:MQTT-4.7.3-1"},
    Further{Rule::will_topic_empty, "5.0:MQTT-4.7.3-1"},
    Further{Rule::will_missing, "5.0:V5-3.1.3.2-a"},
    Further{Rule::property_length_overrun, "5.0:V5-3.4.2-a"},
    Further{Rule::property_length_overrun, "5.0:V5-3.5.2-a"},
    Further{Rule::property_length_overrun, "5.0:V5-3.6.2-a"},
    Further{Rule::property_length_overrun, "5.0:V5-3.7.2-a"},
    Further{Rule::variable_byte_integer_padded, "5.0:V5-1.5.5-b"},
    Further{Rule::remaining_length_padded, "5.0:V5-1.5.5-b"},
    Further{Rule::payload_format_indicator_range, "5.0:V5-3.1.3.2.3-c"},
    Further{Rule::puback_reason_code, "5.0:V5-3.4.2.1-d"},
    Further{Rule::pubrec_reason_code, "5.0:V5-3.5.2.1-d"},
    Further{Rule::pubrel_reason_code, "5.0:V5-3.6.2.1-c"},
    Further{Rule::pubcomp_reason_code, "5.0:V5-3.7.2.1-c"},
    Further{Rule::disconnect_reason_code, "5.0:V5-3.14.2.1-b"},
    Further{Rule::auth_reason_code, "5.0:V5-3.15.2.1-a"},
    Further{Rule::subscription_qos_3, "5.0:MQTT-3.8.3-5"},
};

// What a broker says that it takes, and does not: [MQTT-3.1.4-1] for CONNECT, else the close that
// is due on whatever is malformed.
void add_close(const RuleRow& row, Version version, std::vector<std::string>& statements) {
  const bool v5 = version == Version::v5_0;
  const bool of_connect =
      row.name.starts_with("connect_") || row.name.starts_with("will_") ||
      row.name.starts_with("client_identifier_") || row.name.starts_with("user_name_") ||
      row.name.starts_with("password_") || row.name == "property_not_in_connect" ||
      row.name == "property_not_in_will" || row.name.starts_with("request_") ||
      row.name == "receive_maximum_zero" || row.name == "maximum_packet_size_zero" ||
      row.name == "authentication_data_without_method";
  if (of_connect) {
    statements.emplace_back(v5 ? "5.0:MQTT-3.1.4-1" : "3.1.1:MQTT-3.1.4-1");
  } else {
    statements.emplace_back(v5 ? "5.0:MQTT-4.13.1-1" : "3.1.1:MQTT-4.8.0-1");
  }
}

std::vector<std::string> statements_of(const RuleRow& row, bool v5) {
  std::vector<std::string> statements;
  const auto add = [&](std::string statement) {
    if (statement.empty()) return;
    if (std::find(statements.begin(), statements.end(), statement) == statements.end()) {
      statements.push_back(std::move(statement));
    }
  };
  if (v5) {
    add(codec::statement_of(row.rule, Version::v5_0));
  } else {
    add(codec::statement_of(row.rule, Version::v3_1_1));
    add(codec::statement_of(row.rule, Version::v3_1));
  }
  for (const auto& each : further) {
    if (each.rule == row.rule && each.statement.starts_with("5.0:") == v5) {
      add(std::string(each.statement));
    }
  }
  if (statements.empty()) return statements;
  std::vector<std::string> close;
  add_close(row, v5 ? Version::v5_0 : Version::v3_1_1, close);
  for (auto& statement : close) add(std::move(statement));
  return statements;
}

template <class Rules>
bool contains(const Rules& rules, Rule rule) {
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

InterceptorPointer blind_to(Rule rule, bool v5) {
  const auto picks = [rule, v5](const Refused& refused) {
    return refused.error.rule == rule && (refused.version == Version::v5_0) == v5;
  };
  if (contains(checked_again, rule)) return passing_over(picks);
  // What is let through counts as the value that the engine knows.
  auto taken_for_good = both(incoming<codec::Connect>([](codec::Connect& packet, auto, auto&) {
                               if (packet.protocol_name != "MQIsdp") packet.protocol_name = "MQTT";
                               return Fate::keep;
                             }),
                             incoming<codec::Disconnect>([](auto& packet, auto, auto&) {
                               packet.reason_code = codec::ReasonCode::success;
                               return Fate::keep;
                             }));
  const bool renamed = rule == Rule::protocol_name || rule == Rule::disconnect_reason_code;
  auto tolerant = lenient({rule}, picks);
  return renamed ? both(std::move(tolerant), std::move(taken_for_good)) : std::move(tolerant);
}

MutantRow tolerates(const RuleRow& row, bool v5, std::vector<std::string> statements) {
  std::string slug = v5 ? "v5-tolerates-" : "v3-tolerates-";
  for (const char c : row.name) slug.push_back(c == '_' ? '-' : c);
  return {std::move(slug), std::move(statements),
          "takes no offence where " + std::string(row.sentence) + (v5 ? " (5.0)" : " (3.x)"),
          [rule = row.rule, v5] { return blind_to(rule, v5); }};
}

}  // namespace

std::span<const ExcludedRule> excluded_rules() {
  return excluded;
}

std::vector<MutantRow> rule_mutants() {
  std::vector<MutantRow> rows;
  for (const auto& row : codec::rule_table()) {
    const bool out = std::any_of(excluded.begin(), excluded.end(),
                                 [&](const ExcludedRule& each) { return each.rule == row.rule; });
    if (out) continue;
    for (const bool v5 : {false, true}) {
      if (!v5 && contains(legal_before_v5, row.rule)) continue;
      auto statements = statements_of(row, v5);
      if (!statements.empty()) rows.push_back(tolerates(row, v5, std::move(statements)));
    }
  }
  return rows;
}

}  // namespace mqttspec::mutants
