// Packets of clients that break a rule, most of them exactly one.
#pragma once

#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// Nearly always refused by the codec; what is legal nevertheless does no harm.
[[nodiscard]] codec::Bytes illegal_frame(codec::Choices& choices, codec::Version version);
// Made of this packet.
[[nodiscard]] codec::Bytes illegal_frame(codec::Choices& choices, codec::Packet packet,
                                         codec::Version version);

}  // namespace mqttspec::fuzz
