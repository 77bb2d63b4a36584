#include "conformance/cli/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>

#include "conformance/cli/files.hpp"
#include "embedded/proof_files.hpp"
#include "embedded/scenario_files.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

// schema/ and profiles/ stand among the scenarios but are none.
bool is_scenario(const fs::path& path) {
  if (path.extension() != ".json") return false;
  return std::none_of(path.begin(), path.end(),
                      [](const fs::path& part) { return part == "schema" || part == "profiles"; });
}

// An id names one scenario for ever; a second one would make reports ambiguous.
void report_repeated_ids(const Suite& suite, std::vector<scenario::Problem>& problems) {
  std::map<std::string, const scenario::File*> seen;
  for (const auto& file : suite.files) {
    for (std::size_t i = 0; i < file->scenarios.size(); ++i) {
      const scenario::Scenario& scenario = file->scenarios[i];
      const auto [place, is_new] = seen.emplace(scenario.id, file.get());
      // Within one file the parser has said so.
      if (is_new || place->second == file.get()) continue;
      problems.push_back({file->path, scenario.line, fmt::format("scenarios[{}].id", i),
                          fmt::format("{} stands in {} already; ids are unique over all files",
                                      scenario.id, place->second->path)});
    }
  }
}

}  // namespace

const scenario::Scenario* Suite::find(std::string_view id) const {
  for (const auto& file : files) {
    for (const scenario::Scenario& scenario : file->scenarios) {
      if (scenario.id == id) return &scenario;
    }
  }
  return nullptr;
}

const scenario::File* Suite::file_of(std::string_view id) const {
  for (const auto& file : files) {
    for (const scenario::Scenario& scenario : file->scenarios) {
      if (scenario.id == id) return file.get();
    }
  }
  return nullptr;
}

std::vector<std::pair<std::string, std::string>> scenario_texts(const std::string& directory) {
  std::vector<std::pair<std::string, std::string>> texts;
  if (directory.empty()) {
    for (const auto& file : mqttspec::embedded::scenario_files()) {
      texts.emplace_back(file.path, file.content);
    }
    return texts;
  }
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    throw std::runtime_error(fmt::format("{}: no such directory", directory));
  }
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && is_scenario(fs::relative(entry.path(), directory))) {
      texts.emplace_back(entry.path().generic_string(), read_file(entry.path().string()));
    }
  }
  std::sort(texts.begin(), texts.end());
  if (texts.empty()) throw std::runtime_error(fmt::format("{}: holds no scenarios", directory));
  return texts;
}

Suite parse_suite(const std::vector<std::pair<std::string, std::string>>& texts,
                  std::vector<scenario::Problem>& problems) {
  Suite suite;
  for (const auto& [path, text] : texts) {
    auto file = scenario::parse_file(text, path, problems);
    if (!file) continue;
    auto shared = std::make_shared<const scenario::File>(std::move(*file));
    suite.files.push_back(shared);
    auto instances = scenario::expand(shared, problems);
    std::move(instances.begin(), instances.end(), std::back_inserter(suite.instances));
  }
  report_repeated_ids(suite, problems);
  return suite;
}

Suite load_suite(const std::string& directory) {
  std::vector<scenario::Problem> problems;
  Suite suite = parse_suite(scenario_texts(directory), problems);
  if (problems.empty()) return suite;
  std::string message =
      fmt::format("{} in the scenarios:", problems.size() == 1 ? "a mistake" : "mistakes");
  for (const scenario::Problem& problem : problems) message += "\n  " + to_string(problem);
  throw std::runtime_error(message);
}

std::vector<catalogue::Citation> citations_of(const Suite& suite) {
  std::set<catalogue::Citation> citations;
  for (const scenario::Instance& instance : suite.instances) {
    for (const scenario::Check& check : instance.checks) {
      for (const std::string& statement : check.statements) {
        citations.insert({instance.scenario->id, check.name, statement});
      }
    }
  }
  return {citations.begin(), citations.end()};
}

std::vector<catalogue::Proof> embedded_proofs() {
  std::vector<catalogue::Proof> proofs;
  for (const auto& file : mqttspec::embedded::proof_files()) {
    auto more = catalogue::proofs_from_text(std::string(file.path), std::string(file.content));
    std::move(more.begin(), more.end(), std::back_inserter(proofs));
  }
  return proofs;
}

std::vector<catalogue::StatementCoverage> coverage_of(const Suite& suite) {
  return catalogue::compute_coverage(catalogue::Catalogue::embedded(), citations_of(suite),
                                     embedded_proofs(), catalogue::embedded_reasons());
}

}  // namespace mqttspec::cli
