#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

const Step& first_of(const Step& step) {
  if (!step.steps.empty()) return first_of(step.steps.front());
  if (!step.lanes.empty()) return first_of(step.lanes.front().front());
  return step;
}

bool only_listens(const Step& step) {
  return step.action == ActionKind::none && (step.observation == ObservationKind::expect ||
                                             step.observation == ObservationKind::silence);
}

void check_waits(LintReport& report, const LintScenario& scenario, const std::vector<Step>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i + 1 < steps.size() && steps[i].action == ActionKind::wait && only_listens(steps[i + 1])) {
      report.add(
          scenario.at(steps[i].path), steps[i].line,
          fmt::format("a wait right before {}: say \"within\" there instead",
                      steps[i + 1].observation == ObservationKind::expect ? "expect" : "silence"));
    }
    check_waits(report, scenario, steps[i].steps);
    for (const std::vector<Step>& lane : steps[i].lanes) check_waits(report, scenario, lane);
  }
}

void check_lanes(LintReport& report, const LintScenario& scenario, const Step& step) {
  std::map<std::string, std::size_t> owner;
  for (std::size_t i = 0; i < step.lanes.size(); ++i) {
    for_each_step(step.lanes[i], [&](const Step& inner) {
      for (const std::string& client : inner.clients) {
        const auto [found, added] = owner.try_emplace(client, i);
        if (added || found->second == i) continue;
        report.add(scenario.at(inner.path) + ".client", inner.line,
                   fmt::format("{} is in lane {} already; a client belongs to one lane",
                               quoted(client), found->second));
      }
    });
  }
}

// Names of properties within packets and patterns, as far as they are written out.
void find_property(const Value& value, std::string& found) {
  if (const Array* list = value.array()) {
    for (const Value& element : *list) find_property(element, found);
  }
  if (value.object() == nullptr) return;
  for (const auto& [key, member] : *value.object()) {
    if (found.empty() && find_field(property_fields(), key) != nullptr) found = key;
    find_property(member, found);
  }
}

bool speaks_5_0(const LintScenario& scenario) {
  for (const Version version : scenario.scenario.versions) {
    if (version == Version::v5_0) return true;
  }
  for (const ClientDefinition& client : scenario.scenario.clients) {
    const std::string* version = client.version.string();
    if (version != nullptr && (*version == "5.0" || version->starts_with("${"))) return true;
  }
  return false;
}

void check_properties(LintReport& report, const LintScenario& scenario) {
  const auto check = [&](const Value& value, const std::string& place, std::uint32_t line) {
    std::string property;
    find_property(value, property);
    if (property.empty()) return;
    report.add(place, line,
               fmt::format("{} is a property, and no client here speaks 5.0", property));
  };
  for (const ClientDefinition& client : scenario.scenario.clients) {
    check(client.connect, scenario.at("clients." + client.name + ".connect"), client.line);
  }
  for_each_step(scenario.scenario.steps, [&](const Step& step) {
    const std::string place = scenario.at(step.path);
    check(step.argument, fmt::format("{}.{}", place, to_string(step.action)), step.line);
    check(step.pattern, place, step.line);
    check(step.verify_argument, place + "." + step.verify_kind, step.line);
  });
}

}  // namespace

void lint_order(LintReport& report, const LintScenario& scenario) {
  const Step& first = first_of(scenario.scenario.steps.front());
  if (first.action == ActionKind::none) {
    report.add(scenario.at(first.path), first.line,
               "the scenario starts with an observation: nothing has happened yet");
  }
  check_waits(report, scenario, scenario.scenario.steps);
  for_each_step(scenario.scenario.steps,
                [&](const Step& step) { check_lanes(report, scenario, step); });
}

void lint_header(LintReport& report, const LintScenario& scenario) {
  for (std::size_t i = 0; i < scenario.scenario.requirements.size(); ++i) {
    const std::string& requirement = scenario.scenario.requirements[i];
    const std::string place = scenario.at(fmt::format("requires[{}]", i));
    const auto problem = problem_in_condition(requirement);
    if (problem) report.add(place, scenario.scenario.line, *problem);
    const std::vector<std::string> variables = names_in(Value(requirement));
    bool only_values = true;
    for (const std::string& name : names_in_condition(requirement)) {
      const bool variable = std::find(variables.begin(), variables.end(), name) != variables.end();
      only_values = only_values && variable;
      if (variable || contains(capability_names(), name)) continue;
      report.add(place, scenario.scenario.line,
                 fmt::format("there is no capability {}{}", quoted(name),
                             did_you_mean(name, capability_names())));
    }
    if (!problem && only_values) {
      report.add(place, scenario.scenario.line,
                 "this asks about no capability: a variable brings in a value, not a condition");
    }
  }
  if (!speaks_5_0(scenario)) check_properties(report, scenario);
}

}  // namespace mqttspec::scenario
