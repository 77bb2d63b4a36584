// Ways to make a packet illegal by its fields: a property added, dropped, doubled or moved, a
// number at the edge of its range, a string that is no UTF-8, flags that are reserved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference/codec/arbitrary_packet.hpp"
#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

// Ill-formed UTF-8 of every kind, and what is well-formed but odd.
[[nodiscard]] std::string odd_text(codec::Choices& choices);

// What was done to a packet.
enum class Spoiling : std::uint8_t {
  property_added,
  property_dropped,
  property_doubled,
  property_replaced,
  boundary_integer,  // beside one of the above: the value stands at the edge of its range
  odd_text,          // beside another: the UTF-8 edge set
  own_field,         // one that only this type of packet has
  common_field,      // flags, identifier, what trails behind
};
inline constexpr std::size_t spoilings = 8;
using SpoilLog = std::vector<Spoiling>;

// Changes up to three things; `log`, if there is one, is told. The packet may be legal still.
void spoil(codec::Choices& choices, codec::Packet& packet, SpoilLog* log = nullptr);

}  // namespace mqttspec::fuzz
