// What requests await by themselves, and what an observation in the step replaces.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

InstanceOutcome one_client(FakeBroker& broker, const std::string& steps,
                           const std::string& version = "5.0") {
  return run(broker,
             R"("clients": {"a": {}}, "steps": [{ "client": "a", "connect": {} }, )" + steps + "]",
             {}, version);
}

codec::Suback suback(const codec::Packet& request, std::vector<std::uint8_t> codes) {
  codec::Suback answer;
  answer.packet_identifier = std::get<codec::Subscribe>(request).packet_identifier;
  for (const auto code : codes) answer.reason_codes.push_back(codec::ReasonCode{code});
  return answer;
}

TEST(Request, ConnectAwaitsConnackZero) {
  FakeBroker broker;
  broker.on(PacketType::connect, [](FakeBroker& b, Peer& peer, const codec::Packet&) {
    codec::Connack refusal;
    refusal.reason_code = codec::ReasonCode::server_busy;
    b.send(peer, refusal);
  });
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }, { "client": "a", "ping": {}, "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(why_of(outcome, "must"), HasSubstr("reason_code"));
  EXPECT_EQ(verdict_of(outcome, "other"), "blocked");
}

TEST(Request, ConnectStartsFromTheDefaultsOfItsClient) {
  FakeBroker broker;
  codec::Connect connect;
  broker.on(PacketType::connect, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    if (peer.client == "a") connect = std::get<codec::Connect>(packet);
    b.answer(peer, packet);
  });
  RunOptions options;
  options.user_name = "user";
  options.password = "secret";
  (void)run(
      broker,
      R"("clients": {"a": { "connect": { "keep_alive": 7, "password": null, "receive_maximum": 5 } }},
      "steps": [{ "client": "a", "connect": { "receive_maximum": null, "clean_start": false }, "check": "must" }])",
      options);
  EXPECT_EQ(connect.client_identifier, "abcdefghijkla");
  EXPECT_EQ(connect.keep_alive, 7);
  EXPECT_EQ(connect.user_name, "user");
  EXPECT_EQ(connect.password, std::nullopt);
  EXPECT_FALSE(connect.clean_start);
  EXPECT_TRUE(connect.properties.empty());
}

TEST(Request, ASecondConnectOnOneConnectionIsAnErrorOfTheScript) {
  FakeBroker broker;
  broker.script_is_faulty = true;
  const auto outcome = one_client(broker, R"({ "client": "a", "connect": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive");
  ASSERT_EQ(outcome.scenario_errors.size(), 1U);
  EXPECT_THAT(outcome.scenario_errors[0], HasSubstr("steps[1]"));
}

TEST(Request, SubscribeAwaitsWhatWasAsked) {
  const std::string step =
      R"({ "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }], "as": "suback", "check": "must" },
         { "verify": "suback", "is": { "reason_codes": ["0x01"] }, "check": "should" },
         { "client": "a", "ping": {}, "check": "other" })";
  const auto answered = [&](std::vector<std::uint8_t> codes) {
    FakeBroker broker;
    broker.on(PacketType::subscribe, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      b.send(peer, suback(packet, codes));
    });
    return one_client(broker, step);
  };
  const auto granted = answered({1});
  EXPECT_EQ(verdict_of(granted, "must"), "pass") << trace_of(granted);
  EXPECT_EQ(verdict_of(granted, "should"), "pass");
  EXPECT_EQ(verdict_of(answered({0x80}), "must"), "fail") << "refused";
  EXPECT_EQ(verdict_of(answered({2}), "must"), "fail") << "more than was asked";
  EXPECT_EQ(verdict_of(answered({1, 1}), "must"), "fail") << "two codes for one filter";
}

TEST(Request, AQosGrantedLowerIsLegalAndEndsTheInstance) {
  FakeBroker broker;
  broker.on(PacketType::subscribe, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    b.send(peer, suback(packet, {0}));
  });
  const auto outcome = one_client(broker, R"(
      { "client": "a", "ping": {}, "check": ["should", "may"] },
      { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }], "check": "must" },
      { "client": "a", "ping": {}, "check": ["other", "should", "may"] })");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
  EXPECT_EQ(verdict_of(outcome, "other"), "not applicable");
  EXPECT_EQ(verdict_of(outcome, "should"), "pass") << "it was decided before";
  EXPECT_EQ(verdict_of(outcome, "may"), "info");
  EXPECT_EQ(check_of(outcome, "may").answer, true) << "and so was this";
  EXPECT_THAT(outcome.reason, HasSubstr("granted"));
}

TEST(Request, UnsubscribeAwaitsCodesBelow0x80) {
  const auto answered = [](std::uint8_t code) {
    FakeBroker broker;
    broker.on(PacketType::unsubscribe, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      codec::Unsuback answer;
      answer.packet_identifier = std::get<codec::Unsubscribe>(packet).packet_identifier;
      answer.reason_codes = {codec::ReasonCode{code}};
      b.send(peer, answer);
    });
    return verdict_of(
        one_client(broker, R"({ "client": "a", "unsubscribe": ["${ns}/t"], "check": "must" })"),
        "must");
  };
  EXPECT_EQ(answered(0x11), "pass");
  EXPECT_EQ(answered(0x87), "fail");
}

TEST(Request, UnsubackOf311HasNoCodes) {
  FakeBroker broker;
  broker.on(PacketType::unsubscribe, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    codec::Unsuback answer;
    answer.packet_identifier = std::get<codec::Unsubscribe>(packet).packet_identifier;
    b.send(peer, answer);
  });
  const auto outcome = one_client(
      broker, R"({ "client": "a", "unsubscribe": ["${ns}/t"], "check": "must" })", "3.1.1");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Request, PublishAwaitsNothingAtQos0) {
  FakeBroker broker;
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "publish": { "topic_name": "${ns}/t" } }, { "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(Request, PublishAtQos1AwaitsItsPuback) {
  const auto answered = [](std::int32_t offset, codec::ReasonCode code) {
    FakeBroker broker;
    broker.on(PacketType::publish, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
      codec::Puback answer;
      answer.packet_identifier =
          static_cast<std::uint16_t>(*std::get<codec::Publish>(packet).packet_identifier + offset);
      answer.reason_code = code;
      b.send(peer, answer);
    });
    return one_client(
        broker,
        R"({ "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "check": "must" })");
  };
  EXPECT_EQ(verdict_of(answered(0, codec::ReasonCode::no_matching_subscribers), "must"), "pass");
  EXPECT_EQ(verdict_of(answered(0, codec::ReasonCode::quota_exceeded), "must"), "fail");
  EXPECT_EQ(why_of(answered(1, codec::ReasonCode::success), "must"), "never");
}

TEST(Request, PublishAtQos2ExchangesAllFourPackets) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 2 }, "as": "last", "check": "must" },
      { "client": "a", "silence": "PUBREC", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(broker.log("a"),
              ElementsAre("OPEN", "CONNECT", "PUBLISH", "PUBREL", "PINGREQ", "DISCONNECT", "FIN"));
}

TEST(Request, PublishAtQos2SendsNoPubrelAfterARefusal) {
  FakeBroker broker;
  broker.on(PacketType::publish, [](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    codec::Pubrec refusal;
    refusal.packet_identifier = *std::get<codec::Publish>(packet).packet_identifier;
    refusal.reason_code = codec::ReasonCode::not_authorized;
    b.send(peer, refusal);
  });
  const auto outcome = one_client(
      broker,
      R"({ "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 2 }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(broker.log("a"), Not(Contains("PUBREL")));
}

TEST(Request, AnObservationInTheStepReplacesTheAnswerAndNothingMoreIsSent) {
  FakeBroker broker;
  const auto outcome = one_client(broker, R"(
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 2 }, "expect": "PUBREC", "as": "r", "check": "must" },
      { "client": "a", "silence": "PUBCOMP", "check": "other" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
  EXPECT_THAT(broker.log("a"), Not(Contains("PUBREL")));
}

TEST(Request, PingAwaitsPingresp) {
  FakeBroker broker;
  broker.on(PacketType::pingreq, [](FakeBroker&, Peer&, const codec::Packet&) {});
  const auto outcome = one_client(broker, R"({ "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_EQ(why_of(outcome, "must"), "never");
}

TEST(Request, PacketIdentifiersAreChosenFrom10001Up) {
  FakeBroker broker;
  std::vector<std::uint16_t> chosen;
  broker.on(PacketType::publish, [&](FakeBroker& b, Peer& peer, const codec::Packet& packet) {
    chosen.push_back(std::get<codec::Publish>(packet).packet_identifier.value_or(0));
    b.answer(peer, packet);
  });
  (void)one_client(broker, R"(
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 } },
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1, "packet_identifier": 7 } },
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "check": "must" })");
  EXPECT_THAT(chosen, ElementsAre(10'001, 7, 10'002));
}

}  // namespace
}  // namespace mqttspec::executor::testing
