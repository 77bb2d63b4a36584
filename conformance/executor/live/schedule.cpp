#include "conformance/executor/live/schedule.hpp"

#include <algorithm>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/scenario/disturbance.hpp"

namespace mqttspec::executor {

namespace {

using scenario::Step;
using scenario::Value;

bool touches_broker(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.action == scenario::ActionKind::broker || touches_broker(step.steps) ||
           std::any_of(step.lanes.begin(), step.lanes.end(), touches_broker);
  });
}

}  // namespace

bool needs_broker_alone(const scenario::Scenario& scenario) {
  return !scenario.exclusive.empty() || !scenario.config.is_null() ||
         touches_broker(scenario.steps);
}

std::optional<std::string> unsafe(const scenario::Instance& instance) {
  const scenario::Scenario& scenario = *instance.scenario;
  const std::string sorry = "not run against a broker that others may use (--unsafe does): ";
  if (!scenario.exclusive.empty()) {
    return sorry + "it needs the broker to itself (" + scenario.exclusive + ")";
  }
  const auto found = scenario::disturbances(instance);
  if (found.empty()) return std::nullopt;
  return sorry + found.front().what;
}

Capabilities with_config(Capabilities capabilities, const Value& config) {
  if (const auto* settings = config.object()) {
    for (const auto& [key, value] : *settings) {
      const auto limit = capabilities.find(key);
      if (limit != capabilities.end()) limit->second = value;
    }
  }
  return capabilities;
}

scenario::Result<Job> make_job(const scenario::Instance& instance, std::size_t place,
                               const std::string& run_id) {
  Job job;
  job.instance = &instance;
  job.place = place;
  job.ns = make_ns(run_id, instance.id);
  job.wait = mandated_wait(instance);
  job.alone = needs_broker_alone(*instance.scenario);
  const Value ns(job.ns);
  auto config =
      scenario::substitute(instance.scenario->config, [&](std::string_view name) -> const Value* {
        if (name == "ns") return &ns;
        for (const auto& [variable, value] : instance.variables) {
          if (variable == name) return &value;
        }
        return nullptr;
      });
  if (!config) return scenario::Result<Job>::failure("config: " + config.error());
  job.config = *config;
  return job;
}

void sort_by_wait(std::vector<Job>& jobs) {
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& a, const Job& b) { return a.wait > b.wait; });
}

}  // namespace mqttspec::executor
