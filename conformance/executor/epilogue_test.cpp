// The end of each instance: what is cleared away, and who must still be served.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What connections of the epilogue itself sent, decoded.
std::vector<codec::Packet> cleared(const FakeBroker& broker,
                                   codec::Version version = codec::Version::v5_0) {
  std::vector<codec::Packet> packets;
  for (const Seen& seen : broker.seen) {
    if (seen.client != "(end)" || seen.bytes.empty() || seen.what == "OPEN") continue;
    const auto decoded = codec::decode(seen.bytes, version);
    if (const auto* packet = std::get_if<codec::Packet>(&decoded)) packets.push_back(*packet);
  }
  return packets;
}

TEST(Epilogue, ClientsInASessionDisconnectInOrder) {
  FakeBroker broker;
  (void)run(broker, R"("clients": {"a": {}, "b": {}}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }, { "client": "b", "open": {} }])");
  EXPECT_THAT(broker.log("a"), ElementsAre("OPEN", "CONNECT", "DISCONNECT", "FIN"));
  EXPECT_THAT(broker.log("b"), ElementsAre("OPEN", "FIN"));
  EXPECT_THAT(cleared(broker), IsEmpty()) << "there was nothing to clear";
}

TEST(Epilogue, ASessionThatMayRemainIsEndedWithCleanStart) {
  FakeBroker broker;
  (void)run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "clean_start": false, "session_expiry_interval": 60 }, "check": "must" }])");
  const auto packets = cleared(broker);
  ASSERT_EQ(packets.size(), 2U);
  const auto& connect = std::get<codec::Connect>(packets[0]);
  EXPECT_EQ(connect.client_identifier, "abcdefghijkla");
  EXPECT_TRUE(connect.clean_start);
  EXPECT_TRUE(connect.properties.empty());
  EXPECT_TRUE(std::holds_alternative<codec::Disconnect>(packets[1]));
}

TEST(Epilogue, CleanSession0Of311Remains) {
  FakeBroker broker;
  (void)run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "clean_start": false }, "check": "must" }])",
            {}, "3.1.1");
  EXPECT_EQ(cleared(broker, codec::Version::v3_1_1).size(), 2U);
}

TEST(Epilogue, ASessionThatTheScriptHasEndedIsLeftAlone) {
  FakeBroker broker;
  (void)run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "session_expiry_interval": 60 } },
      { "client": "a", "disconnect": { "session_expiry_interval": 0 } },
      { "client": "a", "connect": {}, "check": "must" }])");
  EXPECT_THAT(cleared(broker), IsEmpty());
}

TEST(Epilogue, RetainedMessagesThatWereSetAreDeleted) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack connack;
    connack.properties = {{codec::PropertyId::topic_alias_maximum, 2U}};
    b.send(peer, connack);
  });
  (void)run(
      broker,
      R"("clients": {"a": { "connect": { "will": { "will_topic": "${ns}/will", "will_payload": "w", "will_retain": true } } }},
      "steps": [
      { "client": "a", "connect": {}, "check": "must" },
      { "client": "a", "publish": { "topic_name": "${ns}/kept", "retain": true, "payload": "x", "topic_alias": 1 } },
      { "client": "a", "publish": { "topic_name": "${ns}/alias", "payload": "x", "topic_alias": 2 } },
      { "client": "a", "publish": { "topic_name": "", "retain": true, "payload": "x", "topic_alias": 2 } },
      { "client": "a", "publish": { "topic_name": "${ns}/gone", "retain": true, "payload": "x" } },
      { "client": "a", "publish": { "topic_name": "${ns}/gone", "retain": true } },
      { "client": "a", "publish": { "topic_name": "${ns}/plain", "payload": "x" } }])");
  std::vector<std::string> topics;
  for (const codec::Packet& packet : cleared(broker)) {
    const auto* publish = std::get_if<codec::Publish>(&packet);
    if (publish == nullptr) continue;
    EXPECT_TRUE(publish->retain);
    EXPECT_TRUE(publish->payload.empty());
    topics.push_back(publish->topic_name);
  }
  EXPECT_THAT(topics, ::testing::IsSupersetOf(std::vector<std::string>{
                          "abcdefghijkl/alias", "abcdefghijkl/kept", "abcdefghijkl/will"}));
  EXPECT_THAT(topics, Not(Contains("abcdefghijkl/gone")));
  EXPECT_THAT(topics, Not(Contains("abcdefghijkl/plain")));
}

constexpr auto something_illegal = R"("clients": {"a": {}}, "steps": [
    { "client": "a", "connect": {} },
    { "client": "a", "send": { "bytes": "C1 00" }, "illegal": "flags", "expect": "CLOSED", "check": "must" }])";

TEST(Epilogue, AfterSomethingIllegalAFreshClientMustBeServed) {
  FakeBroker broker;
  const auto outcome = run(broker, something_illegal);
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.log("(end)"), ElementsAre("OPEN", "CONNECT", "PINGREQ", "DISCONNECT", "FIN"));
}

TEST(Epilogue, ABrokerThatServesNobodyAfterwardsHasCrashed) {
  const auto dying = [](const std::function<void(FakeBroker&)>& how) {
    FakeBroker broker;
    broker.on_malformed = [&how](FakeBroker& b, Peer& peer, codec::BytesView) {
      b.close(peer, {}, CloseKind::reset);
      how(b);
    };
    const auto outcome = run(broker, something_illegal);
    EXPECT_EQ(outcome.verdict, Verdict::crash);
    return verdict_of(outcome, "must");
  };
  EXPECT_EQ(dying([](FakeBroker& b) { b.accepts = false; }), "crash");
  const auto hang = [](FakeBroker&, Peer&, const codec::Packet&) {};
  EXPECT_EQ(dying([&](FakeBroker& b) { b.on(PacketType::connect, hang); }), "crash");
  EXPECT_EQ(dying([&](FakeBroker& b) { b.on(PacketType::pingreq, hang); }), "crash");
  const auto refuse = [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack refusal;
    refusal.reason_code = codec::ReasonCode::server_unavailable;
    b.send(peer, refusal);
  };
  EXPECT_EQ(dying([&](FakeBroker& b) { b.on(PacketType::connect, refuse); }), "crash");
}

TEST(Epilogue, ABrokerWithoutRetainIsNotAskedToDeleteAndHasNotCrashed) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack connack;
    connack.properties = {{codec::PropertyId::retain_available, 0U}};
    b.send(peer, connack);
  });
  broker.on(PacketType::publish,
            [](FakeBroker& b, Peer& peer, const codec::Packet&) { b.close(peer); });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "send": { "PUBLISH": { "topic_name": "${ns}/t", "retain": true, "payload": "x" } },
        "illegal": "RETAIN where it is not available", "expect": "CLOSED", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Epilogue, TroubleWhileClearingUpIsTracedAndNotJudged) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    if (peer.client == "a") b.answer(peer, packet);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "session_expiry_interval": 60 }, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass");
  EXPECT_THAT(trace_of(outcome), HasSubstr("could not clear up"));
}

TEST(Epilogue, ComesAlsoAfterAnInstanceThatEndedEarly) {
  FakeBroker broker;
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "session_expiry_interval": 60 } },
      { "client": "a", "expect": "PUBLISH", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(broker.log("a"), Contains("DISCONNECT"));
  EXPECT_EQ(cleared(broker).size(), 2U);
}

TEST(Epilogue, MonitorsDoNotJudgeIt) {
  const auto stray_suback = [](const char* client) {
    return [client](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      // In front of CONNACK, after which the end has already closed the connection.
      if (peer.client == client) {
        b.send(peer, codec::Suback{9, {}, {codec::ReasonCode::success}, 0});
      }
      b.answer(peer, packet);
    };
  };
  constexpr auto steps = R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "session_expiry_interval": 60 }, "check": "must" },
      { "client": "a", "ping": {} }])";
  FakeBroker at_the_end;
  at_the_end.on(PacketType::connect, stray_suback("(end)"));
  EXPECT_TRUE(run(at_the_end, steps).monitor_findings.empty());
  FakeBroker before;
  before.on(PacketType::connect, stray_suback("a"));
  EXPECT_FALSE(run(before, steps).monitor_findings.empty()) << "elsewhere they would";
}

}  // namespace
}  // namespace mqttspec::executor::testing
