#include "conformance/executor/live/schedule.hpp"

#include <algorithm>
#include <cctype>

#include "conformance/executor/live/live_driver.hpp"

namespace mqttspec::executor {

namespace {

using scenario::Step;
using scenario::Value;

constexpr std::int64_t most_repetitions = 1'000;
constexpr std::int64_t biggest_payload = 100'000;

bool touches_broker(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.action == scenario::ActionKind::broker || touches_broker(step.steps) ||
           std::any_of(step.lanes.begin(), step.lanes.end(), touches_broker);
  });
}

// The largest N of "N*(...)" in any string of the value: byte notation's way to be big.
std::int64_t largest_repetition(const Value& value) {
  std::int64_t largest = 0;
  if (const auto* text = value.string()) {
    for (auto at = text->find("*("); at != std::string::npos; at = text->find("*(", at + 1)) {
      std::size_t from = at;
      while (from > 0 && std::isdigit(static_cast<unsigned char>((*text)[from - 1])) != 0) --from;
      if (at - from > 9) return biggest_payload + 1;
      if (at > from)
        largest = std::max<std::int64_t>(largest, std::stol(text->substr(from, at - from)));
    }
  } else if (const auto* list = value.array()) {
    for (const Value& element : *list) largest = std::max(largest, largest_repetition(element));
  } else if (const auto* object = value.object()) {
    for (const auto& member : *object) {
      largest = std::max(largest, largest_repetition(member.second));
    }
  }
  return largest;
}

std::int64_t largest_repetition(const std::vector<Step>& steps) {
  std::int64_t largest = 0;
  for (const Step& step : steps) {
    largest =
        std::max({largest, largest_repetition(step.argument), largest_repetition(step.steps)});
    for (const auto& lane : step.lanes) largest = std::max(largest, largest_repetition(lane));
  }
  return largest;
}

std::int64_t repetitions(const std::vector<Step>& steps) {
  std::int64_t most = 1;
  for (const Step& step : steps) {
    const auto* count = step.argument.integer();
    const bool repeats = step.action == scenario::ActionKind::repeat && count != nullptr;
    most = std::max(most, repetitions(step.steps) * (repeats ? *count : 1));
    for (const auto& lane : step.lanes) most = std::max(most, repetitions(lane));
  }
  return most;
}

}  // namespace

bool needs_broker_alone(const scenario::Scenario& scenario) {
  return !scenario.exclusive.empty() || !scenario.config.is_null() ||
         touches_broker(scenario.steps);
}

std::optional<std::string> unsafe(const scenario::Instance& instance) {
  const scenario::Scenario& scenario = *instance.scenario;
  const std::string sorry = "not run against a broker that others may use: ";
  if (needs_broker_alone(scenario)) {
    return sorry + "it needs the broker to itself" +
           (scenario.exclusive.empty() ? "" : " (" + scenario.exclusive + ")");
  }
  if (repetitions(scenario.steps) > most_repetitions) return sorry + "it floods the broker";
  std::int64_t largest = largest_repetition(scenario.steps);
  for (const auto& [name, value] : instance.variables) {
    largest = std::max(largest, largest_repetition(value));
  }
  if (largest > biggest_payload) return sorry + "it sends very large packets";
  return std::nullopt;
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
