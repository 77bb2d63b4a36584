#include "conformance/report/problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Problem* find(const std::vector<Problem>& problems, std::string_view name) {
  for (const Problem& problem : problems) {
    if (problem.name() == name) return &problem;
  }
  return nullptr;
}

TEST(ProblemsOf, PutsTheWorstFirstAndListedOnesLast) {
  RunResult run = sample_run();
  run.deviations = {{"malformed-*", "refused", "", "known", false}};
  std::vector<Verdict> verdicts;
  for (const Problem& problem : problems_of(run, true)) verdicts.push_back(problem.verdict);
  EXPECT_THAT(verdicts, ElementsAre(Verdict::fail, Verdict::fail, Verdict::flaky,
                                    Verdict::inconclusive, Verdict::nonstrict, Verdict::crash));
}

TEST(ProblemsOf, TellsBlockedChecksWithTheOneThatBlockedThem) {
  const RunResult run = sample_run();
  const auto problems = problems_of(run, false);
  const Problem* repeated = find(problems, "repeated");
  ASSERT_NE(repeated, nullptr);
  EXPECT_THAT(repeated->blocked, ElementsAre("dup"));
  EXPECT_EQ(find(problems, "dup"), nullptr);
}

TEST(ProblemsOf, TellsBlockedChecksByThemselvesIfNothingElseFailed) {
  RunResult run = sample_run();
  run.instances[2].checks[0].verdict = Verdict::pass;
  const auto problems = problems_of(run, false);
  ASSERT_NE(find(problems, "dup"), nullptr);
  EXPECT_EQ(find(problems, "dup")->verdict, Verdict::blocked);
}

TEST(ProblemsOf, GathersLikeFailuresOfAScenario) {
  RunResult run = sample_run();
  run.instances[1].checks[0].verdict = Verdict::fail;
  const auto problems = problems_of(run, false);
  const Problem* repeated = find(problems, "repeated");
  ASSERT_NE(repeated, nullptr);
  EXPECT_EQ(repeated->instance, &run.instances[1]);
  EXPECT_THAT(repeated->also, ElementsAre(&run.instances[2]));
}

TEST(ProblemsOf, IncludesMonitorsAndInstancesWithoutChecks) {
  RunResult run = sample_run();
  executor::InstanceOutcome dead;
  dead.id = "dead@5.0";
  dead.scenario = "dead";
  dead.verdict = Verdict::crash;
  dead.reason = "the broker is gone";
  run.instances.push_back(dead);
  const auto problems = problems_of(run, false);
  ASSERT_NE(find(problems, "monitor:nothing-after-disconnect"), nullptr);
  ASSERT_NE(find(problems, ""), nullptr);
  EXPECT_EQ(find(problems, "")->why(), "the broker is gone");
}

TEST(Problem, SaysWhatWasAllowedAndWhatCame) {
  const RunResult run = sample_run();
  const auto problems = problems_of(run, true);
  const Problem* repeated = find(problems, "repeated");
  EXPECT_EQ(repeated->allowed(), "PUBLISH with packet_identifier 1 to sub");
  EXPECT_EQ(repeated->came(), "nothing");
  EXPECT_EQ(repeated->why(), "never came within 2.00 s");
  EXPECT_EQ(repeated->place(), "scenarios/qos1/resume.json:41 steps[7]");
  EXPECT_EQ(find(problems, "prompt")->came(), "4.20 s after 4.20 s");
}

TEST(Problem, NamesNoTimeForWhatCameBeforeTheStepBegan) {
  RunResult run = sample_run();
  run.instances[4].checks[1].evidence[0].elapsed = std::chrono::milliseconds(-144);
  const auto problems = problems_of(run, true);
  EXPECT_EQ(find(problems, "prompt")->came(), "4.20 s");
}

TEST(ExcerptOf, ShowsTheEndWhereSomethingNeverCame) {
  const RunResult run = sample_run();
  const auto problems = problems_of(run, true);
  const Excerpt excerpt = excerpt_of(*find(problems, "repeated"), 4);
  EXPECT_EQ(excerpt.last, run.instances[2].trace.size());
  EXPECT_EQ(excerpt.first, excerpt.last - 4);
}

TEST(ExcerptOf, StaysInsideTheTrace) {
  const RunResult run = hostile_run();
  for (const Problem& problem : problems_of(run, true)) {
    const Excerpt excerpt = excerpt_of(problem, 10);
    EXPECT_LE(excerpt.first, excerpt.last);
    EXPECT_LE(excerpt.last, problem.instance->trace.size());
  }
}

TEST(ReplayCommand, QuotesTheInstanceForAShell) {
  RunResult run = sample_run();
  run.instances[0].id = "it's@5.0[a=1]";
  EXPECT_EQ(replay_command(run, run.instances[0]),
            "mqttspec run --profile sample.json --only 'it'\\''s@5.0[a=1]'");
  run.replay = "mqttspec run --only '{}'";
  EXPECT_EQ(replay_command(run, run.instances[3]),
            "mqttspec run --only 'will-is-published-after-its-delay@5.0[first=delay-is-over]'");
  run.replay.clear();
  EXPECT_THAT(replay_command(run, run.instances[1]), HasSubstr(run.instances[1].id));
}

TEST(TraceLine, MarksWhatIsWrongAndWhatIsMeant) {
  const RunResult run = sample_run();
  const auto& instance = run.instances[6];
  EXPECT_EQ(trace_line(instance, 3).arrow, "→");
  EXPECT_THAT(trace_line(instance, 3).text, HasSubstr("[on purpose: QoS 3]"));
  EXPECT_EQ(trace_line(instance, 5).text, "broker closes (FIN)");
  EXPECT_THAT(trace_line(instance, 6).text, HasSubstr("[wrong: Remaining Length has five bytes]"));
  const RunResult hostile = hostile_run();
  for (std::size_t i = 0; i < instance.trace.size(); ++i) {
    EXPECT_TRUE(is_printable(trace_line(hostile.instances[6], i).text));
  }
}

TEST(TraceLine, CountsTimeFromTheFirstEntry) {
  RunResult run = sample_run();
  for (auto& entry : run.instances[6].trace) entry.at += std::chrono::hours(2);
  EXPECT_EQ(trace_line(run.instances[6], 0).at, "0 ms");
  EXPECT_EQ(trace_line(run.instances[6], 1).at, "0.1 ms");
}

}  // namespace
}  // namespace mqttspec::report
