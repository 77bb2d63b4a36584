// The verbs that do something by themselves: open, send, close, set, wait, broker, repeat,
// parallel.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

InstanceOutcome one_client(FakeBroker& broker, const std::string& steps, RunOptions options = {}) {
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + steps + "]",
             std::move(options));
}

TEST(Open, OpensTheTransportAndSendsNothing) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "open": {}, "mark": "open" },
      { "client": "a", "silence": "ANY", "since": "open", "within": "1s", "check": "must" },
      { "client": "a", "connect": {}, "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.log("a"), ElementsAre("OPEN", "CONNECT", "DISCONNECT", "FIN"))
      << "one connection, and no ping before there is a session";
}

TEST(Open, ABrokerThatTakesNoConnectionHasCrashed) {
  FakeBroker broker;
  broker.accepts = false;
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "crash");
  EXPECT_EQ(outcome.verdict, Verdict::crash);
  EXPECT_THAT(outcome.reason, HasSubstr("connection refused"));
}

TEST(Send, AListGoesOutInOneWrite) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "send": ["PINGREQ", "PINGREQ"], "expect": ["PINGRESP", "PINGRESP"], "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.writes[1].segments, ElementsAre(std::string("\xC0\0\xC0\0", 4)));
  const auto sent = std::count_if(outcome.trace.begin(), outcome.trace.end(), [](const auto& e) {
    return e.kind == TraceEntry::Kind::sent && e.text == "PINGREQ";
  });
  EXPECT_EQ(sent, 2) << "the trace tells the packets apart";
}

TEST(Send, SegmentsArePiecesOfOneSizeOrOfTheSizesGiven) {
  FakeBroker broker;
  (void)one_client(broker, R"(
      { "client": "a", "send": { "bytes": "30 v[ s['${ns}'] 00 'x' ]" }, "segments": 4 },
      { "client": "a", "send": { "bytes": "30 v[ s['${ns}'] 00 'x' ]" }, "segments": [2, 3] },
      { "client": "a", "ping": {}, "check": "must" })");
  const auto sizes = [](const SendCommand& write) {
    std::vector<std::size_t> all;
    for (const auto& segment : write.segments) all.push_back(segment.size());
    return all;
  };
  EXPECT_THAT(sizes(broker.writes[1]), ElementsAre(4, 4, 4, 4, 2));
  EXPECT_THAT(sizes(broker.writes[2]), ElementsAre(2, 3, 13));
}

TEST(Send, IsDoneWhenTheLastByteIsHandedOver) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "send": "PINGREQ", "segments": 1, "pause": "2s", "mark": "sent" },
      { "client": "a", "expect": { "PINGRESP": { "elapsed": { "min": "0s", "max": "0s" } } }, "since": "sent", "check": "must" })");
  EXPECT_EQ(broker.writes[1].pause, 2s);
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(outcome.duration, 2s);
}

TEST(Send, OnAConnectionThatTheBrokerClosedIsLostWithoutHarm) {
  FakeBroker broker;
  broker.on(PacketType::pingreq,
            [](FakeBroker& b, Peer& peer, const codec::Packet&) { b.close(peer); });
  const auto outcome = one_client(broker, R"(
      { "client": "a", "send": "PINGREQ", "expect": "CLOSED" },
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "check": "should" },
      { "client": "a", "connect": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
}

TEST(Send, WithoutAConnectionIsAnErrorOfTheScript) {
  FakeBroker broker;
  broker.script_is_faulty = true;
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "send": "PINGREQ", "expect": "PINGRESP", "check": "must" }])");
  EXPECT_EQ(outcome.verdict, Verdict::inconclusive);
  EXPECT_THAT(outcome.scenario_errors, Contains(HasSubstr("has not opened a connection")));
}

TEST(Send, ABrokerThatTakesNoMoreBytesDoesNotStopTheScriptForEver) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.takes_bytes = false;
  });
  const auto outcome = one_client(broker, R"({ "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail") << trace_of(outcome);
}

TEST(Disconnect, SendsDisconnectThenCloses) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "ping": {}, "check": "must" },
      { "client": "a", "disconnect": { "reason_code": "0x04" } })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.log("a"), ElementsAre("OPEN", "CONNECT", "PINGREQ", "DISCONNECT", "FIN"));
  EXPECT_EQ(broker.seen[3].bytes, std::string("\xE0\x01\x04"));
}

TEST(Close, ComesAsFinHalfOrReset) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}, "c": {}}, "steps": [
      { "repeat": ["a", "b", "c"], "as": "who", "steps": [{ "client": "${who}", "connect": {} }] },
      { "client": "a", "close": "fin" }, { "client": "b", "close": "half" }, { "client": "c", "close": "reset" },
      { "client": "a", "silence": "ANY", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.log("a"), Contains("FIN"));
  EXPECT_THAT(broker.log("b"), Contains("HALF"));
  EXPECT_THAT(broker.log("c"), Contains("RST"));
  EXPECT_THAT(broker.log("c"), Not(Contains("FIN")));
}

TEST(Close, OfOurOwnPutsNothingIntoTheInbox) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "close": "fin" },
      { "client": "a", "expect": "CLOSED", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(why_of(outcome, "must"), HasSubstr("no connection"));
}

TEST(Close, AHalfClosedConnectionStillReceives) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    b.publish("a", "t", "still here", 0, 1, 1s);
    b.close(peer, 2s);
  });
  const auto outcome = one_client(broker, R"(
      { "client": "a", "send": "PINGREQ" },
      { "client": "a", "close": "half" },
      { "client": "a", "expect": ["PUBLISH", "CLOSED"], "within": "3s", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Set, ReadingOffTakesNothingFromTheSocketUntilItIsOn) {
  FakeBroker broker;
  broker.on(PacketType::publish,
            [](FakeBroker& b, Peer&, const codec::Packet&) { b.publish("a", "t", "x"); });
  const auto outcome = one_client(broker, R"(
      { "client": "a", "set": { "reading": false } },
      { "client": "a", "publish": { "topic_name": "${ns}/t" } },
      { "client": "a", "expect": "PUBLISH", "check": "should" },
      { "client": "a", "set": { "reading": true }, "expect": "PUBLISH", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "should"), "nonstrict");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Wait, LetsTimePassCountedFromSince) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "ping": {}, "mark": "start" },
      { "wait": "2s" },
      { "wait": "3s", "since": "start" },
      { "client": "a", "ping": {}, "as": "pong", "check": "must" },
      { "verify": "pong", "is": { "elapsed": { "min": "3s", "max": "3s" } }, "since": "start", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << trace_of(outcome);
}

TEST(Broker, IsRestartedOrKilledAndEveryConnectionIsGone) {
  for (const std::string how : {"restart", "kill"}) {
    FakeBroker broker;
    broker.restart_takes = 3s;
    const auto outcome = one_client(broker, R"(
        { "broker": ")" + how + R"(" },
        { "client": "a", "expect": "CLOSED" },
        { "client": "a", "connect": {}, "check": "must" })");
    EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
    EXPECT_EQ(outcome.duration, 3s);
    EXPECT_THAT(broker.log(""), Contains(how == "kill" ? "KILL" : "RESTART"));
  }
}

TEST(Broker, ThatDoesNotComeBackHasCrashed) {
  FakeBroker broker;
  broker.restart_fails = "it ended with status 1";
  const auto outcome = one_client(broker, R"(
      { "broker": "restart" }, { "client": "a", "connect": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "crash");
}

TEST(Repeat, CountsFromOneOrTakesTheValues) {
  FakeBroker broker;
  std::vector<std::string> payloads;
  broker.on(PacketType::publish, [&](FakeBroker&, Peer&, const codec::Packet& packet) {
    payloads.push_back(std::get<codec::Publish>(packet).payload);
  });
  const auto outcome = one_client(broker, R"(
      { "repeat": 2, "as": "n", "steps": [
        { "repeat": ["x", "y"], "as": "m", "steps": [
          { "client": "a", "publish": { "topic_name": "${ns}/t", "payload": "${n}${m}" } } ] } ] },
      { "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(payloads, ElementsAre("1x", "1y", "2x", "2y"));
}

TEST(Parallel, RunsLanesAtTheirOwnPaceAndEndsWhenAllHaveEnded) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}}, "steps": [
      { "parallel": [
        [{ "client": "a", "connect": {} }, { "wait": "5s" }, { "client": "a", "ping": {}, "mark": "slow" }],
        [{ "client": "b", "connect": {} }, { "repeat": 3, "steps": [{ "wait": "1s" }, { "client": "b", "ping": {} }] }]
      ] },
      { "client": "a", "ping": {}, "as": "end", "check": "must" },
      { "verify": "end", "is": { "elapsed": { "min": "0s", "max": "0s" } }, "since": "slow", "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << trace_of(outcome);
  EXPECT_EQ(outcome.duration, 5s);
  std::vector<std::pair<std::string, Instant>> pings;
  for (const Seen& s : broker.seen) {
    if (s.what == "PINGREQ") pings.emplace_back(s.client, s.at);
  }
  using P = std::pair<std::string, Instant>;
  EXPECT_THAT(pings, ElementsAre(P("b", 1s), P("b", 2s), P("b", 3s), P("a", 5s), P("a", 5s)));
}

TEST(Parallel, AnUnmetMustInOneLaneEndsAllAndBlocksWhatTheOthersHadBefore) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "b", "connect": {} },
      { "parallel": [
        [{ "client": "a", "expect": "PUBLISH", "within": "1s", "check": "must" }],
        [{ "wait": "5s" }, { "client": "b", "ping": {}, "check": "other" }]
      ] }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
}

TEST(When, SkipsAStepWhoseConditionDoesNotHold) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "when": "version == 3.1.1", "client": "a", "expect": "PUBLISH", "check": "must" },
      { "when": "version == 5.0", "client": "a", "ping": {}, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

}  // namespace
}  // namespace mqttspec::executor::testing
