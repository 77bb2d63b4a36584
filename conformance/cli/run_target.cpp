#include "conformance/cli/run_target.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "conformance/cli/interrupt.hpp"
#include "conformance/executor/virtual/suite.hpp"

namespace mqttspec::cli {
namespace {

using std::chrono::steady_clock;

constexpr executor::Duration slow_from = std::chrono::minutes(1);

// Namespaces of a live run are random unless a seed fixes them.
std::string run_id_of(std::uint64_t seed) {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string id;
  for (int i = 0; i < 6; ++i) {
    id += digits[seed % digits.size()];
    seed /= digits.size();
  }
  return id;
}

std::optional<std::string> first_of(const std::optional<std::string>& a,
                                    const std::optional<std::string>& b) {
  return a ? a : b;
}

}  // namespace

bool is_slow(const scenario::Instance& instance) {
  return executor::mandated_wait(instance) >= slow_from;
}

void run_builtin(const Plan& plan, report::RunResult& result, report::Terminal& terminal) {
  executor::SuiteOptions options;
  options.instance.seed = plan.arguments->seed.value_or(0);
  options.instance.user_name = plan.arguments->username;
  options.instance.password = plan.arguments->password;
  if (!plan.arguments->transport.empty()) options.instance.transport = plan.arguments->transport;
  options.stop = [] { return interrupted(); };
  const auto begun = steady_clock::now();
  options.progress = [&](const executor::InstanceOutcome& outcome, std::size_t, std::size_t) {
    terminal.finished(outcome);
    terminal.tick(steady_clock::now() - begun);
  };
  result.capabilities = executor::capabilities_of(options.instance.config);
  result.instances = executor::run_suite(plan.instances, options);
  result.interrupted = result.instances.size() < plan.instances.size();
  result.wall = steady_clock::now() - begun;
  for (const scenario::Instance& instance : plan.instances) {
    result.longest_wait = std::max(result.longest_wait, executor::mandated_wait(instance));
  }
}

std::optional<profile::Profile> load_profile_argument(const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::vector<scenario::Problem> problems;
  auto profile = profile::load_profile(path, problems);
  if (profile) return profile;
  std::string message = "the profile cannot be used:";
  for (const scenario::Problem& problem : problems) message += "\n  " + to_string(problem);
  throw std::runtime_error(message);
}

executor::LiveOptions live_options(const Plan& plan) {
  executor::LiveOptions options;
  if (!plan.target.builtin) {
    options.target = executor::Target{plan.target.host, plan.target.port, plan.target.transport,
                                      plan.target.path};
  }
  options.tls = {plan.arguments->ca, plan.arguments->cert, plan.arguments->key,
                 plan.arguments->insecure};
  options.transport = plan.arguments->transport;
  options.profile = plan.profile;
  options.user_name = first_of(plan.arguments->username, plan.target.user_name);
  options.password = first_of(plan.arguments->password, plan.target.password);
  options.allow_unsafe = plan.arguments->unsafe;
  options.safe = plan.arguments->safe;
  if (!plan.arguments->slow) options.wait_limit = slow_from;
  if (plan.arguments->seed) options.run_id = run_id_of(*plan.arguments->seed);
  options.stop = [] { return interrupted(); };
  return options;
}

void run_live(const Plan& plan, report::RunResult& result, report::Terminal& terminal) {
  executor::LiveOptions options = live_options(plan);
  const auto begun = steady_clock::now();
  options.progress = [&](const executor::Progress& progress) {
    if (progress.outcome != nullptr) terminal.finished(*progress.outcome);
    terminal.tick(steady_clock::now() - begun);
  };
  executor::LiveResult live = executor::run_live(plan.instances, options);
  if (!live.trouble.empty()) throw std::runtime_error(live.trouble);
  for (const auto& version : live.preflight.versions) {
    if (!version.usable && !version.message.empty()) terminal.say(version.message);
  }
  for (const std::string& note : live.notes) terminal.say(note);
  result.target = live.target;
  result.instances = std::move(live.instances);
  result.interrupted = live.interrupted;
  result.capabilities = std::move(live.capabilities);
  result.wall = live.wall;
  result.longest_wait = live.longest_wait;
}

}  // namespace mqttspec::cli
