// Ways to make a packet illegal by its fields: a property added, dropped, doubled or moved, a
// number at the edge of its range, a string that is no UTF-8, flags that are reserved.
#pragma once

#include "reference/codec/arbitrary_packet.hpp"
#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// Ill-formed UTF-8 of every kind, and what is well-formed but odd.
[[nodiscard]] std::string odd_text(codec::Choices& choices);

// Changes up to three things. The packet may be legal still.
void spoil(codec::Choices& choices, codec::Packet& packet);

}  // namespace mqttspec::fuzz
