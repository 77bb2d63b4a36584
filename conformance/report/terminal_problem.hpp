// One problem as a person reads it on a terminal.
#pragma once

#include <cstddef>
#include <ostream>

#include "conformance/report/paint.hpp"
#include "conformance/report/problems.hpp"

namespace mqttspec::report {

struct ProblemStyle {
  Paint paint{false};
  std::size_t width = 100;
  bool cut = false;             // lines of packets to the width; else they stay whole
  std::size_t trace_most = 12;  // packets shown
};

void print_problem(const RunResult& result, const Problem& problem, const ProblemStyle& style,
                   std::ostream& out);

}  // namespace mqttspec::report
