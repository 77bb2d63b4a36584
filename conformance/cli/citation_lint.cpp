#include "conformance/cli/citation_lint.hpp"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "conformance/scenario/spelling.hpp"

namespace mqttspec::cli {
namespace {

using catalogue::Strictness;

Strictness strictness_of(scenario::Level level) {
  switch (level) {
    case scenario::Level::must:
      return Strictness::must;
    case scenario::Level::should:
      return Strictness::should;
    case scenario::Level::may:
      return Strictness::may;
  }
  return Strictness::must;
}

// Where the check is written down, for messages.
scenario::Problem at(const scenario::Instance& instance, const std::string& check,
                     std::string message) {
  scenario::Problem problem;
  problem.path = instance.file->path;
  problem.message = std::move(message);
  for (std::size_t i = 0; i < instance.file->scenarios.size(); ++i) {
    if (&instance.file->scenarios[i] != instance.scenario) continue;
    problem.json_path = fmt::format("scenarios[{}].checks.{}", i, check);
  }
  for (const auto& definition : instance.scenario->checks) {
    if (definition.name == check) problem.line = definition.line;
  }
  return problem;
}

std::string unknown(const std::string& statement, const catalogue::Catalogue& catalogue) {
  const std::string near = catalogue.nearest(statement);
  return fmt::format("there is no statement {}{}", scenario::quoted(statement),
                     near.empty() ? "" : "; did you mean " + near + "?");
}

}  // namespace

void lint_citations(const Suite& suite, const catalogue::Catalogue& catalogue,
                    std::vector<scenario::Problem>& problems) {
  // Instances repeat their scenario's checks; each mistake is told once.
  std::set<std::tuple<const scenario::Scenario*, std::string, std::string>> told;
  for (const scenario::Instance& instance : suite.instances) {
    for (const scenario::Check& check : instance.checks) {
      Strictness strictest = Strictness::none;
      bool all_known = true;
      for (const std::string& statement : check.statements) {
        const catalogue::Requirement* requirement = catalogue.find(statement);
        if (requirement != nullptr) {
          strictest = std::max(strictest, catalogue::strictest(*requirement));
          continue;
        }
        all_known = false;
        if (told.emplace(instance.scenario, check.name, statement).second) {
          problems.push_back(at(instance, check.name, unknown(statement, catalogue)));
        }
      }
      if (!check.asked() || !all_known || strictness_of(check.level) <= strictest) continue;
      const std::string cited = fmt::format("{}", fmt::join(check.statements, ", "));
      if (told.emplace(instance.scenario, check.name, cited).second) {
        problems.push_back(at(instance, check.name,
                              fmt::format("judges as {}, more strictly than what it cites ({})",
                                          to_string(check.level), cited)));
      }
    }
  }
}

}  // namespace mqttspec::cli
