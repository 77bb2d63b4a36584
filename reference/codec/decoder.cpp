#include "reference/codec/decoder.hpp"

#include <array>

namespace mqttspec::codec {

namespace {

// By packet type; PINGREQ, PINGRESP and DISCONNECT have no field that could be missing.
constexpr std::array<Rule, 16> too_short_rules = {
    Rule::frame_incomplete,  Rule::connect_too_short,     Rule::connack_too_short,
    Rule::publish_too_short, Rule::puback_too_short,      Rule::pubrec_too_short,
    Rule::pubrel_too_short,  Rule::pubcomp_too_short,     Rule::subscribe_too_short,
    Rule::suback_too_short,  Rule::unsubscribe_too_short, Rule::unsuback_too_short,
    Rule::frame_incomplete,  Rule::frame_incomplete,      Rule::frame_incomplete,
    Rule::auth_too_short};

// PUBLISH and SUBACK take all that follows as their payload; SUBSCRIBE and UNSUBSCRIBE as filters.
constexpr std::array<Rule, 16> trailing_rules = {
    Rule::frame_incomplete,       Rule::connect_trailing_bytes,  Rule::connack_trailing_bytes,
    Rule::frame_incomplete,       Rule::puback_trailing_bytes,   Rule::pubrec_trailing_bytes,
    Rule::pubrel_trailing_bytes,  Rule::pubcomp_trailing_bytes,  Rule::frame_incomplete,
    Rule::frame_incomplete,       Rule::frame_incomplete,        Rule::unsuback_trailing_bytes,
    Rule::pingreq_trailing_bytes, Rule::pingresp_trailing_bytes, Rule::disconnect_trailing_bytes,
    Rule::auth_trailing_bytes};

constexpr std::array<Rule, 16> reason_code_rules = {
    Rule::frame_incomplete,   Rule::frame_incomplete,    Rule::connack_reason_code,
    Rule::frame_incomplete,   Rule::puback_reason_code,  Rule::pubrec_reason_code,
    Rule::pubrel_reason_code, Rule::pubcomp_reason_code, Rule::frame_incomplete,
    Rule::suback_reason_code, Rule::frame_incomplete,    Rule::unsuback_reason_code,
    Rule::frame_incomplete,   Rule::frame_incomplete,    Rule::disconnect_reason_code,
    Rule::auth_reason_code};

Rule by_type(const std::array<Rule, 16>& rules, PacketType type) {
  return rules[static_cast<std::size_t>(type)];
}

bool return_code_allowed(PacketType type, std::uint8_t code, Version version) {
  if (type == PacketType::connack) return code <= 5;
  // In 3.1 the upper six bits of a granted QoS are unused, and there is no 0x80 (V31-8).
  if (version == Version::v3_1) return (code & 3) != 3;
  return code <= 2 || code == 0x80;
}

}  // namespace

bool Decoder::object(Rule rule, const char* place) {
  if (tolerated_.contains(rule)) {
    if (found_ != nullptr) found_->push_back(rule);
    return true;
  }
  return refuse(rule, place);
}

bool Decoder::refuse(Rule rule, const char* place) {
  error_ = {rule, offset(place), row_of(rule).reason};
  return false;
}

bool Decoder::too_short() {
  if (!object(by_type(too_short_rules, type), end_)) return false;
  at_ = end_;
  return true;
}

bool Decoder::no_length(Rule missing) {
  if (!object(missing, at_)) return false;
  at_ = end_;
  return true;
}

bool Decoder::overrun(BytesView& value) {
  if (!object(Rule::string_overrun, at_ - 2)) return false;
  value = take_all();
  return true;
}

bool Decoder::surplus(Bytes& trailing) {
  if (!object(by_type(trailing_rules, type), at_)) return false;
  trailing = take_all();
  return true;
}

bool Decoder::check_long(BytesView text) {
  const auto fault = find_utf8_fault(text);
  return !fault || object(fault->rule, text.data() + fault->offset);
}

bool Decoder::read_long_variable(std::uint32_t& value, Rule missing) {
  const char* first = at_;
  value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    if (left() == 0) return no_length(missing);
    const auto byte = next_byte();
    value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
    if (byte < 0x80) {
      // [V5-1.5.5-b] More bytes than needed: refused.
      const bool padded = byte == 0 && shift > 0;
      return !padded || object(Rule::variable_byte_integer_padded, first);
    }
  }
  if (!object(Rule::variable_byte_integer_five_bytes, first)) return false;
  // What a lenient reader would do: take a fifth byte for the four bits that are left.
  if (left() > 0) value |= static_cast<std::uint32_t>(next_byte() & 0x0F) << 28;
  return true;
}

bool Decoder::check_reason_code(ReasonCode code, const char* place) {
  // [V5-3.4.2.1-d], [V5-3.5.2.1-d], [V5-3.6.2.1-c], [V5-3.7.2.1-c] Only codes of the packet's own
  // table.
  const bool allowed = is_v5()
                           ? reason_code_allowed(type, code, sender)
                           : return_code_allowed(type, static_cast<std::uint8_t>(code), version);
  return allowed || object(by_type(reason_code_rules, type), place);
}

}  // namespace mqttspec::codec
