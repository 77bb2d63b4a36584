// The parts of lint(), one a file. Each adds what it finds to the report.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "conformance/scenario/lint.hpp"
#include "conformance/scenario/lint_report.hpp"
#include "conformance/scenario/static_scope.hpp"

namespace mqttspec::scenario {

// Calls `visit` for each step, those within steps after the one that holds them.
template <class Visit>
void for_each_step(const std::vector<Step>& steps, const Visit& visit) {
  for (const Step& step : steps) {
    visit(step);
    for_each_step(step.steps, visit);
    for (const std::vector<Step>& lane : step.lanes) for_each_step(lane, visit);
  }
}

// A scenario within its file. `place`: "scenarios[2]".
struct LintScenario {
  const File& file;
  const Scenario& scenario;
  std::string place;
  std::vector<const Instance*> instances;
  [[nodiscard]] std::string at(std::string_view where) const {
    return place + "." + std::string(where);
  }
};

// What walking through an instance has shown.
struct WalkFacts {
  std::set<std::string> clients_used;
  // Checks that some step decides by the close that must follow a fault of ours.
  std::set<std::string> notices_fault;
};

// One step of one instance, with what is known when it runs.
struct LintStep {
  const LintScenario& scenario;
  const Instance& instance;
  const Step& step;
  const StaticScope& scope;
  std::vector<const ClientDefinition*> clients;
  [[nodiscard]] std::string at(std::string_view where) const {
    return scenario.at(step.path) + (where.empty() ? "" : ".") + std::string(where);
  }
};
// What the client speaks in this instance; nothing if that cannot be told.
[[nodiscard]] std::optional<Version> version_of(const ClientDefinition& client,
                                                const StaticScope& scope, Version otherwise);
// Reports a value that can never be; true if it is known.
bool known_or_report(LintReport& report, const LintStep& at, std::string_view where,
                     const Resolution& resolution);

// Names that clash or that nobody knows; checks that no step decides.
void lint_names(LintReport& report, const LintScenario& scenario);
// The order of steps, whatever the instance.
void lint_order(LintReport& report, const LintScenario& scenario);
// Requirements, and properties where no client speaks 5.0.
void lint_header(LintReport& report, const LintScenario& scenario);
// Runs through the steps of an instance, as far as that is possible without a broker.
WalkFacts lint_walk(LintReport& report, const LintScenario& scenario, const Instance& instance);
void lint_send(LintReport& report, const LintStep& at);
void lint_client(LintReport& report, const LintScenario& scenario, const Instance& instance,
                 const ClientDefinition& client, const StaticScope& scope);
void lint_observation(LintReport& report, const LintStep& at);
// Statements cited, and levels against them. `facts` are those of `scenario.instances`, in order.
void lint_statements(LintReport& report, const LintScenario& scenario, const LintContext& context,
                     const std::vector<WalkFacts>& facts);

}  // namespace mqttspec::scenario
