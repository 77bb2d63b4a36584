// Section 6: how steps decide checks, what ends an instance, and what then becomes of the rest.
#include "conformance/executor/check_book.hpp"
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::HasSubstr;

InstanceOutcome judged(const std::string& steps) {
  FakeBroker broker;
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + steps + "]");
}

TEST(Verdict, FollowsTheLevelOfTheCheck) {
  const auto met = judged(R"({ "client": "a", "ping": {}, "check": ["must", "should", "may"] })");
  EXPECT_EQ(verdict_of(met, "must"), "pass");
  EXPECT_EQ(verdict_of(met, "should"), "pass");
  EXPECT_EQ(verdict_of(met, "may"), "info");
  EXPECT_EQ(check_of(met, "may").answer, true);
  const auto unmet =
      judged(R"({ "client": "a", "expect": "PUBLISH", "check": ["must", "should", "may"] })");
  EXPECT_EQ(verdict_of(unmet, "must"), "fail");
  EXPECT_EQ(verdict_of(unmet, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(unmet, "may"), "info");
  EXPECT_EQ(check_of(unmet, "may").answer, false);
  EXPECT_EQ(unmet.verdict, Verdict::fail);
}

TEST(Verdict, TheWorstOfSeveralStepsCounts) {
  const auto outcome = judged(R"(
      { "client": "a", "ping": {}, "as": "p", "check": ["must", "should", "may"] },
      { "verify": "p", "is": { "packet_size": 3 }, "check": ["must", "should", "may"] },
      { "client": "a", "ping": {}, "check": ["must", "should", "may"] })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(check_of(outcome, "may").answer, false) << "no before yes";
  EXPECT_EQ(check_of(outcome, "must").evidence.size(), 3U);
}

TEST(Verdict, AnUnmetExpectOfAMustEndsTheInstanceAndBlocksTheRest) {
  const auto outcome = judged(R"(
      { "client": "a", "ping": {}, "check": "should" },
      { "client": "a", "expect": "PUBLISH", "check": "must" },
      { "client": "a", "ping": {}, "check": ["other", "should", "may", "must"] })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail") << "worse than blocked";
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
  EXPECT_EQ(verdict_of(outcome, "should"), "blocked") << "it still needed a step";
  EXPECT_EQ(verdict_of(outcome, "may"), "blocked");
  EXPECT_THAT(check_of(outcome, "other").why, HasSubstr("steps[2]"));
  EXPECT_THAT(check_of(outcome, "other").why, HasSubstr("PUBLISH"));
}

TEST(Verdict, AnUnmetStepWithoutACheckEndsTheInstanceToo) {
  const auto outcome = judged(R"(
      { "client": "a", "ping": {}, "check": "must" },
      { "client": "a", "expect": "PUBLISH" },
      { "client": "a", "ping": {}, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
  EXPECT_EQ(outcome.verdict, Verdict::blocked);
}

TEST(Verdict, AnUnmetStepOfShouldMayOrNotAskedChecksDoesNotEndIt) {
  const auto outcome = judged(R"(
      { "client": "a", "expect": "PUBLISH", "check": ["should", "may", "unasked"] },
      { "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_EQ(verdict_of(outcome, "unasked"), "not asked");
}

TEST(Verdict, AnUnmetSilenceDoesNotEndIt) {
  const auto outcome = judged(R"(
      { "client": "a", "send": "PINGREQ", "silence": "PINGRESP", "check": "must" },
      { "client": "a", "ping": {}, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(Verdict, AStepThatWouldHaveBeenSkippedBlocksNothing) {
  const auto outcome = judged(R"(
      { "client": "a", "expect": "PUBLISH" },
      { "when": "version == 3.1.1", "client": "a", "ping": {}, "check": "must" },
      { "when": "later.count == 1", "client": "a", "ping": {}, "check": "other" },
      { "client": "a", "expect": "PUBLISH", "count": 1, "as": "later" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked") << "what `later` would have been is not known";
}

TEST(Verdict, LaterTurnsOfARepeatAreStepsStillNeeded) {
  const auto outcome = judged(R"(
      { "repeat": 2, "as": "n", "steps": [
        { "client": "a", "ping": {}, "check": "other" },
        { "when": "n == 1", "client": "a", "expect": "PUBLISH", "check": "must" } ] })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
}

TEST(Verdict, AbortingBlocksWhatWasOpen) {
  for (const auto& [verdict, word] : std::vector<std::pair<Verdict, std::string>>{
           {Verdict::blocked, "blocked"}, {Verdict::crash, "crash"}}) {
    FakeBroker broker;
    broker.on(PacketType::publish, [v = verdict](FakeBroker& b, Peer&, const codec::Packet&) {
      b.interpreter().abort(v, "Ctrl-C", b.now());
    });
    const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
        { "client": "a", "connect": {}, "check": "other" },
        { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "check": "must" }])");
    EXPECT_EQ(verdict_of(outcome, "other"), "pass");
    EXPECT_EQ(verdict_of(outcome, "must"), word);
    EXPECT_EQ(outcome.reason, "Ctrl-C");
  }
}

TEST(Verdict, EvidenceTellsWhatWasWantedWhatCameAndWhere) {
  const auto outcome = judged(R"({ "client": "a", "ping": {}, "as": "p" },
      { "verify": "p", "is": { "packet_size": 3 }, "check": "must" })");
  ASSERT_EQ(check_of(outcome, "must").evidence.size(), 1U);
  const Evidence& evidence = check_of(outcome, "must").evidence[0];
  EXPECT_EQ(evidence.step, "steps[2]");
  EXPECT_EQ(evidence.line, 2U);
  EXPECT_FALSE(evidence.met);
  EXPECT_THAT(evidence.expected, HasSubstr("packet_size"));
  EXPECT_EQ(evidence.received, "PINGRESP");
  EXPECT_EQ(evidence.elapsed, 0s);
  ASSERT_EQ(evidence.trace.size(), 1U);
  EXPECT_EQ(outcome.trace[evidence.trace[0]].text, "PINGRESP");
}

TEST(Verdict, EvidenceOfARequestHoldsItsPacketsInBothDirections) {
  const auto outcome = judged(
      R"({ "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 2 }, "check": "must" })");
  std::vector<std::string> types;
  for (const std::size_t place : check_of(outcome, "must").evidence.at(0).trace) {
    const std::string& text = outcome.trace.at(place).text;
    types.push_back(text.substr(0, text.find(' ')));
  }
  EXPECT_THAT(types, ::testing::ElementsAre("PUBLISH", "PUBREC", "PUBREL", "PUBCOMP"));
}

TEST(Verdict, OverallIsTheWorstOfTheChecks) {
  std::vector<CheckOutcome> checks(3);
  checks[0].verdict = Verdict::pass;
  checks[1].verdict = Verdict::nonstrict;
  checks[2].verdict = Verdict::info;
  EXPECT_EQ(overall(checks), Verdict::nonstrict);
  EXPECT_EQ(overall({}), Verdict::not_asked);
}

TEST(Monitors, FindWhatNoStepLooksAt) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    codec::Suback unasked;
    unasked.packet_identifier = 77;
    unasked.reason_codes = {codec::ReasonCode::success};
    b.send(peer, unasked);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "a", "ping": {} }, { "client": "a", "ping": {}, "check": "must" }])");
  ASSERT_FALSE(outcome.monitor_findings.empty());
  const MonitorFinding& finding = outcome.monitor_findings[0];
  EXPECT_EQ(finding.client, "a");
  EXPECT_THAT(outcome.trace[finding.trace].text, HasSubstr("SUBACK"));
  EXPECT_FALSE(outcome.monitor_occasions.empty());
}

}  // namespace
}  // namespace mqttspec::executor::testing
