// An input that reads as a legal packet and what is done to it: read, and changed by what is done.
#pragma once

#include "fuzz/generators/spoil.hpp"

namespace mqttspec::fuzz {

struct SpoiltPacket {
  codec::Version version{};
  codec::Packet legal;
  codec::Packet spoilt;
  SpoilLog log;
};
[[nodiscard]] SpoiltPacket make_spoilt_packet(codec::Choices& choices);

// Bytes that read as the same legal packet, to which this is done (and perhaps more besides).
// Empty if the packet does not allow it: what has no properties loses none.
[[nodiscard]] codec::Bytes spoil_input(codec::Choices& choices, codec::BytesView input,
                                       Spoiling wanted);

}  // namespace mqttspec::fuzz
