// From a wrong broker to a scenario that fails with it and passes without.
#include "fuzz/findings/search.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/mutants/mutant.hpp"
#include "fuzz/findings/scenario_of.hpp"

namespace mqttspec::fuzz {
namespace {

class WrongBroker : public ::testing::TestWithParam<std::string_view> {};

TEST_P(WrongBroker, IsFoundAndMadeSmallAndWrittenAsAScenarioThatFails) {
  const auto* row = mutants::find_mutant(GetParam());
  ASSERT_NE(row, nullptr);
  const auto finding = search(oracle_of(row->make), 1, 400);
  ASSERT_TRUE(finding.has_value()) << row->sentence;
  EXPECT_LE(finding->program.size(), 8U) << print(finding->program);
  const auto scripted = scenario_of(
      finding->program, {"found-" + row->slug, "The broker stays faithful to everyone",
                         "seed " + std::to_string(finding->seed) + ": " + finding->fault});
  ASSERT_EQ(scripted.trouble, "") << scripted.text;
  EXPECT_FALSE(is_caught(play(scripted.file)));
  const auto wrong = row->make();
  EXPECT_TRUE(is_caught(play(scripted.file, wrong.get()))) << scripted.text;
}

INSTANTIATE_TEST_SUITE_P(Search, WrongBroker,
                         ::testing::Values("payload-loses-its-last-byte", "ping-goes-unanswered",
                                           "session-survives-clean-start",
                                           "own-messages-come-back"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Search, FindsNothingWrongWithTheReference) {
  EXPECT_FALSE(search(oracle_of({}), 1, 20).has_value());
  codec::SeededChoices choices(1);
  EXPECT_FALSE(shrink(make_program(choices), oracle_of({})).has_value());
}

TEST(Search, IsTheSameEachTime) {
  const auto* row = mutants::find_mutant("puback-twice");
  ASSERT_NE(row, nullptr);
  const auto first = search(oracle_of(row->make), 1, 400);
  const auto second = search(oracle_of(row->make), 1, 400);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(print(first->program), print(second->program));
  EXPECT_EQ(first->fault, second->fault);
}

}  // namespace
}  // namespace mqttspec::fuzz
