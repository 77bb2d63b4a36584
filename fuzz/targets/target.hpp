// What every fuzz target is made of: one function that takes an input and states what must hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "reference/codec/types.hpp"

namespace mqttspec::fuzz {

using codec::BytesView;

// Defined by each target. Any bytes are an input.
void test_one(BytesView input);

// Says what does not hold and why, then ends the process: that is how a fuzzer learns of it.
[[noreturn]] void violated(std::string_view property, const std::string& evidence);

// `evidence` is a text, or a function that makes it only when it is needed.
template <class Evidence>
void require(bool holds, std::string_view property, Evidence&& evidence) {
  if (holds) return;
  if constexpr (std::is_invocable_v<Evidence>) {
    violated(property, evidence());
  } else {
    violated(property, std::string(evidence));
  }
}

// Bytes that this program has allocated so far, freed or not: the difference of two readings bounds
// what a call has asked for.
[[nodiscard]] std::size_t allocated();

}  // namespace mqttspec::fuzz
