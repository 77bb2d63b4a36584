// What arrives, and how a pattern judges it, in tests.
#pragma once

#include <string>

#include "conformance/scenario/matcher.hpp"
#include "conformance/scenario/testing.hpp"

namespace mqttspec::scenario::test {

using codec::Version;

inline constexpr Version v4 = Version::v3_1_1;
inline constexpr Version v5 = Version::v5_0;

// A frame as it arrives; one that the codec refuses has no packet.
inline Received received(const std::string& frame, Version version = v5) {
  Received out;
  const codec::Bytes wire = bytes(frame);
  out.version = version;
  out.type = static_cast<codec::PacketType>(static_cast<unsigned char>(wire.front()) >> 4U);
  const codec::DecodeResult decoded = codec::decode(wire, version, codec::Sender::server);
  if (const auto* packet = std::get_if<codec::Packet>(&decoded)) out.packet = *packet;
  out.size = wire.size();
  out.client = "sub";
  out.fields = fields_of(out);
  return out;
}

inline Received closed(const std::string& farewell = "", Version version = v5) {
  Received out;
  if (!farewell.empty()) {
    out = received(farewell, version);
    out.farewell = out.type;
  }
  out.version = version;
  out.type = codec::PacketType::reserved;
  out.size = 0;
  out.client = "sub";
  out.fields = fields_of(out);
  return out;
}

inline Pattern pattern(const std::string& text) {
  const Result<Pattern> parsed = parse_pattern(json(text));
  EXPECT_TRUE(parsed.ok()) << text << ": " << (parsed.ok() ? "" : parsed.error());
  return parsed.ok() ? *parsed : Pattern();
}

// "" for a match.
inline std::string why(const std::string& text, const Received& what, Duration elapsed = {},
                       const ElapsedTolerance& tolerance = {}) {
  return mismatch(pattern(text), what, elapsed, tolerance).value_or("");
}

}  // namespace mqttspec::scenario::test
