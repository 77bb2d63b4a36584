#include "conformance/report/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// One instance of one check.
RunResult run_with(Verdict verdict) {
  RunResult run;
  run.broker = "broker 1";
  executor::CheckOutcome check;
  check.name = "answered";
  check.verdict = verdict;
  check.statements = {"5.0:MQTT-3.1.4-5"};
  check.why = "closed instead";
  executor::InstanceOutcome instance;
  instance.id = "connect@5.0";
  instance.scenario = "connect";
  instance.checks = {check};
  run.instances = {instance};
  return run;
}

Direction between(Verdict before, Verdict after) {
  const Comparison comparison = compare(run_with(before), run_with(after));
  EXPECT_EQ(comparison.changes.size(), 1U);
  EXPECT_EQ(comparison.common, 1U);
  return comparison.changes.empty() ? Direction::other : comparison.changes[0].direction;
}

TEST(Comparison, FindsNothingBetweenARunAndItself) {
  const Comparison comparison = compare(sample_run(), sample_run());
  EXPECT_TRUE(comparison.changes.empty());
  EXPECT_EQ(comparison.only_before + comparison.only_after, 0U);
  EXPECT_GT(comparison.common, 5U);
}

TEST(Comparison, CallsWorseWhatFailsNowOrFailsMoreGravely) {
  EXPECT_EQ(between(Verdict::pass, Verdict::fail), Direction::worse);
  EXPECT_EQ(between(Verdict::pass, Verdict::nonstrict), Direction::worse);
  EXPECT_EQ(between(Verdict::fail, Verdict::crash), Direction::worse);
  EXPECT_EQ(between(Verdict::not_applicable, Verdict::fail), Direction::worse);
}

TEST(Comparison, CallsBetterWhatWasMended) {
  EXPECT_EQ(between(Verdict::fail, Verdict::pass), Direction::better);
  EXPECT_EQ(between(Verdict::fail, Verdict::nonstrict), Direction::better);
}

TEST(Comparison, DoesNotCallMendedWhatIsNoLongerAsked) {
  EXPECT_EQ(between(Verdict::fail, Verdict::not_applicable), Direction::other);
  EXPECT_EQ(between(Verdict::pass, Verdict::not_applicable), Direction::other);
}

TEST(Comparison, DoesNotCountWhatTheLaterProfileLists) {
  RunResult after = run_with(Verdict::fail);
  after.deviations = {{"connect@*", "answered", "", "It is known to.", false}};
  const Comparison comparison = compare(run_with(Verdict::pass), after);
  ASSERT_EQ(comparison.changes.size(), 1U);
  EXPECT_EQ(comparison.changes[0].known, "It is known to.");
  EXPECT_EQ(comparison.worsened(), 0U);
}

TEST(Comparison, TellsNewFailuresWithoutBlamingTheBroker) {
  RunResult after = run_with(Verdict::pass);
  after.instances.push_back(run_with(Verdict::fail).instances[0]);
  after.instances[1].id = "new@5.0";
  const Comparison comparison = compare(run_with(Verdict::pass), after);
  EXPECT_EQ(comparison.only_after, 1U);
  EXPECT_EQ(comparison.worsened(), 0U);
  ASSERT_EQ(comparison.changes.size(), 1U);
  EXPECT_FALSE(comparison.changes[0].before.has_value());
}

TEST(Comparison, TakesAMonitorsFindingAsAChange) {
  RunResult after = run_with(Verdict::pass);
  after.instances[0].monitor_findings = {
      {"in-order", "5.0:MQTT-4.6.0-1", "sub", false, "the second came first", 0}};
  const Comparison comparison = compare(run_with(Verdict::pass), after);
  ASSERT_EQ(comparison.changes.size(), 1U);
  EXPECT_EQ(comparison.changes[0].check, "monitor:in-order");
  EXPECT_EQ(comparison.worsened(), 1U);
  EXPECT_EQ(compare(after, run_with(Verdict::pass)).count(Direction::better), 1U);
}

TEST(Comparison, GathersWhatChangedAlike) {
  RunResult before = run_with(Verdict::pass);
  RunResult after = run_with(Verdict::fail);
  for (RunResult* run : {&before, &after}) {
    run->instances.push_back(run->instances[0]);
    run->instances[1].id = "connect@5.0[x=2]";
  }
  const Comparison comparison = compare(before, after);
  ASSERT_EQ(comparison.changes.size(), 1U);
  EXPECT_EQ(comparison.changes[0].instances.size(), 2U);
  EXPECT_EQ(comparison.worsened(), 2U);
}

TEST(ComparisonText, NamesTheCheckItsVerdictsAndTheReason) {
  const RunResult before = run_with(Verdict::pass);
  const RunResult after = run_with(Verdict::fail);
  std::ostringstream text;
  print_comparison(before, after, compare(before, after), Paint(false), text);
  EXPECT_THAT(text.str(), HasSubstr("✗ fail"));
  EXPECT_THAT(text.str(), HasSubstr("was ✓ pass"));
  EXPECT_THAT(text.str(), HasSubstr("connect@5.0#answered"));
  EXPECT_THAT(text.str(), HasSubstr("closed instead"));
  EXPECT_THAT(text.str(), HasSubstr("1 checks in both: 1 worse, 0 better, 0 otherwise changed."));
}

TEST(ComparisonText, LeavesNothingForMarkdownToActOn) {
  std::ostringstream text;
  const RunResult hostile = hostile_run();
  render_comparison_markdown(run_with(Verdict::pass), hostile,
                             compare(run_with(Verdict::pass), hostile), text);
  EXPECT_THAT(text.str(), Not(HasSubstr("<script")));
  EXPECT_THAT(text.str(), Not(HasSubstr("<img")));
  EXPECT_THAT(text.str(), HasSubstr("✅"));
}

}  // namespace
}  // namespace mqttspec::report
