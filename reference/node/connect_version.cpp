#include "reference/node/connect_version.hpp"

#include "reference/codec/codec.hpp"

namespace mqttspec::node {
namespace {

using codec::Version;

unsigned byte_at(codec::BytesView bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]);
}

// Where the Protocol Version stands: behind the fixed header and the Protocol Name.
std::optional<std::size_t> place_of_version(codec::BytesView frame) {
  std::size_t place = 1;
  while (place < frame.size() && place < 5 && (byte_at(frame, place) & 0x80U) != 0) ++place;
  ++place;
  if (place + 2 > frame.size()) return std::nullopt;
  place += 2 + (byte_at(frame, place) << 8U | byte_at(frame, place + 1));
  if (place >= frame.size()) return std::nullopt;
  return place;
}

bool reads_as_v5(codec::BytesView frame, std::size_t place) {
  codec::Bytes as_v5(frame);
  as_v5[place] = 5;
  codec::RuleSet tolerated;
  tolerated.insert(codec::Rule::protocol_name);
  tolerated.insert(codec::Rule::protocol_version);
  const auto result = codec::decode(as_v5, Version::v5_0, codec::Sender::client, tolerated);
  return std::holds_alternative<codec::Packet>(result);
}

}  // namespace

std::optional<Version> connect_version(codec::BytesView frame) {
  const auto place = place_of_version(frame);
  if (!place) return std::nullopt;
  const auto named = byte_at(frame, *place);
  if (named >= 3 && named <= 5) return static_cast<Version>(named);
  // 3.1.1 [MQTT-3.1.2-2] asks for return code 0x01, 5.0 [MQTT-3.1.2-2] permits 0x84: a client that
  // lays out its CONNECT as 5.0 does can read the latter.
  return reads_as_v5(frame, *place) ? Version::v5_0 : Version::v3_1_1;
}

}  // namespace mqttspec::node
