// Every scenario of the tree passes lint, with the catalogue that is embedded in the binary.
#include <gtest/gtest.h>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/scenario/lint.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

LintContext embedded_catalogue() {
  const catalogue::Catalogue& catalogue = catalogue::Catalogue::embedded();
  LintContext context;
  context.statement = [&catalogue](std::string_view id) -> std::optional<StatementInfo> {
    const catalogue::Requirement* found = catalogue.find(id);
    if (found == nullptr) return std::nullopt;
    return StatementInfo{found->level, found->reaction};
  };
  context.nearest_statement = [&catalogue](std::string_view id) { return catalogue.nearest(id); };
  return context;
}

TEST(LintOfTheTree, FindsNothingInAnyScenario) {
  const LintContext context = embedded_catalogue();
  std::vector<File> files;
  for (const auto& [path, text] : test::scenario_files()) {
    std::vector<Problem> problems;
    std::optional<File> file = parse_file(text, path, problems);
    if (file) {
      const std::vector<Problem> found = lint(*file, context);
      problems.insert(problems.end(), found.begin(), found.end());
      files.push_back(std::move(*file));
    }
    for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  }
  for (const Problem& problem : lint_ids(files)) ADD_FAILURE() << to_string(problem);
  EXPECT_GE(files.size(), 14U);
}

}  // namespace
}  // namespace mqttspec::scenario
