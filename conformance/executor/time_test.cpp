// Section 7: protocol time, patience and the other tolerances.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::HasSubstr;

// The client is connected; a message comes so long after.
InstanceOutcome arriving(Duration delay, const std::string& steps, Tolerance tolerance,
                         bool faulty = false) {
  FakeBroker broker;
  broker.script_is_faulty = faulty;
  broker.on(PacketType::connect, [delay](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    if (peer.client == "a") b.publish("a", "t", "x", 0, 1, delay);
  });
  return run(broker,
             R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "mark": "start" }, )" +
                 steps + "]",
             with(tolerance));
}

constexpr auto due_after_3s =
    R"({ "client": "a", "expect": "PUBLISH", "since": "start", "within": "3s",
    "as": "m", "check": "must" })";

TEST(Time, AnExpectationIsDueAfterWithinAndPatience) {
  const auto reference = Tolerance::reference();
  const auto live = Tolerance::live();
  EXPECT_EQ(verdict_of(arriving(3s, due_after_3s, reference), "must"), "pass");
  EXPECT_EQ(verdict_of(arriving(3s + 1ms, due_after_3s, reference), "must"), "fail");
  EXPECT_EQ(verdict_of(arriving(5s, due_after_3s, live), "must"), "pass");
  EXPECT_EQ(verdict_of(arriving(5s + 1ms, due_after_3s, live), "must"), "fail");
}

TEST(Time, LateIsToldFromNeverWithinLateness) {
  const auto late = arriving(9s, due_after_3s, Tolerance::live());
  EXPECT_EQ(why_of(late, "must"), "late by 4 s");
  EXPECT_EQ(check_of(late, "must").evidence[0].elapsed, 9s);
  EXPECT_THAT(check_of(late, "must").evidence[0].received, HasSubstr("PUBLISH"));
  EXPECT_EQ(check_of(late, "must").why, "late by 4 s");
  const auto never = arriving(11s, due_after_3s, Tolerance::live());
  EXPECT_EQ(why_of(never, "must"), "never");
  EXPECT_EQ(never.duration, 10s) << "2 s of patience and 5 s of lateness behind the 3 s";
}

TEST(Time, AScriptThatGoesOnDoesNotWaitForTheLateOne) {
  const auto outcome = arriving(4s, R"(
      { "client": "a", "expect": "PUBLISH", "check": "should" },
      { "client": "a", "ping": {}, "check": "must" },
      { "wait": "5s" }, { "client": "a", "ping": {}, "check": "must" })",
                                Tolerance::live());
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(why_of(outcome, "should"), "late by 2 s") << "noticed on the way";
  EXPECT_EQ(outcome.duration, 7s);
}

TEST(Time, WhatLiesInTheInboxCountsWithItsTimeOfArrival) {
  const auto outcome = arriving(1s, R"(
      { "wait": "10s" },
      { "client": "a", "expect": "PUBLISH", "since": "start", "within": "2s", "as": "m", "check": "must" },
      { "verify": "m", "is": { "elapsed": { "min": "1s", "max": "1s" } }, "check": "other" })",
                                Tolerance::reference());
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
  const auto late = arriving(5s, R"(
      { "wait": "10s" },
      { "client": "a", "expect": "PUBLISH", "since": "start", "within": "2s", "check": "must" })",
                             Tolerance::reference());
  EXPECT_EQ(why_of(late, "must"), "late by 3 s");
}

TEST(Time, WithoutAnActionTheStepCountsFromItsBeginning) {
  const auto outcome = arriving(6s, R"(
      { "wait": "5s" },
      { "client": "a", "expect": { "PUBLISH": { "elapsed": { "min": "1s", "max": "1s" } } }, "within": "1s", "check": "must" })",
                                Tolerance::reference());
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Time, ElapsedIsLoweredByGranularityAndRaisedByPatience) {
  const std::string steps = std::string(due_after_3s) + R"(,
      { "verify": "m", "is": { "elapsed": { "min": "3s" } }, "check": "should" },
      { "verify": "m", "is": { "elapsed": { "max": "1s" } }, "check": "other" })";
  const auto strict = arriving(2s + 500ms, steps, Tolerance::reference());
  EXPECT_EQ(verdict_of(strict, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(strict, "other"), "fail");
  const auto lenient = arriving(2s + 500ms, steps, Tolerance::live());
  EXPECT_EQ(verdict_of(lenient, "should"), "pass");
  EXPECT_EQ(verdict_of(lenient, "other"), "pass");
}

TEST(Time, AMarkWithoutAnActionIsTheMomentOfTheDecision) {
  const auto outcome = arriving(2s, R"(
      { "client": "a", "expect": "PUBLISH", "within": "5s", "mark": "came" },
      { "client": "a", "silence": "PUBLISH", "since": "came", "within": "1s", "check": "must" })",
                                Tolerance::reference());
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_EQ(outcome.duration, 3s);
}

TEST(Time, AnUnknownSinceIsAnErrorOfTheScript) {
  const auto outcome =
      arriving(0s, R"({ "when": "version == 3.1.1", "client": "a", "ping": {}, "mark": "never" },
             { "client": "a", "expect": "PUBLISH", "since": "never", "check": "must" })",
               Tolerance::reference(), true);
  EXPECT_EQ(outcome.scenario_errors.size(), 1U);
}

// Our own clock.
InstanceOutcome disturbed(Duration lateness, const std::string& step, Duration arrival = 1h) {
  FakeBroker broker;
  broker.on(PacketType::connect, [=](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.at(1s, [&b, lateness] { b.interpreter().clock_was_late(lateness, b.now()); });
    if (peer.client == "a") b.publish("a", "t", "x", 0, 1, arrival);
  });
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + step + "]",
             with(Tolerance::live()));
}

TEST(OurClock, WhenItWasLateATimedCheckProvesNothing) {
  const std::string step =
      R"({ "client": "a", "silence": "PUBLISH", "within": "3s", "check": "must" })";
  EXPECT_EQ(verdict_of(disturbed(1500ms, step), "must"), "inconclusive");
  EXPECT_EQ(verdict_of(disturbed(900ms, step), "must"), "pass") << "less than granularity";
}

TEST(OurClock, WhatDoesNotDependOnTimeIsStillJudged) {
  EXPECT_EQ(
      verdict_of(
          disturbed(
              2s,
              R"({ "client": "a", "expect": { "PUBLISH": { "payload": "y" } }, "check": "must" })",
              1200ms),
          "must"),
      "fail");
  const auto never = disturbed(2s, R"({ "client": "a", "expect": "PUBLISH", "check": "must" })");
  EXPECT_EQ(verdict_of(never, "must"), "inconclusive")
      << "it may have come, and we not have looked";
}

}  // namespace
}  // namespace mqttspec::executor::testing
