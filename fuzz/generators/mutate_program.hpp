// Small changes of a program that keep it a session: what a fuzzer that knows operations does
// instead of turning bits.
#pragma once

#include "fuzz/generators/program.hpp"

namespace mqttspec::fuzz {

enum class ProgramMutation : std::uint8_t {
  insert,         // an operation is put somewhere
  remove,         // one or several in a row are taken out
  swap,           // two change places
  duplicate,      // one or several in a row come again, behind or somewhere else
  splice,         // some operations of another program are put in
  change_client,  // somebody else does it
  change_topic,   // it is about another topic or filter
  change_packet,  // a packet of the same type, drawn anew
  advance,        // time passes in between
};
inline constexpr std::size_t program_mutations = 9;

// Changes the program in that way; false if it cannot be (nothing to swap, no topic in it). `other`
// is what splice takes from. The result has at most operations_max operations.
bool mutate(codec::Choices& choices, ProgramMutation mutation, Program& program,
            const Program& other = {});

// The beginning of one and the end of the other.
[[nodiscard]] Program cross(codec::Choices& choices, const Program& first, const Program& second);

}  // namespace mqttspec::fuzz
