// The scenarios that a command works with: embedded in the program, or from a directory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/catalogue/coverage.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::cli {

struct Suite {
  std::vector<std::shared_ptr<const scenario::File>> files;  // by path
  std::vector<scenario::Instance> instances;                 // in the files' order

  [[nodiscard]] const scenario::Scenario* find(std::string_view id) const;
  [[nodiscard]] const scenario::File* file_of(std::string_view id) const;
};

// (path, text) of every scenario: of `directory` and all below it, of that one file, or the
// embedded ones if it is empty. Throws std::runtime_error if the directory cannot be read or holds
// none.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> scenario_texts(
    const std::string& directory);

// Parses and expands. What is wrong, ids that stand in two places included, is appended to
// `problems`; files without problems are in the suite all the same.
[[nodiscard]] Suite parse_suite(const std::vector<std::pair<std::string, std::string>>& texts,
                                std::vector<scenario::Problem>& problems);

// Both; throws std::runtime_error that lists the problems, if there are any.
[[nodiscard]] Suite load_suite(const std::string& directory);

// Which check of which scenario cites which statement, over all instances.
[[nodiscard]] std::vector<catalogue::Citation> citations_of(const Suite& suite);

// The committed proofs that checks can fail.
[[nodiscard]] std::vector<catalogue::Proof> embedded_proofs();

// Coverage of every statement by this suite.
[[nodiscard]] std::vector<catalogue::StatementCoverage> coverage_of(const Suite& suite);

}  // namespace mqttspec::cli
