// The two ways to run a selection of instances: in virtual time against the built-in broker, or
// live against a real one.
#pragma once

#include <string>
#include <vector>

#include "conformance/cli/arguments.hpp"
#include "conformance/cli/target.hpp"
#include "conformance/executor/live/live_driver.hpp"
#include "conformance/report/result.hpp"
#include "conformance/report/terminal.hpp"

namespace mqttspec::cli {

// Everything decided before the run.
struct Plan {
  const RunArguments* arguments = nullptr;
  TargetArgument target;
  const profile::Profile* profile = nullptr;  // may be null
  std::vector<scenario::Instance> instances;
};

// The profile in that file; nothing if the path is empty. Throws std::runtime_error that lists what
// is wrong with it.
[[nodiscard]] std::optional<profile::Profile> load_profile_argument(const std::string& path);

// What the command line says about a live run, without who is told of its progress.
[[nodiscard]] executor::LiveOptions live_options(const Plan& plan);

// Both fill in what the run gave: instances, capabilities, times. Ctrl-C ends them early.
void run_builtin(const Plan& plan, report::RunResult& result, report::Terminal& terminal);
// Throws std::runtime_error if nothing could be run at all: no broker, no access.
void run_live(const Plan& plan, report::RunResult& result, report::Terminal& terminal);

// Instances that a live run does not ask unless --slow is given: those that wait for a minute or
// more.
[[nodiscard]] bool is_slow(const scenario::Instance& instance);

}  // namespace mqttspec::cli
