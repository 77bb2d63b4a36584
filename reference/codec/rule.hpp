// The rules a packet can break by itself, whatever was sent before: what decode() refuses and
// validate() reports. One row each; the row names the statements, by version.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference/codec/reason_code.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

// Names say what was wrong: `publish_qos_3`, `utf8_surrogate`, `property_twice` ... The list itself
// is rules.def.
enum class Rule : std::uint8_t {
#define RULE(name, reason, v3_1, v3_1_1, v5_0, sentence) name,
#include "reference/codec/rules.def"
#undef RULE
};

struct RuleRow {
  Rule rule;
  std::string_view name;      // the enumerator's name
  std::string_view sentence;  // in our words, for a person: "QoS is 3"
  ReasonCode reason;          // what a 5.0 receiver says: malformed_packet, protocol_error ...
  std::string_view statement_v3_1;    // catalogue id without version prefix ("V31-8"), or ""
  std::string_view statement_v3_1_1;  // "MQTT-3.3.1-4", or ""
  std::string_view statement_v5_0;    // "MQTT-3.3.1-4", or ""
};

[[nodiscard]] std::span<const RuleRow> rule_table();
[[nodiscard]] const RuleRow& row_of(Rule rule);
[[nodiscard]] std::optional<Rule> rule_by_name(std::string_view name);
// "5.0:MQTT-3.3.1-4", or "" where the version has no such statement.
[[nodiscard]] std::string statement_of(Rule rule, Version version);

// What a decoder found: the rule, where (bytes from the start of the frame), the 5.0 reason code.
struct DecodeError {
  Rule rule;
  std::size_t offset = 0;
  ReasonCode reason = ReasonCode::malformed_packet;
  friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

// A set of rules to let through.
class RuleSet {
 public:
  void insert(Rule rule) { bits_[index(rule) / 64] |= bit(rule); }
  [[nodiscard]] bool contains(Rule rule) const {
    return (bits_[index(rule) / 64] & bit(rule)) != 0;
  }
  static RuleSet all() {
    RuleSet set;
    for (auto& bits : set.bits_) bits = ~std::uint64_t{0};
    return set;
  }

 private:
  static constexpr std::size_t index(Rule rule) { return static_cast<std::size_t>(rule); }
  static constexpr std::uint64_t bit(Rule rule) { return std::uint64_t{1} << (index(rule) % 64); }
  std::uint64_t bits_[4] = {};
};

}  // namespace mqttspec::codec
