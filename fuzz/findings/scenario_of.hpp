// Programs as scenarios: whatever a fuzzer has found anyone can replay, against any broker.
#pragma once

#include <string>
#include <vector>

#include "conformance/executor/outcome.hpp"
#include "conformance/scenario/model.hpp"
#include "fuzz/generators/program.hpp"
#include "reference/node/interceptor.hpp"

namespace mqttspec::fuzz {

struct Naming {
  std::string id;  // begins with "found-"
  std::string title;
  std::string note;  // where it comes from
};

struct Scripted {
  scenario::File file;
  std::string text;  // as print_file() has it
  // What the reference did in the program but not in the scenario, which does not ask for it:
  // where the two mean different things by time or by a stalled client. One sentence each.
  std::vector<std::string> left_out;
  // Why the scenario cannot be used: the notation objects, or the reference does not pass it.
  std::string trouble;
};
// Everything that the reference broker answers in the program is expected in the scenario, freedoms
// of the standard left out; messages beyond that are not. Steps that break rules say so.
[[nodiscard]] Scripted scenario_of(const Program& program, const Naming& naming);

// The file's only scenario against the reference, or against a wrong broker.
[[nodiscard]] executor::InstanceOutcome play(const scenario::File& file,
                                             node::Interceptor* interceptor = nullptr);
// Does a check fail, or do the monitors find something?
[[nodiscard]] bool is_caught(const executor::InstanceOutcome& outcome);

}  // namespace mqttspec::fuzz
