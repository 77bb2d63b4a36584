// The state of one decode(), shared by decode_*.cpp: where we are in the frame, what is tolerated,
// and what was found wrong. Not for use outside the codec.
//
// All functions that read or check return true if decoding may go on: because all is well, or
// because the rule that was broken is tolerated (then a value that is missing is empty or 0, and a
// length that overruns ends with what holds it).
//
// Version 3.1 asks no receiver to check strings. Ours checks the topics (Topic Name, Topic Filter,
// Will Topic) there all the same, which 3.1 leaves open (V31-27): they reach subscribers of other
// versions, towards whom the broker must not send ill-formed strings. Client Identifier, User Name
// and Password of 3.1 go nowhere and are taken as they are.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "reference/codec/codec.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::codec {

// Fills a string that is empty. Made anew in its place: an assignment would first look at what is
// there, and moving a temporary into it stalls on what was just stored.
inline void fill(std::string& text, BytesView bytes) noexcept {
  std::destroy_at(&text);
  std::construct_at(&text, bytes);
}

class Decoder {
 public:
  // `found`, if given, collects each rule that was broken and tolerated.
  Decoder(BytesView frame, Version spoken, Sender from, const RuleSet& tolerated,
          std::vector<Rule>* found)
      : version(spoken),
        sender(from),
        start_(frame.data()),
        at_(frame.data()),
        end_(frame.data() + frame.size()),
        tolerated_(tolerated),
        found_(found) {}

  Version version;
  Sender sender;
  PacketType type = PacketType::reserved;
  std::uint8_t flags = 0;  // low four bits of the first byte

  [[nodiscard]] bool is_v5() const { return version == Version::v5_0; }
  [[nodiscard]] const char* start() const { return start_; }
  [[nodiscard]] const char* at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] BytesView rest() const { return {at_, left()}; }
  [[nodiscard]] std::size_t offset(const char* place) const {
    return static_cast<std::size_t>(place - start_);
  }
  [[nodiscard]] const DecodeError& error() const { return error_; }

  // Something broke `rule` at `place`.
  [[nodiscard]] bool object(Rule rule, const char* place);
  // The same, where there is nothing left to tolerate: always false.
  [[nodiscard]] bool refuse(Rule rule, const char* place);
  // The packet ends before a field.
  [[nodiscard]] bool too_short();
  // What is left has no place in the packet: goes to `trailing` if tolerated.
  [[nodiscard]] bool finish(Bytes& trailing) { return left() == 0 || surplus(trailing); }

  [[nodiscard]] BytesView take(std::size_t count) {
    const BytesView result(at_, count);
    at_ += count;
    return result;
  }
  [[nodiscard]] BytesView take_all() { return take(left()); }

  [[nodiscard]] bool read(std::uint8_t& value) {
    if (left() < 1) return too_short();
    value = next_byte();
    return true;
  }
  [[nodiscard]] bool read(std::uint16_t& value) {
    if (left() < 2) return too_short();
    value = next_two_bytes();
    return true;
  }
  // Not checked: for those who looked at left().
  [[nodiscard]] std::uint8_t next_byte() { return static_cast<std::uint8_t>(*at_++); }
  [[nodiscard]] std::uint16_t next_two_bytes() {
    const auto high = static_cast<unsigned char>(at_[0]);
    const auto low = static_cast<unsigned char>(at_[1]);
    at_ += 2;
    return static_cast<std::uint16_t>(high << 8 | low);
  }
  [[nodiscard]] std::uint32_t next_four_bytes() {
    const std::uint32_t high = next_two_bytes();
    return high << 16 | next_two_bytes();
  }

  // A Variable Byte Integer; at least one byte must be left. `missing` is broken where it ends
  // early.
  [[nodiscard]] bool read_variable(std::uint32_t& value, Rule missing) {
    if (static_cast<unsigned char>(*at_) < 0x80) {
      value = next_byte();
      return true;
    }
    return read_long_variable(value, missing);
  }

  // [V5-1.5.4-a], [V5-1.5.6-a], [V311-1.5.3-a] Two-byte length and content, 0 to 65,535 bytes.
  // `missing` is broken where there is no room for the length.
  [[nodiscard]] bool read_binary(BytesView& value, Rule missing) {
    if (left() < 2) return no_length(missing);
    const std::size_t length = next_two_bytes();
    if (length > left()) return overrun(value);
    value = take(length);
    return true;
  }
  [[nodiscard]] bool read_string(BytesView& value, Rule missing) {
    return read_binary(value, missing) && check_utf8(value);
  }
  [[nodiscard]] bool check_utf8(BytesView text) { return is_plain_ascii(text) || check_long(text); }

  // Properties with their length; `place` is the packet's type or will_properties_place.
  [[nodiscard]] bool read_properties(PacketType place, Properties& properties);

  [[nodiscard]] bool check_reason_code(ReasonCode code, const char* place);
  [[nodiscard]] bool check_identifier(std::uint16_t identifier, Rule zero) {
    return identifier != 0 || object(zero, at_ - 2);
  }

 private:
  [[nodiscard]] bool surplus(Bytes& trailing);
  [[nodiscard]] bool no_length(Rule missing);
  [[nodiscard]] bool overrun(BytesView& value);
  [[nodiscard]] bool check_long(BytesView text);
  [[nodiscard]] bool read_long_variable(std::uint32_t& value, Rule missing);

  const char* start_;
  const char* at_;
  const char* end_;
  const RuleSet& tolerated_;
  std::vector<Rule>* found_;
  DecodeError error_{};

  friend class PropertyReader;
};

// One for each type, in decode_*.cpp: reads what stands behind the fixed header.
bool decode_body(Decoder& decoder, Connect& packet);
bool decode_body(Decoder& decoder, Connack& packet);
bool decode_body(Decoder& decoder, Publish& packet);
template <PacketType Type>
bool decode_body(Decoder& decoder, Acknowledgement<Type>& packet);
bool decode_body(Decoder& decoder, Subscribe& packet);
bool decode_body(Decoder& decoder, Suback& packet);
bool decode_body(Decoder& decoder, Unsubscribe& packet);
bool decode_body(Decoder& decoder, Unsuback& packet);
bool decode_body(Decoder& decoder, Disconnect& packet);
bool decode_body(Decoder& decoder, Auth& packet);

// The flags of the first byte, for all but PUBLISH.
bool check_header_flags(Decoder& decoder);

// decode(), and what it tolerated is added to `found`.
DecodeResult decode_collecting(BytesView frame, Version version, Sender sender,
                               const RuleSet& tolerated, std::vector<Rule>* found);

}  // namespace mqttspec::codec
