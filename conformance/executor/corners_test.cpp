// Corners of actions and of time that the tests of each by itself do not come to.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string connected(const std::string& steps, const std::string& clients = R"({"a": {}})") {
  return R"("clients": )" + clients + R"(, "steps": [{ "client": "a", "connect": {} }, )" + steps +
         "]";
}

// Notes the Client Identifier and the password of each CONNECT.
FakeBroker noting(std::vector<codec::Connect>& seen) {
  FakeBroker broker;
  broker.on(PacketType::connect, [&seen](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    seen.push_back(std::get<codec::Connect>(packet));
    b.answer(peer, packet);
  });
  return broker;
}

TEST(Send, PausesAreNotPatience) {
  FakeBroker broker;
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "send": "PINGREQ", "segments": 1, "pause": "100s" },
      { "client": "a", "expect": "PINGRESP", "check": "must" })"));
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Send, AConnectThatAVariableBringsInHasTheDefaultsToo) {
  std::vector<codec::Connect> seen;
  FakeBroker broker = noting(seen);
  RunOptions options;
  options.user_name = "ann";
  options.password = "secret";
  (void)run(broker, R"("vars": { "second": { "CONNECT": {} } }, )" + connected(R"(
      { "client": "a", "send": "${second}", "illegal": "a second CONNECT" },
      { "client": "a", "ping": {}, "check": "must" })"),
            options);
  ASSERT_THAT(seen, SizeIs(::testing::Ge(2U)));
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_EQ(seen[i].client_identifier, "abcdefghijkla");
    EXPECT_EQ(seen[i].password, "secret");
  }
}

TEST(Actions, OnAConnectionOfTheWrongStateAreErrorsOfTheScript) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"steps[2]", R"({ "client": "a", "close": "fin" }, { "client": "a", "disconnect": {} })"},
      {"steps[1]", R"({ "client": "a", "open": {} })"},
      {"steps[1].steps[0]", R"({ "repeat": [0], "as": "n", "steps": [
        { "client": "a", "send": "PINGREQ", "segments": "${n}" }] })"}};
  for (const auto& [place, steps] : table) {
    FakeBroker broker;
    broker.script_is_faulty = true;
    const auto outcome =
        run(broker, connected(steps + R"(, { "client": "a", "ping": {}, "check": "must" })"));
    EXPECT_THAT(outcome.scenario_errors, ElementsAre(HasSubstr(place + " (")));
  }
}

TEST(Close, OfWhatTheBrokerHasClosedSendsNothing) {
  FakeBroker broker;
  broker.on(PacketType::pingreq,
            [](FakeBroker& b, Peer& peer, const codec::Packet&) { b.close(peer); });
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "send": "PINGREQ", "expect": "CLOSED", "check": "must" },
      { "client": "a", "close": "fin" })"));
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_THAT(broker.log("a"), Not(Contains("FIN")));
}

TEST(Set, AcksThatAreTurnedOnAreAwaited) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.publish("a", "t", "x", 1);
    b.answer(peer, packet);
    b.takes_bytes = false;
  });
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "ping": {} },
      { "client": "a", "set": { "acks": "auto" } },
      { "client": "a", "expect": "PUBLISH", "check": "must" })",
                                             R"({"a": { "acks": "manual" }})"));
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(trace_of(outcome), HasSubstr("takes no more bytes"));
}

TEST(Parallel, LanesSeeTheCounterAroundThem) {
  FakeBroker broker;
  std::vector<std::string> topics;
  broker.on(PacketType::publish, [&topics](FakeBroker&, Peer&, const codec::Packet& packet) {
    topics.push_back(std::get<codec::Publish>(packet).topic_name);
  });
  (void)run(broker, connected(R"(
      { "repeat": 2, "as": "n", "steps": [{ "parallel": [
        [{ "client": "a", "publish": { "topic_name": "${ns}/${n}" } }], [{ "wait": "1s" }]] }] },
      { "client": "a", "ping": {}, "check": "must" })"));
  EXPECT_THAT(topics, ElementsAre("abcdefghijkl/1", "abcdefghijkl/2"));
}

TEST(Parallel, ARestartInAStepWithinNeedsABrokerThatCanBeRestarted) {
  FakeBroker broker;
  RunOptions options;
  options.capabilities["restart"] = scenario::Value(false);
  const auto outcome = run(broker, connected(R"(
      { "repeat": 2, "steps": [{ "broker": "restart" }] },
      { "client": "a", "connect": {}, "check": "must" })"),
                           options);
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
}

// --- a Keep Alive that the server has set
// ---------------------------------------------------------

std::size_t pings(const std::string& steps, const std::string& client = "{}") {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack connack;
    connack.properties = {{codec::PropertyId::server_keep_alive, 4U}};
    b.send(peer, connack);
  });
  (void)run(broker, connected(steps + R"(, { "wait": "9s" }, { "client": "a", "close": "fin" },
      { "client": "a", "connect": {}, "check": "must" })",
                              R"({"a": )" + client + "}"));
  codec::Bytes all;
  for (const SendCommand& write : broker.writes) {
    for (const codec::Bytes& segment : write.segments)
      all += segment == "\xC0" + std::string(1, '\0') ? "p" : "";
  }
  return all.size();
}

TEST(ServerKeepAlive, IsKeptByAPingEveryHalfOfIt) {
  const std::string nothing = R"({ "wait": "0s" })";
  EXPECT_EQ(pings(nothing), 4U) << "after 2, 4, 6 and 8 s";
  EXPECT_EQ(pings(nothing, R"({ "connect": { "keep_alive": 10 } })"), 0U) << "the script's own";
  EXPECT_EQ(pings(R"({ "client": "a", "send": { "bytes": "30 05" } })"), 0U) << "half a packet";
}

// --- observations -------------------------------------------------------------------------------

TEST(Verify, TwoThatLackTheFieldAreAlikeInIt) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.publish("a", "t", "x");
    b.publish("a", "t", "y");
    b.answer(peer, packet);
  });
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "ping": {} },
      { "client": "a", "expect": ["PUBLISH", "PUBLISH"], "as": "both" },
      { "verify": "both", "distinct": "payload", "check": "other" },
      { "verify": "both", "distinct": "packet_identifier", "check": "must" })"));
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
}

TEST(Expect, OfSeveralClientsWhatCameFirstCountsWhoeverIsNamedFirst) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.publish("b", "t", "first");
    b.publish("a", "t", "second", 0, 1, 1ms);
    b.answer(peer, packet);
  });
  const auto outcome = run(broker, connected(R"({ "client": "b", "connect": {} },
      { "client": "a", "ping": {} }, { "wait": "1s" },
      { "client": ["a", "b"], "expect": { "PUBLISH": { "payload": "first" } }, "check": "must" })",
                                             R"({"a": {}, "b": {}})"));
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Capture, OfAListOfPacketsIsAList) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    for (const char* payload : {"x", "y"}) b.publish("a", "t", payload);
    b.answer(peer, packet);
  });
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "ping": {} },
      { "client": "a", "expect": ["PUBLISH", "PUBLISH"], "as": "both" },
      { "client": "a", "publish": { "topic_name": "${ns}/t", "payload": "${both.0.payload}" },
        "check": "must" }, { "client": "a", "ping": {}, "check": "must" })"));
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << outcome.reason;
}

TEST(Late, WhatAnotherClientGetsIsNot) {
  for (const char* count : {"", R"("count": 1, )"}) {
    FakeBroker broker;
    broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      b.answer(peer, packet);
      if (peer.client == "a") b.publish("b", "t", "x", 0, 1, 3s);
    });
    const auto outcome =
        run(broker, connected(R"({ "client": "b", "connect": {} }, { "client": "a", "ping": {} },
        { "client": "a", "expect": "PUBLISH", )" +
                                  std::string(count) + R"("within": "1s", "check": "must" })",
                              R"({"a": {}, "b": {}})"));
    EXPECT_THAT(why_of(outcome, "must"), Not(HasSubstr("late"))) << count;
  }
}

TEST(Late, IsTheLastOfThoseThatWereMissing) {
  const auto why = [](const std::vector<Duration>& delays, const std::string& rest) {
    FakeBroker broker;
    broker.on(PacketType::pingreq, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      b.answer(peer, packet);
      for (const Duration delay : delays) b.publish("a", "t", "x", 0, 1, delay);
    });
    const auto outcome =
        run(broker, connected(R"({ "client": "a", "ping": {}, "mark": "asked" }, )" + rest +
                              R"({ "client": "a", "expect": "PUBLISH",
        "count": 2, "since": "asked", "within": "1s", "check": "must" })"));
    EXPECT_EQ(verdict_of(outcome, "must"), "fail");
    return why_of(outcome, "must");
  };
  EXPECT_EQ(why({2s, 3s}, ""), "late by 2 s");
  EXPECT_EQ(why({0s, 3s}, ""), "late by 2 s");
  EXPECT_EQ(why({2s}, ""), "0 came, expected exactly 2") << "the other never came";
  EXPECT_EQ(why({0s, 3s}, R"({ "wait": "9s" }, )"), "late by 2 s") << "it lay in the inbox";
}

TEST(Late, WhatComesAfterAllLatenessIsNever) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.publish("a", "t", "x", 0, 1, 10s);
  });
  const auto outcome = run(broker, connected(R"({ "client": "a", "ping": {} },
      { "client": "a", "expect": "PUBLISH", "check": "should" }, { "wait": "20s" },
      { "client": "a", "close": "fin" })"),
                           with(Tolerance::live()));
  EXPECT_EQ(why_of(outcome, "should"), "never");
}

TEST(Expect, AFarewellThatBreaksARuleIsNoFarewellWithoutACode) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    b.send_bytes(peer, "\xE0\x01\x05");
    b.close(peer);
  });
  const auto outcome = run(broker, connected(R"(
      { "client": "a", "send": "PINGREQ", "expect": "CLOSED", "as": "end", "check": "other" },
      { "verify": "end", "is": { "reason_code": null }, "check": "must" })"));
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
}

// --- our own clock ------------------------------------------------------------------------------

TEST(OurClock, SpoilsOnlyWhatItWasLateFor) {
  const auto judged = [](const std::string& steps, Duration arrival) {
    FakeBroker broker;
    broker.on(PacketType::connect, [=](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      b.answer(peer, packet);
      b.at(3s, [&b] { b.interpreter().clock_was_late(1500ms, b.now()); });
      b.publish("a", "t", "x", 0, 1, arrival);
    });
    const auto outcome = run(broker,
                             R"("clients": {"a": {}}, "steps": [
        { "client": "a", "connect": {}, "mark": "start" }, { "wait": "5s" }, )" +
                                 steps + "]",
                             with(Tolerance::live()));
    return verdict_of(outcome, "must");
  };
  EXPECT_EQ(judged(R"({ "client": "a", "ping": {} },
      { "client": "a", "silence": "PUBLISH", "within": "1s", "check": "must" })",
                   1h),
            "pass")
      << "it was late before";
  EXPECT_EQ(
      judged(
          R"({ "client": "a", "expect": "PUBLISH", "since": "start", "within": "1s", "check": "must" })",
          200ms),
      "pass")
      << "it was late after the message had come";
}

}  // namespace
}  // namespace mqttspec::executor::testing
