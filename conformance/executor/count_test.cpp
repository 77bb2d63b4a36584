// `count` and `silence`, and the barrier that makes them proofs.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

FakeBroker sending(std::vector<std::string> payloads, Duration delay = {}) {
  FakeBroker broker;
  broker.on(PacketType::connect,
            [payloads, delay](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
              b.answer(peer, packet);
              if (peer.client != "a") return;
              for (const auto& payload : payloads) b.publish("a", "t", payload, 0, 1, delay);
            });
  return broker;
}

InstanceOutcome one_client(FakeBroker& broker, const std::string& steps, RunOptions options = {}) {
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + steps + "]",
             std::move(options));
}

TEST(Count, TakesAllThatMatchInFullAndLeavesTheRest) {
  FakeBroker broker = sending({"x", "y", "x", "x"});
  const auto outcome = one_client(broker, R"(
      { "client": "a", "expect": { "PUBLISH": { "payload": "x" } }, "count": 3, "as": "all", "check": "must" },
      { "verify": "all", "count": 3, "check": "other" },
      { "client": "a", "expect": { "PUBLISH": { "payload": "y" } }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(Count, IsUnmetByOneTooMany) {
  FakeBroker broker = sending({"x", "x"});
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "expect": "PUBLISH", "count": { "min": 1, "max": 1 }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(why_of(outcome, "must"), "2 came, expected exactly 1");
}

TEST(Count, WaitsForTheMinimumAndIsUnmetBelowIt) {
  FakeBroker broker = sending({"x"}, 3s);
  const std::string step =
      R"({ "client": "a", "expect": "PUBLISH", "count": 2, "within": "5s", "check": "must" })";
  const auto outcome = one_client(broker, step);
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(why_of(outcome, "must"), "1 came, expected exactly 2");
  FakeBroker enough = sending({"x", "y"}, 3s);
  EXPECT_EQ(verdict_of(one_client(enough, step), "must"), "pass");
}

TEST(Count, TellsLateFromNeverByListeningOn) {
  FakeBroker broker = sending({"x"}, 3s);
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "expect": "PUBLISH", "count": 1, "within": "1s", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(why_of(outcome, "must"), "late by 2 s") << trace_of(outcome);
}

TEST(Count, EndsAtOnceWithAClose) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.publish("a", "t", "x");
    b.close(peer, 1s);
  });
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "expect": "PUBLISH", "count": 1, "within": "10s", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(outcome.duration, 1s);
}

TEST(Count, OfSeveralClientsIsTheSum) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.publish(peer.client, "t", "x");
  });
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "b", "connect": {} },
      { "client": ["a", "b"], "expect": "PUBLISH", "count": 2, "as": "all", "check": "must" },
      { "verify": "all", "distinct": "client", "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Silence, IsBrokenByWhatLiesInTheInboxAlready) {
  FakeBroker broker = sending({"x"});
  const auto outcome = one_client(broker, R"(
      { "client": "a", "ping": {} },
      { "client": "a", "silence": { "PUBLISH": { "payload": "x" } }, "check": "must" },
      { "client": "a", "expect": { "PUBLISH": { "payload": "x" } }, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << "silence takes nothing out, and goes on";
}

TEST(Silence, IsKeptByWhatDoesNotMatchInFull) {
  FakeBroker broker = sending({"x"});
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "silence": { "PUBLISH": { "payload": "y" } }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Silence, LastsForItsTimeAndIsBrokenWithinIt) {
  const std::string step =
      R"({ "client": "a", "silence": "PUBLISH", "within": "5s", "check": "must" })";
  FakeBroker early = sending({"x"}, 4s);
  const auto broken = one_client(early, step);
  EXPECT_EQ(verdict_of(broken, "must"), "fail");
  EXPECT_EQ(why_of(broken, "must"), "it came after 4 s");
  FakeBroker late = sending({"x"}, 6s);
  EXPECT_EQ(verdict_of(one_client(late, step), "must"), "pass");
}

TEST(Silence, OfClosedMeansToStayConnected) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.close(peer, 2s);
  });
  const auto outcome = one_client(broker, R"(
      { "client": "a", "silence": "CLOSED", "within": "1s", "check": "must" },
      { "client": "a", "silence": "CLOSED", "within": "3s", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_EQ(verdict_of(outcome, "other"), "fail");
}

TEST(Silence, OfClosedIsBrokenWhereThereIsNoConnection) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "close": "fin" },
      { "client": "a", "silence": "PUBLISH", "check": "must" },
      { "client": "a", "silence": "CLOSED", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << "nothing can come any more";
  EXPECT_EQ(verdict_of(outcome, "other"), "fail");
  EXPECT_THAT(why_of(outcome, "other"), HasSubstr("no connection"));
}

TEST(Silence, AMalformedFrameOfTheTypeBreaksIt) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.send_bytes(peer, std::string("\x36\x05\0\1t\0\1", 7));
  });
  const auto outcome =
      one_client(broker, R"({ "client": "a", "silence": "PUBLISH", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
}

TEST(Silence, OfAnyDoesNotSeeTheBarriersOwnPingresp) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "silence": "ANY", "check": "must" },
      { "client": "a", "send": "PINGREQ" },
      { "client": "a", "silence": "PUBLISH", "check": "other" },
      { "client": "a", "expect": "PINGRESP", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << "the script's own PINGRESP is still there";
}

// Everybody else first, then who is observed: whatever the others caused has arrived by then.
TEST(Barrier, PingsTheOthersFirstThenTheObserved) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}, "b": {}, "c": {}, "away": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "b", "connect": {} }, { "client": "c", "connect": {} },
      { "client": "b", "silence": "PUBLISH", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  std::vector<std::string> pings;
  for (const std::string& line : broker.log()) {
    if (line.starts_with("PINGREQ")) pings.push_back(line);
  }
  EXPECT_THAT(pings, ElementsAre("PINGREQ a", "PINGREQ c", "PINGREQ b"));
}

TEST(Barrier, CatchesAMessageThatAnotherClientsPingFlushesOut) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    if (peer.client == "pub") b.publish("sub", "t", "late");
    b.answer(peer, packet);
  });
  const auto outcome = run(broker, R"("clients": {"pub": {}, "sub": {}}, "steps": [
      { "client": "pub", "connect": {} }, { "client": "sub", "connect": {} },
      { "client": "sub", "silence": "PUBLISH", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail") << trace_of(outcome);
}

TEST(Barrier, LetsTheQuietWindowPassBehindThePings) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.publish("a", "t", "x", 0, 1, 80ms);
  });
  const std::string step = R"({ "client": "a", "silence": "PUBLISH", "check": "must" })";
  EXPECT_EQ(verdict_of(one_client(broker, step, with(Tolerance::live())), "must"), "fail");
  Tolerance hasty = Tolerance::live();
  hasty.quiet = 50ms;
  FakeBroker again;
  again.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    b.publish("a", "t", "x", 0, 1, 80ms);
  });
  EXPECT_EQ(verdict_of(one_client(again, step, with(hasty)), "must"), "pass");
}

TEST(Barrier, DoesNotPingWhoMustNotBeDisturbed) {
  FakeBroker broker;
  codec::Bytes from_half;
  broker.on_bytes = [&from_half](FakeBroker&, Peer& peer, codec::BytesView bytes) {
    if (peer.client == "half") from_half += bytes;
  };
  const auto outcome = run(
      broker, R"("clients": {"alive": { "connect": { "keep_alive": 5 } }, "deaf": {}, "half": {},
      "raw": {}, "watch": {}}, "steps": [
      { "client": "alive", "connect": {} }, { "client": "deaf", "connect": {} }, { "client": "half", "connect": {} },
      { "client": "raw", "open": {} }, { "client": "watch", "connect": {} },
      { "client": "deaf", "set": { "reading": false } },
      { "client": "half", "send": { "bytes": "30 05" } },
      { "client": "watch", "silence": "PUBLISH", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  for (const std::string client : {"alive", "deaf", "half", "raw"}) {
    EXPECT_THAT(broker.log(client), ::testing::Not(::testing::Contains("PINGREQ"))) << client;
  }
  EXPECT_THAT(broker.log("watch"), ::testing::Contains("PINGREQ"));
  // In the middle of a packet a PINGREQ would look like more of it.
  EXPECT_TRUE(from_half.ends_with("\x30\x05")) << from_half.size();
}

TEST(Barrier, AnAnswerThatStaysAwayBlocksInsteadOfPassing) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker&, Peer&, const codec::Packet&) {});
  const auto outcome = one_client(broker, R"(
      { "client": "a", "silence": "PUBLISH", "check": "must" },
      { "client": "a", "ping": {}, "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "blocked");
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
  EXPECT_THAT(check_of(outcome, "must").why, HasSubstr("PINGREQ"));
}

}  // namespace
}  // namespace mqttspec::executor::testing
