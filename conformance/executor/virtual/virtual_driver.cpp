#include "conformance/executor/virtual/virtual_driver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/executor/environment.hpp"
#include "conformance/executor/requirements.hpp"
#include "conformance/executor/virtual/network.hpp"

namespace mqttspec::executor {

namespace {

// An instance that needs more than this makes no progress.
constexpr Instant time_max = std::chrono::hours(24);
// So many turns pass between two questions whether to go on.
constexpr std::uint64_t turns_between_questions = 1024;

using scenario::Result;
using scenario::Value;

// The scenario's `config` with its variables in place; its `deny` names clients, the broker knows
// Client Identifiers.
Result<Value> resolved_config(const scenario::Instance& instance, const std::string& ns) {
  const Environment environment(instance, ns);
  const Scope scope;
  auto config = environment.substitute(instance.scenario->config, scope);
  if (!config) return config;
  if (auto* members = std::get_if<scenario::Object>(&(*config).data)) {
    for (auto& [key, value] : *members) {
      auto* denials = key == "deny" ? std::get_if<scenario::Array>(&value.data) : nullptr;
      if (denials == nullptr) continue;
      for (Value& denial : *denials) {
        auto* fields = std::get_if<scenario::Object>(&denial.data);
        if (fields == nullptr) continue;
        for (auto& [name, field] : *fields) {
          if (name == "client" && field.string() != nullptr) field = Value(ns + *field.string());
        }
      }
    }
  }
  return config;
}

// Begins at `now`, which is then the moment of the end.
InstanceOutcome drive(Interpreter& interpreter, Network& network, const VirtualOptions& options,
                      Instant& now) {
  const Instant begun = now;
  std::uint64_t turns = 0;
  interpreter.start(now);
  for (;;) {
    network.take_commands(now);
    if (interpreter.finished()) break;
    if (++turns > options.turns_max) {
      interpreter.abort(
          Verdict::inconclusive,
          fmt::format("no end after {} turns: something is answered for ever", options.turns_max),
          now);
      break;
    }
    if (turns % turns_between_questions == 0 && options.stop && options.stop()) {
      interpreter.abort(Verdict::inconclusive, "interrupted", now);
      break;
    }
    if (network.move(now)) continue;
    if (interpreter.deadline() <= now) {
      interpreter.quiet(now);
      continue;
    }
    const Instant next = std::min(network.next_deadline(), interpreter.deadline());
    if (next == never) {
      interpreter.abort(Verdict::inconclusive, "nothing moves any more and nothing is waited for",
                        now);
      break;
    }
    if (next - begun > time_max) {
      interpreter.abort(Verdict::inconclusive, "no end after 24 hours of virtual time", now);
      break;
    }
    now = next;
  }
  network.take_commands(now);
  return interpreter.take_outcome();
}

InstanceOutcome run_shared(const scenario::Instance& instance, RunOptions run,
                           const VirtualOptions& options) {
  SharedNode& shared = *options.shared;
  if (!instance.scenario->config.is_null()) {
    return not_run(instance, Verdict::not_applicable, "it needs a configuration of its own");
  }
  run.capabilities = capabilities_of(shared.config);
  run.capabilities["restart"] = Value(false);
  Interpreter interpreter(instance, std::move(run));
  Network network(interpreter, shared.node, options.seed);
  InstanceOutcome outcome = drive(interpreter, network, options, shared.now);
  // Nobody waits for the end of a connection, but whoever comes next shall not find it open.
  while (network.move(shared.now)) {
  }
  return outcome;
}

}  // namespace

InstanceOutcome run_virtual(const scenario::Instance& instance, const VirtualOptions& options) {
  RunOptions run;
  run.ns = make_ns("virtual", instance.id);
  run.tolerance = options.tolerance;
  run.transport = options.transport;
  run.user_name = options.user_name;
  run.password = options.password;
  if (options.shared != nullptr) return run_shared(instance, std::move(run), options);
  broker::Config config = options.config;
  if (!instance.scenario->config.is_null()) {
    const auto wanted = resolved_config(instance, run.ns);
    auto applied = wanted ? apply_config(std::move(config), *wanted)
                          : Result<broker::Config>::failure(wanted.error());
    if (!applied) {
      InstanceOutcome outcome = not_run(instance, Verdict::inconclusive, applied.error());
      outcome.scenario_errors.push_back("config: " + applied.error());
      return outcome;
    }
    config = std::move(*applied);
  }
  run.capabilities = capabilities_of(config);
  Interpreter interpreter(instance, std::move(run));
  const auto& steps = instance.scenario->steps;
  const bool durable = std::any_of(steps.begin(), steps.end(), restarts_the_broker);
  Network network(interpreter, std::move(config), options.interceptor, options.seed, durable);
  Instant now{};
  return drive(interpreter, network, options, now);
}

}  // namespace mqttspec::executor
