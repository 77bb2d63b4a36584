#include "reference/codec/utf8.hpp"

namespace mqttspec::codec {

namespace {

// How many bytes the character takes, by its first byte, or the rule that the byte breaks.
struct Lead {
  std::size_t length = 0;
  Rule rule = Rule::utf8_invalid_byte;
};

Lead classify(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC0) return {0, Rule::utf8_lone_continuation};
  if (byte < 0xC2) return {0, Rule::utf8_overlong};  // U+0000..U+007F in two bytes
  if (byte < 0xE0) return {2};
  if (byte < 0xF0) return {3};
  if (byte < 0xF5) return {4};
  if (byte < 0xF8) return {0, Rule::utf8_out_of_range};  // U+140000 and above
  return {0, Rule::utf8_invalid_byte};
}

}  // namespace

std::optional<Utf8Fault> find_utf8_fault(BytesView text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t i = 0;
  while (i < text.size()) {
    // [V5-1.5.4-c], [V311-1.5.3-c] Control characters and non-characters are let through.
    // [MQTT-1.5.4-3] in 5.0, [MQTT-1.5.3-3] in 3.1.1: U+FEFF is a character like others and stays.
    const unsigned char first = bytes[i];
    if (first == 0) return Utf8Fault{Rule::utf8_nul, i};
    const auto lead = classify(first);
    if (lead.length == 0) return Utf8Fault{lead.rule, i};
    for (std::size_t k = 1; k < lead.length; ++k) {
      if (i + k >= text.size() || (bytes[i + k] & 0xC0) != 0x80) {
        return Utf8Fault{Rule::utf8_truncated, i};
      }
    }
    if (lead.length > 2) {
      const unsigned char second = bytes[i + 1];
      if (first == 0xE0 && second < 0xA0) return Utf8Fault{Rule::utf8_overlong, i};
      if (first == 0xED && second >= 0xA0) return Utf8Fault{Rule::utf8_surrogate, i};
      if (first == 0xF0 && second < 0x90) return Utf8Fault{Rule::utf8_overlong, i};
      if (first == 0xF4 && second >= 0x90) return Utf8Fault{Rule::utf8_out_of_range, i};
    }
    i += lead.length;
  }
  return std::nullopt;
}

}  // namespace mqttspec::codec
