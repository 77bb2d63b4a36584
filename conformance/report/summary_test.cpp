#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/report/result.hpp"
#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

executor::CheckOutcome check(std::string name, Verdict verdict) {
  executor::CheckOutcome outcome;
  outcome.name = std::move(name);
  outcome.verdict = verdict;
  outcome.statements = {"5.0:MQTT-1"};
  return outcome;
}

// One passing instance `good@5.0`, and `odd@5.0` with a check `asked` of this verdict.
RunResult run_with(Verdict verdict) {
  RunResult run;
  executor::InstanceOutcome good;
  good.id = "good@5.0";
  good.scenario = "good";
  good.verdict = Verdict::pass;
  good.checks = {check("asked", Verdict::pass)};
  executor::InstanceOutcome odd;
  odd.id = "odd@5.0";
  odd.scenario = "odd";
  odd.verdict = verdict;
  odd.checks = {check("asked", verdict)};
  run.instances = {good, odd};
  return run;
}

TEST(Summarise, CountsByVerdict) {
  RunResult run = sample_run();
  run.instances.resize(5);
  const Summary summary = summarise(run);
  EXPECT_THAT(summary.instances, ElementsAre(Pair(Verdict::fail, 1U), Pair(Verdict::nonstrict, 1U),
                                             Pair(Verdict::pass, 3U)));
  EXPECT_THAT(summary.checks, ElementsAre(Pair(Verdict::fail, 1U), Pair(Verdict::blocked, 1U),
                                          Pair(Verdict::nonstrict, 1U), Pair(Verdict::pass, 7U)));
  EXPECT_THAT(summary.scenarios,
              ElementsAre(Pair(Verdict::fail, 1U), Pair(Verdict::nonstrict, 1U)));
  EXPECT_EQ(summary.statements.at(Verdict::pass), 5U);
}

TEST(Summarise, CountsAMonitorOnceForTheWholeRun) {
  RunResult run = run_with(Verdict::pass);
  run.instances[0].monitor_occasions = {{"a", "5.0:A", 2}, {"b", "5.0:B", 0}};
  run.instances[1].monitor_occasions = {{"a", "5.0:A", 0}, {"b", "5.0:B", 0}};
  EXPECT_THAT(summarise(run).monitors,
              ElementsAre(Pair(Verdict::pass, 1U), Pair(Verdict::not_applicable, 1U)));
  run.instances[1].monitor_findings = {{"a", "5.0:A", "c", false, "m", 0}};
  EXPECT_THAT(summarise(run).monitors,
              ElementsAre(Pair(Verdict::fail, 1U), Pair(Verdict::not_applicable, 1U)));
}

TEST(Summarise, DoesNotCountWhatWatchesOurOwnSide) {
  RunResult run = run_with(Verdict::pass);
  run.instances[0].monitor_occasions = {{"our-identifiers", "", 7}};
  EXPECT_TRUE(summarise(run).monitors.empty());
}

TEST(VerdictOf, AFindingWeighsAsItsStatement) {
  RunResult run = run_with(Verdict::pass);
  run.statements = {{"5.0:M", "MUST", "", "", "", Verdict::pass, {}},
                    {"5.0:S", "SHOULD NOT", "", "", "", Verdict::pass, {}}};
  EXPECT_EQ(verdict_of(run, {"a", "5.0:M", "c", false, "", 0}), Verdict::fail);
  EXPECT_EQ(verdict_of(run, {"a", "5.0:S", "c", false, "", 0}), Verdict::nonstrict);
  EXPECT_EQ(verdict_of(run, {"a", "5.0:M", "c", true, "", 0}), Verdict::inconclusive);
}

TEST(ExitCode, IsZeroWhenNothingFailed) {
  for (const Verdict verdict : {Verdict::pass, Verdict::nonstrict, Verdict::info,
                                Verdict::not_applicable, Verdict::not_asked}) {
    EXPECT_EQ(exit_code(run_with(verdict), false), 0) << executor::to_string(verdict);
  }
  EXPECT_TRUE(judge(run_with(Verdict::pass), false).reasons.empty());
}

TEST(ExitCode, IsOneForWhatFailedUnlisted) {
  for (const Verdict verdict : {Verdict::crash, Verdict::fail, Verdict::flaky, Verdict::blocked}) {
    EXPECT_EQ(exit_code(run_with(verdict), false), 1) << executor::to_string(verdict);
  }
}

TEST(ExitCode, StrictMakesNonstrictAFailure) {
  EXPECT_EQ(exit_code(run_with(Verdict::nonstrict), false), 0);
  EXPECT_EQ(exit_code(run_with(Verdict::nonstrict), true), 1);
}

TEST(ExitCode, SparesAListedDeviation) {
  RunResult run = run_with(Verdict::fail);
  run.deviations = {{"odd@*", "asked", "", "known", false}};
  EXPECT_EQ(exit_code(run, false), 0);
  mark_deviations(run);
  EXPECT_TRUE(run.deviations[0].occurred);
  EXPECT_EQ(deviation_of(run, run.instances[1], run.instances[1].checks[0]), &run.deviations[0]);
  EXPECT_EQ(deviation_of(run, run.instances[0], run.instances[0].checks[0]), nullptr);
}

TEST(ExitCode, AListedDeviationMustOccur) {
  RunResult run = run_with(Verdict::pass);
  run.deviations = {{"odd@*", "asked", "", "known", false}};
  EXPECT_EQ(exit_code(run, false), 1);
  EXPECT_THAT(judge(run, false).reasons.at(0), HasSubstr("odd@*#asked did not occur"));
  run.deviations[0].instance = "gone@*";
  EXPECT_EQ(exit_code(run, false), 1);
  EXPECT_THAT(judge(run, false).reasons.at(0), HasSubstr("matches no check"));
}

TEST(ExitCode, AnInconclusiveCheckRefutesNoDeviation) {
  RunResult run = run_with(Verdict::inconclusive);
  run.deviations = {{"odd@*", "asked", "", "known", false}};
  EXPECT_EQ(exit_code(run, false), 2);
}

TEST(ExitCode, IsTwoForInconclusiveAndForNoPass) {
  EXPECT_EQ(exit_code(run_with(Verdict::inconclusive), false), 2);
  EXPECT_EQ(exit_code(RunResult{}, false), 2);
  RunResult run = run_with(Verdict::not_applicable);
  run.instances.erase(run.instances.begin());
  EXPECT_EQ(exit_code(run, false), 2);
  EXPECT_THAT(judge(run, false).reasons, ElementsAre("no check passed"));
}

TEST(ExitCode, AnInterruptedRunFailsOnlyForWhatItSaw) {
  RunResult run = run_with(Verdict::blocked);
  run.interrupted = true;
  EXPECT_EQ(exit_code(run, false), 2);
  run.deviations = {{"odd@*", "nothing", "", "not reached", false}};
  EXPECT_EQ(exit_code(run, false), 2);
  run.instances[1].checks[0].verdict = Verdict::fail;
  EXPECT_EQ(exit_code(run, false), 1);
}

TEST(ExitCode, CountsAMonitorsFinding) {
  RunResult run = run_with(Verdict::pass);
  run.instances[1].monitor_findings = {{"order", "5.0:M", "c", false, "", 0}};
  EXPECT_EQ(exit_code(run, false), 1);
  run.deviations = {{"odd@5.0", "monitor:order", "5.0:M", "known", false}};
  EXPECT_EQ(exit_code(run, false), 0);
  run.deviations.clear();
  run.instances[1].monitor_findings[0].ours = true;
  EXPECT_EQ(exit_code(run, false), 2);
}

TEST(ExitCode, AFaultOfAScenarioIsNotTheBrokers) {
  RunResult run = run_with(Verdict::pass);
  run.instances[1].scenario_errors = {"steps[2]: \"illegal\" is missing"};
  EXPECT_EQ(exit_code(run, false), 2);
}

TEST(ExitCode, ABrokerThatDiedBeforeAnyCheckIsAFailure) {
  RunResult run = run_with(Verdict::pass);
  run.instances[1].checks.clear();
  run.instances[1].verdict = Verdict::crash;
  EXPECT_EQ(exit_code(run, false), 1);
}

TEST(DeviationOf, NeedsTheStatementAmongTheChecks) {
  RunResult run = run_with(Verdict::fail);
  run.deviations = {{"", "", "5.0:MQTT-2", "known", false}};
  EXPECT_EQ(exit_code(run, false), 1);
  run.deviations[0].statement = "5.0:MQTT-1";
  EXPECT_EQ(exit_code(run, false), 0);
}

TEST(DeviationOf, TakesBracketsInAnInstanceLiterally) {
  RunResult run = run_with(Verdict::fail);
  run.instances[1].id = "odd@5.0[qos=1]";
  run.deviations = {{"odd@5.0[qos=?]", "as*d", "", "known", false}};
  EXPECT_EQ(exit_code(run, false), 0);
  run.deviations[0].instance = "odd@5.0[qos]";
  EXPECT_EQ(exit_code(run, false), 1);
}

}  // namespace
}  // namespace mqttspec::report
