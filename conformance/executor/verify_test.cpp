// `verify` and what captures and marks give to it.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::HasSubstr;

// Three messages have come: x, y, x; they stand in `all`, the first alone in `one`.
InstanceOutcome verified(const std::string& steps, bool faulty = false) {
  FakeBroker broker;
  broker.script_is_faulty = faulty;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    if (peer.client != "a") return;
    b.publish("a", "first", "1", 0, 1, 2s);
    for (const char* payload : {"x", "y", "x"}) b.publish("a", "t", payload, 0, 1, 3s);
  });
  return run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "mark": "connected" },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/first" } }, "within": "2s", "as": "one" },
      { "wait": "2s" },
      { "client": "a", "expect": { "PUBLISH": { "topic_name": { "prefix": "${ns}/t" } } }, "count": 3, "as": "all" },
      )" + steps + "]");
}

std::string verdict(const std::string& step) {
  const auto outcome = verified(step);
  EXPECT_TRUE(outcome.scenario_errors.empty()) << trace_of(outcome);
  return verdict_of(outcome, "must");
}

TEST(Verify, IsComparesTheFieldsOfASinglePacket) {
  EXPECT_EQ(verdict(R"({ "verify": "one", "is": { "payload": "1", "qos": 0 }, "check": "must" })"),
            "pass");
  EXPECT_EQ(verdict(R"({ "verify": "one", "is": { "payload": "2" }, "check": "must" })"), "fail");
}

TEST(Verify, IsOfAListIsAnErrorOfTheScript) {
  const auto outcome =
      verified(R"({ "verify": "all", "is": { "qos": 0 }, "check": "must" })", true);
  EXPECT_EQ(outcome.scenario_errors.size(), 1U);
}

TEST(Verify, EveryAndSomeJudgeLists) {
  EXPECT_EQ(verdict(R"({ "verify": "all", "every": { "qos": 0 }, "check": "must" })"), "pass");
  EXPECT_EQ(verdict(R"({ "verify": "all", "every": { "payload": "x" }, "check": "must" })"),
            "fail");
  EXPECT_EQ(verdict(R"({ "verify": "all", "some": { "payload": "y" }, "check": "must" })"), "pass");
  EXPECT_EQ(verdict(R"({ "verify": "all", "some": { "payload": "z" }, "check": "must" })"), "fail");
}

TEST(Verify, DistinctMeansNoTwoAlike) {
  EXPECT_EQ(verdict(R"({ "verify": "all", "distinct": "payload", "check": "must" })"), "fail");
  EXPECT_EQ(verdict(R"({ "verify": "one", "distinct": "payload", "check": "must" })"), "pass");
}

TEST(Verify, CountIsANumberOrARange) {
  EXPECT_EQ(verdict(R"({ "verify": "all", "count": 3, "check": "must" })"), "pass");
  EXPECT_EQ(verdict(R"({ "verify": "all", "count": 2, "check": "must" })"), "fail");
  EXPECT_EQ(verdict(R"({ "verify": "all", "count": { "max": 2 }, "check": "must" })"), "fail");
  EXPECT_EQ(verdict(R"({ "verify": "all", "count": "${2 + 1}", "check": "must" })"), "pass");
}

TEST(Verify, OfANameThatWasNeverCapturedIsSkipped) {
  const auto outcome = verified(R"(
      { "client": "a", "expect": "PUBACK", "as": "never", "check": "may" },
      { "verify": "never", "is": { "packet_identifier": 1 }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
  EXPECT_EQ(check_of(outcome, "may").answer, false);
}

TEST(Verify, ElapsedIsCountedAsInTheCapturingStepOrFromItsOwnSince) {
  EXPECT_EQ(
      verdict(
          R"({ "verify": "one", "is": { "elapsed": { "min": "2s", "max": "2s" } }, "check": "must" })"),
      "pass");
  EXPECT_EQ(
      verdict(
          R"({ "verify": "all", "every": { "elapsed": { "min": "1s", "max": "1s" } }, "since": "one",
                         "check": "must" })"),
      "pass")
      << "a capture is a moment as well: that of its arrival";
  EXPECT_EQ(
      verdict(R"({ "verify": "one", "is": { "elapsed": { "max": "1s" } }, "check": "must" })"),
      "fail");
}

TEST(Verify, AnUnmetOneDoesNotEndTheInstance) {
  const auto outcome = verified(R"(
      { "verify": "one", "is": { "payload": "2" }, "check": "must" },
      { "client": "a", "ping": {}, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
  EXPECT_THAT(why_of(outcome, "must"), HasSubstr("payload"));
}

TEST(Capture, FieldsListsAndAbsentFieldsStandForValues) {
  const auto outcome = verified(R"(
      { "when": "all.count == 3", "client": "a", "publish": {
          "topic_name": "${ns}/${one.payload}/${all.1.payload}/${one.content_type|none}", "qos": 1 }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(trace_of(outcome), HasSubstr("abcdefghijkl/1/y/none"));
}

TEST(Capture, AnUnknownNameIsAnErrorThatSaysWhere) {
  const auto outcome = verified(
      R"({ "client": "a", "publish": { "topic_name": "${ns}/${al.count}" }, "check": "may" })",
      true);
  ASSERT_EQ(outcome.scenario_errors.size(), 1U);
  EXPECT_THAT(outcome.scenario_errors[0], HasSubstr("steps[4]"));
  EXPECT_THAT(outcome.scenario_errors[0], HasSubstr("al"));
}

}  // namespace
}  // namespace mqttspec::executor::testing
