// Commands for the model: what clients do, mostly by the rules, drawn from a source of choices.
// Each command has choices of its own, so that one can be left out and the others stay what they
// were, which is what shrinking needs.
#pragma once

#include <span>

#include "fuzz/generators/program.hpp"

namespace mqttspec::fuzz {

inline constexpr std::size_t command_bytes = 24;

// A command for each string of bytes. Nothing is asked of the broker: what clients know of it
// (which Topic Aliases they have mapped, which Packet Identifiers they have used) follows from what
// they sent.
[[nodiscard]] Program make_commands(std::span<const codec::Bytes> choices);

// `count` commands by seed.
[[nodiscard]] Program make_commands(std::uint64_t seed, std::size_t count);

}  // namespace mqttspec::fuzz
