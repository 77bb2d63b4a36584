#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/executor/live/schedule.hpp"
#include "conformance/scenario/disturbance.hpp"
#include "conformance/scenario/lint.hpp"

namespace mqttspec::cli {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

Texts read_all(const std::vector<std::string>& files) {
  Texts texts;
  for (const std::string& file : files) {
    if (std::filesystem::is_directory(file)) {
      Texts more = scenario_texts(file);
      std::move(more.begin(), more.end(), std::back_inserter(texts));
    } else {
      texts.emplace_back(file, read_file(file));
    }
  }
  return texts;
}

scenario::LintContext context() {
  const catalogue::Catalogue& catalogue = catalogue::Catalogue::embedded();
  return {[&](std::string_view id) -> std::optional<scenario::StatementInfo> {
            const catalogue::Requirement* requirement = catalogue.find(id);
            if (requirement == nullptr) return std::nullopt;
            return scenario::StatementInfo{requirement->level, requirement->reaction};
          },
          [&](std::string_view id) { return catalogue.nearest(id); }};
}

// Versions in which a scenario runs and asks nothing, since no check cites a statement of theirs.
// No mistake, but seldom meant.
std::vector<scenario::Problem> unasked_versions(const Suite& suite) {
  struct Asked {
    const scenario::Instance* first = nullptr;
    bool asked = false;
  };
  std::map<std::pair<std::string, codec::Version>, Asked> versions;
  for (const scenario::Instance& instance : suite.instances) {
    Asked& version = versions[{instance.scenario->id, instance.version}];
    if (version.first == nullptr) version.first = &instance;
    version.asked = version.asked || std::any_of(instance.checks.begin(), instance.checks.end(),
                                                 [](const auto& check) { return check.asked(); });
  }
  std::vector<scenario::Problem> warnings;
  for (const auto& [key, version] : versions) {
    if (version.asked) continue;
    const scenario::Scenario& scenario = *version.first->scenario;
    warnings.push_back(
        {version.first->file->path, scenario.line, scenario.id + ".versions",
         fmt::format("in {} no check cites a statement of that version, so that nothing is asked; "
                     "take the version out, or cite one",
                     codec::to_string(key.second))});
  }
  return warnings;
}

// What --safe leaves out by rule although the file does not say that it needs the broker alone. No
// mistake either: a flood may be just what a scenario is about.
std::vector<scenario::Problem> unsafe_scenarios(const Suite& suite) {
  std::vector<scenario::Problem> notes;
  const scenario::Scenario* told = nullptr;
  for (const scenario::Instance& instance : suite.instances) {
    const scenario::Scenario& scenario = *instance.scenario;
    if (&scenario == told || executor::needs_broker_alone(scenario)) continue;
    for (const auto& [what, json_path, line] : scenario::disturbances(instance)) {
      told = &scenario;
      notes.push_back({instance.file->path, line,
                       scenario.id + (json_path.empty() ? "" : "." + json_path),
                       "--safe leaves it out: " + what});
    }
  }
  return notes;
}

}  // namespace

int check_command(const CheckArguments& arguments, std::ostream& out) {
  const Texts texts = read_all(arguments.files);
  std::vector<scenario::Problem> problems;
  const Suite suite = parse_suite(texts, problems);
  for (const auto& file : suite.files) {
    for (scenario::Problem& problem : lint(*file, context())) {
      problems.push_back(std::move(problem));
    }
  }
  for (const scenario::Problem& problem : problems) fmt::print(out, "{}\n", to_string(problem));
  for (const scenario::Problem& warning : unasked_versions(suite)) {
    fmt::print(out, "warning: {}\n", to_string(warning));
  }
  for (const scenario::Problem& note : unsafe_scenarios(suite)) {
    fmt::print(out, "note: {}\n", to_string(note));
  }
  if (!problems.empty()) {
    fmt::print(out, "\n{} problem{} in {} file{}\n", problems.size(),
               problems.size() == 1 ? "" : "s", texts.size(), texts.size() == 1 ? "" : "s");
    return exit_findings;
  }
  std::size_t scenarios = 0;
  for (const auto& file : suite.files) scenarios += file->scenarios.size();
  fmt::print(out, "{} file{}, {} scenarios, {} instances: nothing wrong\n", texts.size(),
             texts.size() == 1 ? "" : "s", scenarios, suite.instances.size());
  return exit_ok;
}

}  // namespace mqttspec::cli
