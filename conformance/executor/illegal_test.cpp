// `illegal` stands exactly where something is illegal; all else is an error of the script.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

InstanceOutcome sending(FakeBroker& broker, const std::string& steps) {
  broker.on_malformed = [](FakeBroker& b, Peer& peer, codec::BytesView) { b.close(peer); };
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + steps + "]");
}

constexpr auto alias_zero =
    R"("send": { "PUBLISH": { "topic_name": "${ns}/t", "topic_alias": 0 } }, "expect": "CLOSED", "check": "must" })";

TEST(Illegal, WhatTheCodecRefusesMustSaySo) {
  FakeBroker broker;
  broker.script_is_faulty = true;
  const auto outcome = sending(broker, std::string(R"({ "client": "a", )") + alias_zero);
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive");
  EXPECT_EQ(outcome.verdict, Verdict::inconclusive);
  ASSERT_EQ(outcome.scenario_errors.size(), 1U);
  EXPECT_THAT(outcome.scenario_errors[0], HasSubstr("illegal"));
  EXPECT_THAT(broker.log("a"), Not(Contains("PUBLISH"))) << "nothing was sent";
  EXPECT_THAT(trace_of(outcome), Not(HasSubstr("PUBLISH qos")));
}

TEST(Illegal, MarkedItIsSentAndTraced) {
  FakeBroker broker;
  const auto outcome =
      sending(broker, std::string(R"({ "client": "a", "illegal": "Topic Alias 0", )") + alias_zero);
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  const auto sent = std::find_if(outcome.trace.begin(), outcome.trace.end(),
                                 [](const TraceEntry& e) { return e.illegal == "Topic Alias 0"; });
  ASSERT_NE(sent, outcome.trace.end());
}

TEST(Illegal, WithoutGroundIsAnError) {
  FakeBroker broker;
  broker.script_is_faulty = true;
  const auto outcome = sending(
      broker,
      R"({ "client": "a", "send": "PINGREQ", "illegal": "a ping", "expect": "PINGRESP", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive");
  EXPECT_THAT(outcome.scenario_errors, Contains(HasSubstr("a ping")));
}

TEST(Illegal, RulesOfStateAreKnownToTheMonitors) {
  FakeBroker marked;
  const std::string second = R"({ "client": "a", "send": "CONNECT", )";
  const std::string expectation = R"("expect": "CONNACK", "check": "must" })";
  const auto fine = sending(marked, second + R"("illegal": "a second CONNECT", )" + expectation);
  EXPECT_EQ(verdict_of(fine, "must"), "pass") << trace_of(fine);
  FakeBroker unmarked;
  unmarked.script_is_faulty = true;
  const auto wrong = sending(unmarked, second + expectation);
  EXPECT_EQ(verdict_of(wrong, "must"), "inconclusive");
  EXPECT_THAT(wrong.scenario_errors, Contains(HasSubstr("CONNECT")));
}

TEST(Illegal, RawBytesAreJudgedByTheFramesTheyMake) {
  FakeBroker broker;
  const auto legal = sending(broker, R"(
      { "client": "a", "send": { "bytes": "C0" } },
      { "client": "a", "send": { "bytes": "00" }, "expect": "PINGRESP", "check": "must" })");
  EXPECT_EQ(verdict_of(legal, "must"), "pass") << trace_of(legal);
  FakeBroker other;
  other.script_is_faulty = true;
  const auto illegal = sending(other, R"(
      { "client": "a", "send": { "bytes": "C1 00" }, "expect": "CLOSED", "check": "must" })");
  EXPECT_EQ(illegal.scenario_errors.size(), 1U);
}

TEST(Illegal, AnEditedPacketIsJudgedAsItIsSent) {
  FakeBroker broker;
  const auto outcome = sending(broker, R"(
      { "client": "a", "send": { "PUBLISH": { "topic_name": "${ns}/t" }, "edits": [{ "set": "topic_name.length", "to": "u16:0xFFFF" }] },
        "illegal": "the length of the Topic Name", "expect": "CLOSED", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Illegal, ABrokerThatBreaksTheRulesItselfMayLeadUsAstray) {
  // It acknowledges with another identifier, so that ours stays in use; using it again is its
  // fault.
  FakeBroker broker;
  broker.on(PacketType::publish, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Puback wrong;
    wrong.packet_identifier = 9;
    b.send(peer, wrong);
  });
  const auto outcome = sending(broker, R"(
      { "client": "a", "send": { "PUBLISH": { "topic_name": "${ns}/t", "qos": 1, "packet_identifier": 7 } } },
      { "client": "a", "ping": {} },
      { "client": "a", "send": { "PUBLISH": { "topic_name": "${ns}/u", "qos": 1, "packet_identifier": 7 } } },
      { "client": "a", "ping": {}, "check": "must" })");
  EXPECT_TRUE(outcome.scenario_errors.empty()) << outcome.scenario_errors[0];
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
}

TEST(Illegal, AStringThatIsNotUtf8IsIllegalInAConnectToo) {
  FakeBroker broker;
  broker.on_malformed = [](FakeBroker& b, Peer& peer, codec::BytesView) { b.close(peer); };
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "user_name": { "bytes": "'u' ED A0 80" } }, "illegal": "a surrogate",
        "expect": "CLOSED", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

}  // namespace
}  // namespace mqttspec::executor::testing
