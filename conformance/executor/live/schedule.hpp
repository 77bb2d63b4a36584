// What a run has to do: which instances, in what order, on which broker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/scenario/expression.hpp"

namespace mqttspec::executor {

// One instance to be run.
struct Job {
  const scenario::Instance* instance = nullptr;
  std::size_t place = 0;   // among the instances of the run
  std::string ns;          // its namespace
  Duration wait{};         // protocol time that it mandates
  scenario::Value config;  // that the broker must run with, substituted; null: none
  bool alone = false;      // it needs the broker to itself
};

// Does the scenario say so, have a configuration, or restart the broker?
[[nodiscard]] bool needs_broker_alone(const scenario::Scenario& scenario);

// Why the instance is not run against a broker that others use too; nothing if it may: its author
// says that it needs the broker alone, or its script does what others would notice.
[[nodiscard]] std::optional<std::string> unsafe(const scenario::Instance& instance);

// What the broker can do when it runs with a scenario's configuration: a limit that is set is one
// that conditions see.
[[nodiscard]] Capabilities with_config(Capabilities capabilities, const scenario::Value& config);

// The job for an instance. A failure tells what is wrong with its configuration.
[[nodiscard]] scenario::Result<Job> make_job(const scenario::Instance& instance, std::size_t place,
                                             const std::string& run_id);

// Longest waits first, so that they overlap; else in the order given.
void sort_by_wait(std::vector<Job>& jobs);

}  // namespace mqttspec::executor
