// Looks for a program in which a broker is not faithful, and makes what it finds small.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "fuzz/generators/reduce_program.hpp"
#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

// Makes the interceptor that makes the broker wrong, anew for each run; nothing: the reference.
using MakeWrong = std::function<std::unique_ptr<node::Interceptor>()>;

// Says what is wrong in a program, or nothing.
using Oracle = std::function<std::optional<std::string>(const Program& program)>;
// The first fault of that broker.
[[nodiscard]] Oracle oracle_of(MakeWrong wrong);

struct Finding {
  Program program;            // made small
  std::string fault;          // that it shows
  std::uint64_t seed = 0;     // of the program that showed it first
  std::size_t runs = 0;       // until it was found
  std::size_t questions = 0;  // until it was small
};
// Programs of the seeds from `first` on, `most` of them.
[[nodiscard]] std::optional<Finding> search(const Oracle& oracle, std::uint64_t first,
                                            std::uint64_t most);

// The same, from a program that is known to show a fault; nothing if it shows none.
[[nodiscard]] std::optional<Finding> shrink(const Program& program, const Oracle& oracle);

}  // namespace mqttspec::fuzz
