// Makes a program that shows something small, as long as it still shows it: fewer clients, fewer
// operations, plainer packets, fewer bytes. The same result each time.
#pragma once

#include <functional>

#include "fuzz/generators/program.hpp"

namespace mqttspec::fuzz {

// Does the program still show what it is kept for? Asked often: at most `questions_max` times.
using Shows = std::function<bool(const Program& program)>;

struct Reduced {
  Program program;
  std::size_t questions = 0;
};
// `program` itself has to show it. What is returned shows it, and no single step makes it smaller
// unless the questions ran out.
[[nodiscard]] Reduced reduce(Program program, const Shows& shows,
                             std::size_t questions_max = 20'000);

// Programs that differ from this operation in one thing and are plainer, the plainest first.
[[nodiscard]] std::vector<Operation> plainer(const Operation& operation);

}  // namespace mqttspec::fuzz
