// From the packets of a script (already substituted Values) to bytes on the wire, and from packets
// received to Values that captures and matchers read (scenarios/README.md, section 4).
#pragma once

#include <optional>
#include <string>

#include "conformance/scenario/expression.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::scenario {

// Where the builder asks for what the script leaves out.
struct BuildContext {
  codec::Version version = codec::Version::v5_0;
  Object connect_defaults;  // fields that each CONNECT of this client starts from
  std::function<std::uint16_t()> next_packet_identifier;  // from 10001 up
};

// A packet to send. `packet` is missing where the script gave bytes; `bytes` are after all edits;
// `altered` tells that they are not the plain encoding of `packet`.
struct BuiltPacket {
  std::optional<codec::Packet> packet;
  codec::Bytes bytes;
  bool altered = false;
};

// `value`: "PINGREQ", {"PUBLISH": {...}, "edits": [...]} or {"bytes": "..."}.
[[nodiscard]] Result<BuiltPacket> build_packet(const Value& value, BuildContext& context);
// `fields`: what stands behind a request's verb (connect, subscribe, unsubscribe, publish,
// disconnect); short forms of subscribe and unsubscribe included.
[[nodiscard]] Result<BuiltPacket> build_request(codec::PacketType type, const Value& fields,
                                                BuildContext& context);

// Fields and properties of a packet under the notation's names, in wire order; a repeatable
// property is a list as soon as the packet may repeat it. Strings and binary that are valid UTF-8
// become strings, others {"bytes": "..."}.
[[nodiscard]] Value to_value(const codec::Packet& packet, codec::Version version);

// By name ("session_taken_over") or "0x8E"; the version's own meaning of the name in 3.x.
[[nodiscard]] Result<std::uint8_t> parse_reason_code(const Value& value, codec::PacketType type,
                                                     codec::Version version);

}  // namespace mqttspec::scenario
