// The fast paths for strings and lengths against transcriptions of the standard that are slow and
// plain (sections 1.5.4 and 1.5.5 of 5.0).
#include "fuzz/targets/target.hpp"
#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::fuzz {
namespace {

// Reads one character; 0 if there is no well-formed one.
struct Character {
  std::uint32_t value = 0;
  std::size_t length = 0;
};
Character first_character(BytesView text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::size_t length = byte(0) < 0x80             ? 1
                             : (byte(0) & 0xE0) == 0xC0 ? 2
                             : (byte(0) & 0xF0) == 0xE0 ? 3
                             : (byte(0) & 0xF8) == 0xF0 ? 4
                                                        : 0;
  if (length == 0 || length > text.size()) return {};
  std::uint32_t value = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length]) return {};
  return {value, length};
}

bool well_formed(BytesView text) {
  while (!text.empty()) {
    const auto [value, length] = first_character(text);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (length == 0 || value == 0 || surrogate || value > 0x10FFFF) return false;
    text.remove_prefix(length);
  }
  return true;
}

void check_text(BytesView text) {
  const bool fast = codec::is_plain_ascii(text) || !codec::find_utf8_fault(text);
  require(fast == well_formed(text), "strings are judged as RFC 3629 says",
          [&] { return std::string(text); });
  if (const auto fault = codec::find_utf8_fault(text)) {
    require(fault->offset < text.size(), "a fault lies inside the text", std::string(text));
    require(well_formed(text.substr(0, fault->offset)), "nothing before the fault is wrong",
            std::string(text));
  }
}

// The algorithm of section 1.5.5, with its multiplier; nothing if it is cut short or too long.
std::optional<std::pair<std::uint32_t, std::size_t>> plain_length(BytesView bytes) {
  std::uint32_t multiplier = 1;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value += (byte & 127U) * multiplier;
    if (multiplier > 128U * 128U * 128U) return std::nullopt;
    if ((byte & 128U) == 0) return std::pair(value, i + 1);
    multiplier *= 128;
  }
  return std::nullopt;
}

void check_length(BytesView bytes) {
  std::string stream = "\xC0";
  stream += bytes.substr(0, 6);
  codec::FrameReader reader;
  reader.push(stream);
  const auto next = reader.next();
  const auto length = plain_length(bytes.substr(0, 4));
  if (const auto* frame = std::get_if<codec::Frame>(&next)) {
    require(length && frame->bytes.size() == 1 + length->second + length->first,
            "a frame is as long as its Remaining Length says", stream);
  } else if (std::holds_alternative<codec::FrameError>(next)) {
    require(!length, "only five bytes of length are refused", stream);
  } else {
    require(!length || 1 + length->second + length->first > stream.size(),
            "what is whole is a frame", stream);
  }
}

}  // namespace

void test_one(BytesView input) {
  check_text(input);
  check_length(input);
  // As a Client Identifier, whose length is in front of it.
  if (input.size() > 60'000) return;
  codec::Connect connect;
  connect.client_identifier = input;
  const auto result = codec::decode(codec::encode(connect, codec::Version::v5_0),
                                    codec::Version::v5_0, codec::Sender::client);
  require(std::holds_alternative<codec::Packet>(result) == well_formed(input),
          "a CONNECT is accepted exactly if its Client Identifier is UTF-8", std::string(input));
}

}  // namespace mqttspec::fuzz
