// Bytes <-> packets. Pure functions; nothing here throws or keeps state.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "reference/codec/packet.hpp"
#include "reference/codec/rule.hpp"

namespace mqttspec::codec {

using DecodeResult = std::variant<Packet, DecodeError>;

// Decodes one whole frame (fixed header and all, exactly as long as its Remaining Length says; a
// frame of another length breaks a rule). Strict: a packet is returned only if it breaks none of
// the rules, except those in `tolerated`. For CONNECT the version is the one that the packet names
// (3, 4 or 5; any other is a broken rule and, if tolerated, laid out as `version` says). Of a
// packet that breaks several rules the first in order of place is reported, but rules on a CONNECT
// as a whole come after those on its fields. Never reads outside the frame, allocates no more than
// a small multiple of it, never throws.
//
// A tolerated rule lets the packet through with as much of it as the shapes hold. Where no packet
// can come out (frame_incomplete, remaining_length_five_bytes, packet type 0) tolerance has no
// effect.
[[nodiscard]] DecodeResult decode(BytesView frame, Version version, Sender sender = Sender::either,
                                  const RuleSet& tolerated = {});

// Appends the packet to `out`, legal or not, in the shortest encoding that the version allows.
// 3.x: properties and what else the version lacks are left out. CONNECT is laid out as its
// protocol_version says (5: with properties; 3 and 4: without; else as `version` says).
//
// What has no room on the wire is cut: a string after 65,535 bytes, an integer to its width.
// validate() reports that as not_expressible. A property whose value is a std::string although its
// type is not (or whose id is unknown) is written as its id and those bytes, so that any bytes can
// stand in a property.
void encode(const Packet& packet, Version version, Bytes& out);
[[nodiscard]] Bytes encode(const Packet& packet, Version version);
[[nodiscard]] std::size_t encoded_size(const Packet& packet, Version version);

// The rules that the packet breaks, in the order in which decode() would meet them, after those
// that decode() cannot see (see the end of rules.def); empty if legal.
[[nodiscard]] std::vector<Rule> validate(const Packet& packet, Version version,
                                         Sender sender = Sender::either);

// The statement that the frame breaks, as statement_of(rule, version) but to the property and the
// sender: "5.0:V5-3.1.2.11.3-a" for a Receive Maximum twice in a CONNECT.
[[nodiscard]] std::string statement_of(const DecodeError& error, BytesView frame, Version version,
                                       Sender sender = Sender::either);

// One readable line: PUBLISH qos=1 topic_name="a/b" packet_identifier=7 payload="x" (1 byte)
// Unprintable bytes are escaped as \xNN; payloads are cut at 64 bytes with their size.
[[nodiscard]] std::string print(const Packet& packet, Version version);

}  // namespace mqttspec::codec
