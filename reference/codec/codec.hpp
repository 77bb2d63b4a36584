// Bytes <-> packets. Pure functions; nothing here throws or keeps state.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "reference/codec/packet.hpp"
#include "reference/codec/rule.hpp"

namespace mqttspec::codec {

// Which side sent the packet. Some rules bind one direction only (Subscription Identifier in a
// PUBLISH from a client, a server's packet types from a client); `either` checks neither.
enum class Sender : std::uint8_t { either, client, server };

using DecodeResult = std::variant<Packet, DecodeError>;

// Decodes one whole frame (fixed header and all, exactly as long as its Remaining Length says; a
// frame of another length breaks a rule). Strict: a packet is returned only if it breaks none of the
// rules, except those in `tolerated`. For CONNECT the version is the one that the packet names.
// Never reads outside the frame, allocates no more than a small multiple of it, never throws.
[[nodiscard]] DecodeResult decode(BytesView frame, Version version, Sender sender = Sender::either,
                                  const RuleSet& tolerated = {});

// Appends the packet to `out`, legal or not, in the shortest encoding that the version allows.
// 3.x: properties and what else the version lacks are left out. CONNECT is laid out as its
// protocol_version says (5: with properties; else as `version` says).
void encode(const Packet& packet, Version version, Bytes& out);
[[nodiscard]] Bytes encode(const Packet& packet, Version version);
[[nodiscard]] std::size_t encoded_size(const Packet& packet, Version version);

// The rules that the packet breaks, in the order in which decode() would meet them; empty if legal.
[[nodiscard]] std::vector<Rule> validate(const Packet& packet, Version version,
                                         Sender sender = Sender::either);

// One readable line: PUBLISH qos=1 topic_name="a/b" packet_identifier=7 payload="x" (1 byte)
// Unprintable bytes are escaped as \xNN; payloads are cut at 64 bytes with their size.
[[nodiscard]] std::string print(const Packet& packet, Version version);

}  // namespace mqttspec::codec
