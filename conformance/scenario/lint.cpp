#include "conformance/scenario/lint.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

void lint_scenario(LintReport& report, const LintScenario& scenario, const LintContext& context) {
  lint_names(report, scenario);
  lint_order(report, scenario);
  lint_header(report, scenario);
  std::vector<WalkFacts> facts;
  std::set<std::string> used;
  for (const Instance* instance : scenario.instances) {
    facts.push_back(lint_walk(report, scenario, *instance));
    used.insert(facts.back().clients_used.begin(), facts.back().clients_used.end());
  }
  for (const ClientDefinition& client : scenario.scenario.clients) {
    if (scenario.instances.empty() || used.contains(client.name)) continue;
    report.add(scenario.at("clients." + client.name), client.line, "no step uses this client");
  }
  lint_statements(report, scenario, context, facts);
}

}  // namespace

std::vector<Problem> lint(const File& file, const LintContext& context) {
  LintReport report(file.path);
  // Borrowed for the time of this call: nothing of it outlives `file`.
  const std::shared_ptr<const File> borrowed(std::shared_ptr<const File>(), &file);
  const std::vector<Instance> instances = expand(borrowed, report.problems());
  for (std::size_t i = 0; i < file.scenarios.size(); ++i) {
    LintScenario scenario{file, file.scenarios[i], fmt::format("scenarios[{}]", i), {}};
    for (const Instance& instance : instances) {
      if (instance.scenario == &scenario.scenario) scenario.instances.push_back(&instance);
    }
    lint_scenario(report, scenario, context);
  }
  std::stable_sort(report.problems().begin(), report.problems().end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return std::move(report.problems());
}

std::vector<Problem> lint_ids(std::span<const File> files) {
  std::map<std::string, std::string> first;
  std::vector<Problem> problems;
  for (const File& file : files) {
    for (std::size_t i = 0; i < file.scenarios.size(); ++i) {
      const Scenario& scenario = file.scenarios[i];
      const std::string here = fmt::format("{}:{}", file.path, scenario.line);
      const auto [found, added] = first.try_emplace(scenario.id, here);
      if (added) continue;
      problems.push_back({file.path, scenario.line, fmt::format("scenarios[{}].id", i),
                          fmt::format("{} is the id of the scenario at {} already",
                                      quoted(scenario.id), found->second)});
    }
  }
  return problems;
}

}  // namespace mqttspec::scenario
