// Whatever the parser lets through, printer, expansion and lint can cope with.
#include <gtest/gtest.h>

#include "conformance/scenario/lint.hpp"
#include "conformance/scenario/mutations.hpp"

namespace mqttspec::scenario {
namespace {

std::optional<File> parsed(const std::string& text) {
  std::vector<Problem> problems;
  return parse_file(text, "x.json", problems);
}

TEST(DamagedScenarios, ArePrintedAndLintedIfTheParserAcceptsThem) {
  std::size_t accepted = 0;
  std::size_t faulty = 0;
  test::for_each_mutant(500, [&](const test::Json& mutant, const auto&, const std::string& how) {
    const std::optional<File> first = parsed(mutant.dump());
    if (!first) return;
    ++accepted;
    const std::string printed = print_file(*first);
    const std::optional<File> second = parsed(printed);
    ASSERT_TRUE(second) << how << "\n" << printed;
    ASSERT_EQ(print_file(*second), printed) << how;
    if (!lint(*first, {}).empty()) ++faulty;
  });
  EXPECT_GT(accepted, 500U);
  EXPECT_GT(faulty, accepted / 4);
}

}  // namespace
}  // namespace mqttspec::scenario
