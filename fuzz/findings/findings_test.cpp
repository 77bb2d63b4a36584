// What was found once and is right now: every scenario in corpus/findings/ is played for ever.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/executor/virtual/virtual_driver.hpp"
#include "conformance/scenario/lint.hpp"
#include "conformance/scenario/test_files.hpp"
#include "fuzz/findings/scenario_of.hpp"

namespace mqttspec::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files() {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(MQTTSPEC_SOURCE_DIR) / "corpus/findings")) {
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

scenario::LintContext context() {
  const auto& catalogue = catalogue::Catalogue::embedded();
  return {[&](std::string_view id) -> std::optional<scenario::StatementInfo> {
            const auto* requirement = catalogue.find(id);
            if (requirement == nullptr) return std::nullopt;
            return scenario::StatementInfo{requirement->level, requirement->reaction};
          },
          [&](std::string_view id) { return catalogue.nearest(id); }};
}

TEST(Findings, TheReferencePassesThemAll) {
  ASSERT_FALSE(files().empty());
  for (const auto& path : files()) {
    std::vector<scenario::Problem> problems;
    auto file = scenario::parse_file(scenario::test::read_text(path), path.filename(), problems);
    ASSERT_TRUE(file.has_value()) << to_string(problems.front());
    for (const auto& problem : lint(*file, context())) ADD_FAILURE() << to_string(problem);
    for (const auto tolerance : {executor::Tolerance::reference(), executor::Tolerance::live()}) {
      executor::VirtualOptions options;
      options.tolerance = tolerance;
      for (const auto& instance :
           scenario::expand(std::make_shared<const scenario::File>(*file), problems)) {
        const auto outcome = executor::run_virtual(instance, options);
        EXPECT_TRUE(outcome.scenario_errors.empty()) << outcome.scenario_errors.front();
        EXPECT_FALSE(is_caught(outcome)) << path << ": " << outcome.reason;
        for (const auto& check : outcome.checks) {
          EXPECT_TRUE(check.verdict == executor::Verdict::pass ||
                      check.verdict == executor::Verdict::not_asked)
              << path << ' ' << check.name << ": " << check.why;
        }
      }
    }
  }
}

}  // namespace
}  // namespace mqttspec::fuzz
