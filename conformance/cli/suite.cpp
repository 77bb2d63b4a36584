#include "conformance/cli/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "conformance/cli/files.hpp"
#include "conformance/scenario/lint.hpp"
#include "embedded/proof_files.hpp"
#include "embedded/scenario_files.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

// schema/ and profiles/ stand among the scenarios but are none; those of probe/ ask what a broker
// can do, and judge nothing (see probe_facts.hpp).
bool is_scenario(const fs::path& path) {
  if (path.extension() != ".json") return false;
  return std::none_of(path.begin(), path.end(), [](const fs::path& part) {
    return part == "schema" || part == "profiles" || part == "probe";
  });
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
  if (fs::is_regular_file(directory, error)) return {{directory, read_file(directory)}};
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
  std::vector<scenario::File> files;
  for (const auto& [path, text] : texts) {
    if (auto file = scenario::parse_file(text, path, problems)) files.push_back(std::move(*file));
  }
  for (scenario::Problem& problem : scenario::lint_ids(files)) {
    problems.push_back(std::move(problem));
  }
  Suite suite;
  for (scenario::File& file : files) {
    suite.files.push_back(std::make_shared<const scenario::File>(std::move(file)));
    auto instances = scenario::expand(suite.files.back(), problems);
    std::move(instances.begin(), instances.end(), std::back_inserter(suite.instances));
  }
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
