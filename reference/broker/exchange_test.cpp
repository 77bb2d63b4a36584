// QoS 0, 1 and 2 in both directions (section 4.3), and their repetition (section 4.4).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class InEveryVersion : public ::testing::TestWithParam<Version> {
 protected:
  Broker broker;
  Client sub{broker, "sub", GetParam()};
  Client pub{broker, "pub", GetParam()};

  void meet(std::uint8_t qos) {
    sub.connect();
    sub.subscribe("t", qos);
    pub.connect();
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, InEveryVersion,
                         ::testing::Values(Version::v3_1, Version::v3_1_1, Version::v5_0));

TEST_P(InEveryVersion, QosZeroArrivesWithoutIdentifierAndIsNotAcknowledged) {
  meet(2);
  pub.send_publish("t", "x");
  EXPECT_TRUE(pub.silent());
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.payload, "x");
  EXPECT_EQ(publish.qos, 0);
  EXPECT_FALSE(publish.packet_identifier);
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, QosOneIsAcknowledgedOnceOnBothSides) {
  meet(1);
  pub.publish("t", "x", {.qos = 1});
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.qos, 1);
  ASSERT_TRUE(publish.packet_identifier);
  EXPECT_NE(*publish.packet_identifier, 0);
  sub.acknowledge<codec::Puback>(*publish.packet_identifier);
  EXPECT_TRUE(sub.silent());
  EXPECT_TRUE(pub.silent());
}

TEST_P(InEveryVersion, QosTwoRunsThroughAllFourPackets) {
  meet(2);
  EXPECT_EQ(pub.publish("t", "x", {.qos = 2}), ReasonCode::success);
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.qos, 2);
  sub.acknowledge<codec::Pubrec>(publish.packet_identifier.value());
  EXPECT_EQ(sub.expect<codec::Pubrel>().packet_identifier, publish.packet_identifier);
  sub.acknowledge<codec::Pubcomp>(publish.packet_identifier.value());
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, DeliveryIsAtTheLowerQos) {
  meet(1);
  pub.publish("t", "two", {.qos = 2});
  EXPECT_EQ(sub.expect_publish().qos, 1);
  pub.publish("t", "zero");
  EXPECT_EQ(sub.expect_publish().qos, 0);
}

TEST_P(InEveryVersion, QosTwoRepeatedBeforePubrelIsAnsweredAndNotForwardedAgain) {
  meet(0);
  pub.send_publish("t", "x", {.qos = 2, .identifier = 7});
  pub.expect<codec::Pubrec>();
  sub.expect_publish();
  pub.send_publish("t", "x", {.qos = 2, .identifier = 7, .dup = true});
  EXPECT_EQ(pub.expect<codec::Pubrec>().packet_identifier, 7);
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, QosTwoIdentifierIsANewMessageAfterPubcomp) {
  meet(0);
  pub.publish("t", "one", {.qos = 2, .identifier = 7});
  pub.publish("t", "two", {.qos = 2, .identifier = 7});
  EXPECT_EQ(sub.expect_publish().payload, "one");
  EXPECT_EQ(sub.expect_publish().payload, "two");
}

TEST_P(InEveryVersion, QosOneWithTheSameIdentifierIsANewMessageWhateverDupSays) {
  meet(0);
  pub.publish("t", "one", {.qos = 1, .identifier = 7});
  pub.publish("t", "two", {.qos = 1, .identifier = 7, .dup = true});
  EXPECT_EQ(sub.expect_publish().payload, "one");
  const auto second = sub.expect_publish();
  EXPECT_EQ(second.payload, "two");
  EXPECT_FALSE(second.dup);
}

TEST_P(InEveryVersion, PubrelForAnUnknownIdentifierIsAnsweredWithPubcomp) {
  meet(0);
  pub.acknowledge<codec::Pubrel>(99);
  const auto pubcomp = pub.expect<codec::Pubcomp>();
  EXPECT_EQ(pubcomp.packet_identifier, 99);
  const bool v5 = GetParam() == Version::v5_0;
  EXPECT_EQ(pubcomp.reason_code,
            v5 ? ReasonCode::packet_identifier_not_found : ReasonCode::success);
}

TEST_P(InEveryVersion, UnacknowledgedMessagesComeAgainInOrderOnResumeOnly) {
  sub.persistent();
  meet(1);
  for (const auto* payload : {"a", "b", "c"}) pub.publish("t", payload, {.qos = 1});
  std::vector<std::uint16_t> identifiers;
  for (int i = 0; i < 3; ++i) identifiers.push_back(sub.expect_publish().packet_identifier.value());
  sub.acknowledge<codec::Puback>(identifiers[1]);
  broker.advance(seconds(1000));
  EXPECT_TRUE(sub.silent());
  sub.lose();
  sub.connect();
  const auto first = sub.expect_publish();
  EXPECT_TRUE(first.dup);
  EXPECT_EQ(first.packet_identifier, identifiers[0]);
  const auto second = sub.expect_publish();
  EXPECT_TRUE(second.dup);
  EXPECT_EQ(second.payload, "c");
  EXPECT_EQ(second.packet_identifier, identifiers[2]);
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, AfterPubrelOnlyThePubrelIsRepeated) {
  sub.persistent();
  meet(2);
  pub.publish("t", "x", {.qos = 2});
  const auto identifier = sub.expect_publish().packet_identifier.value();
  sub.acknowledge<codec::Pubrec>(identifier);
  sub.expect<codec::Pubrel>();
  sub.lose();
  sub.connect();
  EXPECT_EQ(sub.expect<codec::Pubrel>().packet_identifier, identifier);
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Pubcomp>(identifier);
  sub.lose();
  sub.connect();
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, IncomingQosTwoSurvivesTheConnection) {
  pub.persistent();
  meet(0);
  pub.send_publish("t", "x", {.qos = 2, .identifier = 7});
  pub.expect<codec::Pubrec>();
  sub.expect_publish();
  pub.lose();
  pub.connect();
  pub.send_publish("t", "x", {.qos = 2, .identifier = 7, .dup = true});
  pub.expect<codec::Pubrec>();
  pub.acknowledge<codec::Pubrel>(7);
  EXPECT_EQ(pub.expect<codec::Pubcomp>().reason_code, ReasonCode::success);
  EXPECT_TRUE(sub.silent());
}

TEST_P(InEveryVersion, WrongAcknowledgementsHarmNothing) {
  sub.persistent();
  meet(2);
  pub.publish("t", "x", {.qos = 2});
  const auto identifier = sub.expect_publish().packet_identifier.value();
  sub.acknowledge<codec::Puback>(identifier);
  sub.acknowledge<codec::Pubcomp>(identifier);
  sub.acknowledge<codec::Puback>(4711);
  sub.acknowledge<codec::Pubcomp>(4711);
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Pubrec>(identifier);
  EXPECT_EQ(sub.expect<codec::Pubrel>().packet_identifier, identifier);
}

TEST(Exchange, UnknownPubrecIsAnsweredWithPubrelNotFoundInV5) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  client.acknowledge<codec::Pubrec>(5);
  EXPECT_EQ(client.expect<codec::Pubrel>().reason_code, ReasonCode::packet_identifier_not_found);
}

TEST(Exchange, RefusedMessagesAreNotRepeated) {
  Broker broker;
  Client sub{broker, "sub"};
  Client pub{broker, "pub"};
  sub.persistent().connect();
  sub.subscribe("t", 2);
  pub.connect();
  pub.publish("t", "one", {.qos = 1});
  pub.publish("t", "two", {.qos = 2});
  sub.acknowledge<codec::Puback>(sub.expect_publish().packet_identifier.value(),
                                 ReasonCode::unspecified_error);
  sub.acknowledge<codec::Pubrec>(sub.expect_publish().packet_identifier.value(),
                                 ReasonCode::quota_exceeded);
  EXPECT_TRUE(sub.silent());
  sub.lose();
  sub.connect();
  EXPECT_TRUE(sub.silent());
}

TEST(Exchange, ForwardingOnPubrelIsAChoice) {
  Config config;
  config.forward_qos2_on_publish = false;
  Broker broker(config);
  Client sub{broker, "sub"};
  Client pub{broker, "pub"};
  sub.connect();
  sub.subscribe("t", 2);
  pub.connect();
  pub.send_publish("t", "x", {.qos = 2, .identifier = 3});
  pub.expect<codec::Pubrec>();
  EXPECT_TRUE(sub.silent());
  pub.acknowledge<codec::Pubrel>(3);
  pub.expect<codec::Pubcomp>();
  EXPECT_EQ(sub.expect_publish().payload, "x");
}

TEST(Exchange, NobodySubscribedIsToldIfConfigured) {
  Broker telling;
  Client pub{telling, "pub"};
  pub.connect();
  EXPECT_EQ(pub.publish("t", "x", {.qos = 1}), ReasonCode::no_matching_subscribers);
  EXPECT_EQ(pub.publish("t", "x", {.qos = 2}), ReasonCode::no_matching_subscribers);
  Config config;
  config.no_matching_subscribers_code = false;
  Broker silent(config);
  Client other{silent, "pub"};
  other.connect();
  EXPECT_EQ(other.publish("t", "x", {.qos = 1}), ReasonCode::success);
}

TEST(Exchange, IdentifierOfAnOpenQosTwoMessageIsInUseForEverythingElse) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  client.send_publish("t", "x", {.qos = 2, .identifier = 1});
  client.expect<codec::Pubrec>();
  client.send_publish("t", "y", {.qos = 1, .identifier = 1});
  EXPECT_EQ(client.expect<codec::Puback>().reason_code, ReasonCode::packet_identifier_in_use);
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 1;
  subscribe.subscriptions.resize(2);
  subscribe.subscriptions[0].topic_filter = "a";
  subscribe.subscriptions[1].topic_filter = "b";
  client.send(subscribe);
  EXPECT_EQ(client.expect<codec::Suback>().reason_codes,
            std::vector(2, ReasonCode::packet_identifier_in_use));
  client.acknowledge<codec::Pubrel>(1);
  EXPECT_EQ(client.expect<codec::Pubcomp>().reason_code, ReasonCode::success);
}

}  // namespace
}  // namespace mqttspec::broker::testing
