// What a person has to look at after a run: checks that are not as they should be and what monitors
// found, alike ones gathered, with the words and packets that explain them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// One check (or monitor) of a scenario with one verdict, in one or more instances.
struct Problem {
  Verdict verdict = Verdict::fail;
  const executor::InstanceOutcome* instance = nullptr;  // the first it occurred in
  std::vector<const executor::InstanceOutcome*> also;   // the others
  const executor::CheckOutcome* check = nullptr;        // nullptr: a monitor found it, or no check
  const executor::MonitorFinding* finding = nullptr;
  const Deviation* deviation = nullptr;  // listed as known
  std::vector<std::string> blocked;      // checks that this one kept from being asked

  [[nodiscard]] std::string name() const;   // "repeated", "monitor:slug", or "" without a check
  [[nodiscard]] std::string level() const;  // "MUST"; empty for monitors
  [[nodiscard]] std::vector<std::string> statements() const;
  // The step that decided against it; nullptr if there is none.
  [[nodiscard]] const executor::Evidence* evidence() const;
  [[nodiscard]] std::string allowed() const;  // in words; empty if unknown
  [[nodiscard]] std::string came() const;
  [[nodiscard]] std::string why() const;
  [[nodiscard]] std::string place() const;  // "scenarios/x.json:41 steps[7]"
};

// The worst first; listed deviations after all others of their verdict. Nonstrict ones are included
// if asked for.
[[nodiscard]] std::vector<Problem> problems_of(const RunResult& result, bool with_nonstrict);

// The part of the trace that shows a problem: the `most` entries up to its evidence, or up to the
// end where something never came.
struct Excerpt {
  std::size_t first = 0;
  std::size_t last = 0;  // one behind
};
[[nodiscard]] Excerpt excerpt_of(const Problem& problem, std::size_t most);

// "sub -> CONNECT ...": who, direction and what, printable. An arrow points away from the client
// when it sends.
struct TraceLine {
  std::string at;  // "12.5 ms"
  std::string client;
  std::string arrow;  // "→", "←", or empty
  std::string text;   // the packet, with what is wrong about it
};
// Times count from the first entry of the instance.
[[nodiscard]] TraceLine trace_line(const executor::InstanceOutcome& instance, std::size_t place);

// The command that runs this instance alone.
[[nodiscard]] std::string replay_command(const RunResult& result,
                                         const executor::InstanceOutcome& instance);

}  // namespace mqttspec::report
