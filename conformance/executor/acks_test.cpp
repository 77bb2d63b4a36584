// Automatic and manual acknowledgements.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::ElementsAre;

// Sends three messages to the client once it is connected.
FakeBroker three_messages() {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    if (peer.client != "a") return;
    b.publish("a", "t", "1", 1, 21);
    b.publish("a", "t", "2", 2, 22);
    b.publish("a", "t", "3", 1, 23);
  });
  return broker;
}

std::vector<std::string> acks_of(const FakeBroker& broker) {
  std::vector<std::string> acks;
  for (const Seen& seen : broker.seen) {
    if (!seen.what.starts_with("PUB") || seen.client != "a") continue;
    acks.push_back(seen.what + " " + std::to_string(static_cast<std::uint8_t>(seen.bytes[3])));
  }
  return acks;
}

TEST(Acks, AutomaticOnesGoOutAtOnceInOrderAndContinueQos2) {
  FakeBroker broker = three_messages();
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "must" },
      { "client": "a", "expect": "PUBREL", "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "other"), "pass") << trace_of(outcome);
  EXPECT_THAT(acks_of(broker), ElementsAre("PUBACK 21", "PUBREC 22", "PUBACK 23", "PUBCOMP 22"));
}

TEST(Acks, ManualOnesAreLeftToTheScript) {
  FakeBroker broker = three_messages();
  const auto outcome = run(broker, R"("clients": {"a": { "acks": "manual" }}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "ping": {} },
      { "client": "a", "send": { "PUBACK": { "packet_identifier": 23 } } },
      { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(acks_of(broker), ElementsAre("PUBACK 23"));
}

TEST(Acks, TurnedOnTheySendFirstWhatIsStillOwedInOrder) {
  FakeBroker broker = three_messages();
  const auto outcome = run(broker, R"("clients": {"a": { "acks": "manual" }}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "ping": {} },
      { "client": "a", "send": { "PUBACK": { "packet_identifier": 21 } } },
      { "client": "a", "set": { "acks": "auto" }, "expect": "PUBREL", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(acks_of(broker), ElementsAre("PUBACK 21", "PUBREC 22", "PUBACK 23", "PUBCOMP 22"));
}

TEST(Acks, TurnedOffTheyStop) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.publish("a", "t", "1", 1, 21);
    b.answer(peer, packet);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "set": { "acks": "manual" } },
      { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_TRUE(acks_of(broker).empty());
}

TEST(Acks, ANewConnectionStartsAgainAsTheClientWasDeclared) {
  FakeBroker broker = three_messages();
  const auto outcome = run(broker, R"("clients": {"a": { "acks": "manual" }}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "set": { "acks": "auto" } },
      { "client": "a", "close": "fin" },
      { "client": "a", "connect": {} },
      { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_TRUE(acks_of(broker).empty()) << "nothing had been read when they were on";
}

TEST(Acks, WaitForTheEndOfAPacketThatIsHalfSent) {
  FakeBroker broker;
  broker.on_bytes = [](FakeBroker& b, Peer& peer, codec::BytesView bytes) {
    if (bytes == std::string("\x30\x0F")) b.publish(peer.client, "t", "1", 1, 21);
  };
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "send": { "bytes": "30 0F" } },
      { "client": "a", "expect": { "PUBLISH": { "payload": "1" } } },
      { "client": "a", "send": { "bytes": "s['${ns}'] 00" } },
      { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  const auto log = broker.log("a");
  EXPECT_THAT(std::vector<std::string>(log.begin() + 2, log.begin() + 5),
              ElementsAre("PUBLISH", "PUBACK", "PINGREQ"));
}

TEST(Acks, AMessageThatComesTwiceIsAcknowledgedTwice) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.answer(peer, packet);
    const auto one = codec::encode(b.publication("t", "1", 1, 21), codec::Version::v5_0);
    b.send_bytes(peer, one + one);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(acks_of(broker), ElementsAre("PUBACK 21", "PUBACK 21"));
}

}  // namespace
}  // namespace mqttspec::executor::testing
