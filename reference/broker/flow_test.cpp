// What limits the flow: Receive Maximum, Maximum Packet Size, Topic Alias, Message Expiry Interval
// (sections 3.1.2.11, 3.3.2.3, 4.9).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class FlowTest : public ::testing::Test {
 protected:
  Broker broker;
  Client sub{broker, "sub"};
  Client pub{broker, "pub"};

  std::string payloads() {
    std::string all;
    while (!sub.inbox().packets.empty()) all += sub.expect_publish().payload;
    return all;
  }
};

TEST_F(FlowTest, NoMoreThanReceiveMaximumIsOpen) {
  sub.with(PropertyId::receive_maximum, 2U).connect();
  sub.subscribe("t", 2);
  pub.connect();
  for (const auto* payload : {"a", "b", "c", "d"}) pub.publish("t", payload, {.qos = 1});
  const auto first = sub.expect_publish().packet_identifier.value();
  const auto second = sub.expect_publish().packet_identifier.value();
  EXPECT_TRUE(sub.silent());
  pub.publish("t", "zero");
  EXPECT_EQ(sub.expect_publish().payload, "zero") << "QoS 0 is not limited";
  sub.send(codec::Pingreq{});
  sub.expect<codec::Pingresp>();
  sub.acknowledge<codec::Puback>(second);
  EXPECT_EQ(sub.expect_publish().payload, "c");
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Puback>(first, ReasonCode::unspecified_error);
  EXPECT_EQ(sub.expect_publish().payload, "d");
}

TEST_F(FlowTest, AQosTwoExchangeHoldsItsPlaceUntilPubcompOrRefusal) {
  sub.with(PropertyId::receive_maximum, 1U).connect();
  sub.subscribe("t", 2);
  pub.connect();
  for (const auto* payload : {"a", "b", "c"}) pub.publish("t", payload, {.qos = 2});
  auto identifier = sub.expect_publish().packet_identifier.value();
  sub.acknowledge<codec::Pubrec>(identifier);
  sub.expect<codec::Pubrel>();
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Pubcomp>(identifier);
  identifier = sub.expect_publish().packet_identifier.value();
  sub.acknowledge<codec::Pubrec>(identifier, ReasonCode::quota_exceeded);
  EXPECT_EQ(sub.expect_publish().payload, "c");
}

TEST_F(FlowTest, StrayAcknowledgementsDoNotRaiseTheQuota) {
  sub.with(PropertyId::receive_maximum, 1U).connect();
  sub.subscribe("t", 1);
  pub.connect();
  for (std::uint16_t stray = 100; stray < 105; ++stray) sub.acknowledge<codec::Puback>(stray);
  pub.publish("t", "a", {.qos = 1});
  pub.publish("t", "b", {.qos = 1});
  EXPECT_EQ(payloads(), "a");
}

TEST_F(FlowTest, RepetitionsOnResumeObeyTheNewReceiveMaximum) {
  sub.persistent().connect();
  sub.subscribe("t", 1);
  pub.connect();
  for (const auto* payload : {"a", "b", "c"}) pub.publish("t", payload, {.qos = 1});
  sub.lose();
  pub.publish("t", "d", {.qos = 1});
  sub.with(PropertyId::receive_maximum, 2U).connect();
  const auto first = sub.expect_publish();
  EXPECT_EQ(first.payload, "a");
  EXPECT_EQ(sub.expect_publish().payload, "b");
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Puback>(first.packet_identifier.value());
  const auto third = sub.expect_publish();
  EXPECT_EQ(third.payload, "c");
  EXPECT_TRUE(third.dup);
  EXPECT_TRUE(sub.silent());
  sub.acknowledge<codec::Puback>(third.packet_identifier.value());
  const auto fourth = sub.expect_publish();
  EXPECT_EQ(fourth.payload, "d");
  EXPECT_FALSE(fourth.dup);
}

TEST(ReceiveMaximum, OfTheServerIsEnforced) {
  Config config;
  config.receive_maximum = 2;
  Broker broker(config);
  Client client{broker, "c"};
  client.persistent().connect();
  client.send_publish("t", "1", {.qos = 2, .identifier = 1});
  client.send_publish("t", "2", {.qos = 2, .identifier = 2});
  client.send_publish("t", "zero");
  client.expect<codec::Pubrec>();
  client.expect<codec::Pubrec>();
  client.send_publish("t", "2", {.qos = 2, .identifier = 2, .dup = true});
  client.expect<codec::Pubrec>();
  client.acknowledge<codec::Pubrel>(1);
  client.expect<codec::Pubcomp>();
  client.send_publish("t", "3", {.qos = 2, .identifier = 3});
  client.expect<codec::Pubrec>();
  EXPECT_TRUE(client.silent());
  client.send_publish("t", "4", {.qos = 1, .identifier = 4});
  EXPECT_EQ(client.farewell(), ReasonCode::receive_maximum_exceeded);
}

TEST(ReceiveMaximum, OfTheServerIsCountedAnewOnEachConnection) {
  Config config;
  config.receive_maximum = 1;
  Broker broker(config);
  Client client{broker, "c"};
  client.persistent().connect();
  client.send_publish("t", "1", {.qos = 2, .identifier = 1});
  client.lose();
  client.connect();
  client.send_publish("t", "1", {.qos = 2, .identifier = 1, .dup = true});
  client.expect<codec::Pubrec>();
  client.send_publish("t", "2", {.qos = 2, .identifier = 2});
  client.expect<codec::Pubrec>();
  EXPECT_TRUE(client.silent());
}

TEST_F(FlowTest, AMessageTooLargeForOneClientIsDroppedForItOnly) {
  sub.persistent().with(PropertyId::maximum_packet_size, 50U);
  sub.with(PropertyId::receive_maximum, 1U).connect();
  sub.subscribe("t", 1);
  Client large{broker, "large"};
  large.connect();
  large.subscribe("t", 1);
  pub.connect();
  pub.publish("t", std::string(100, 'B'), {.qos = 1});
  pub.publish("t", "small", {.qos = 1});
  EXPECT_EQ(sub.expect_publish().payload, "small") << "the large one holds no quota";
  EXPECT_EQ(large.expect_publish().payload.size(), 100U);
  sub.lose();
  sub.connect_packet.properties.clear();
  sub.persistent().connect();
  EXPECT_EQ(sub.expect_publish().payload, "small");
  EXPECT_TRUE(sub.silent()) << "the large one is not kept";
}

TEST_F(FlowTest, AMessageOfExactlyTheMaximumSizeIsSent) {
  codec::Publish publish;
  publish.topic_name = "t";
  publish.payload.assign(40, 'x');
  const auto size = codec::encoded_size(publish, Version::v5_0);
  sub.with(PropertyId::maximum_packet_size, static_cast<std::uint32_t>(size)).connect();
  sub.subscribe("t");
  pub.connect();
  pub.publish("t", publish.payload);
  EXPECT_EQ(sub.expect_publish().payload, publish.payload);
  pub.publish("t", publish.payload + "x");
  EXPECT_TRUE(sub.silent());
}

TEST(MaximumPacketSize, OfTheServerIsEnforcedForV5Only) {
  Config config;
  config.maximum_packet_size = 30;
  Broker broker(config);
  Client newer{broker, "a"};
  newer.connect();
  newer.send_publish("t", std::string(30, 'x'));
  EXPECT_EQ(newer.farewell(), ReasonCode::packet_too_large);
  Client older{broker, "b", Version::v3_1_1};
  older.connect();
  older.send_publish("t", std::string(30, 'x'));
  EXPECT_TRUE(older.silent()) << "3.1.1 cannot know the limit";
}

TEST_F(FlowTest, ATopicAliasStandsForItsTopic) {
  sub.connect();
  sub.subscribe("#");
  pub.connect();
  const auto alias = [](std::uint32_t number) {
    return Publication{.properties = {{PropertyId::topic_alias, number}}};
  };
  pub.publish("a", "1", alias(65'535));
  pub.publish("", "2", alias(65'535));
  pub.publish("b", "3", alias(65'535));
  pub.publish("", "4", alias(65'535));
  for (const auto* expected : {"a1", "a2", "b3", "b4"}) {
    const auto publish = sub.expect_publish();
    EXPECT_EQ(publish.topic_name + publish.payload, expected);
    EXPECT_FALSE(codec::find(publish.properties, PropertyId::topic_alias));
  }
}

TEST(TopicAlias, BeyondTheLimitsEndsTheConnection) {
  Config config;
  config.topic_alias_maximum = 3;
  Broker broker(config);
  const auto farewell = [&](std::uint32_t alias, const char* topic) {
    Client client{broker, "c"};
    client.connect();
    client.send_publish(topic, "x", {.properties = {{PropertyId::topic_alias, alias}}});
    return client.farewell();
  };
  EXPECT_EQ(farewell(4, "t"), ReasonCode::topic_alias_invalid);
  EXPECT_EQ(farewell(0, "t"), ReasonCode::topic_alias_invalid);
  EXPECT_EQ(farewell(3, ""), ReasonCode::protocol_error);
}

TEST_F(FlowTest, AnAliasEndsWithItsConnection) {
  pub.persistent().connect();
  pub.publish("t", "x", {.properties = {{PropertyId::topic_alias, 1U}}});
  pub.lose();
  pub.connect();
  pub.send_publish("", "x", {.properties = {{PropertyId::topic_alias, 1U}}});
  EXPECT_EQ(pub.farewell(), ReasonCode::protocol_error);
}

TEST(TopicAlias, IsUsedTowardsClientsThatAllowItIfConfigured) {
  Config config;
  config.use_topic_aliases = true;
  Broker broker(config);
  Client sub{broker, "sub"};
  sub.with(PropertyId::topic_alias_maximum, 1U).connect();
  sub.subscribe("#");
  Client plain{broker, "plain"};
  plain.connect();
  plain.subscribe("#");
  Client pub{broker, "pub"};
  pub.connect();
  for (const auto* topic : {"a", "a", "b"}) pub.publish(topic, "x");
  const auto alias_of = [](const codec::Publish& publish) {
    return codec::get_integer(publish.properties, PropertyId::topic_alias);
  };
  const auto first = sub.expect_publish();
  EXPECT_EQ(first.topic_name, "a");
  EXPECT_EQ(alias_of(first), 1U);
  const auto second = sub.expect_publish();
  EXPECT_EQ(second.topic_name, "");
  EXPECT_EQ(alias_of(second), 1U);
  const auto third = sub.expect_publish();
  EXPECT_EQ(third.topic_name, "b");
  EXPECT_FALSE(alias_of(third));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(alias_of(plain.expect_publish()));
}

std::optional<std::uint32_t> lifetime(const codec::Publish& publish) {
  return codec::get_integer(publish.properties, PropertyId::message_expiry_interval);
}

Publication expiring(std::uint32_t interval) {
  return {.qos = 1, .properties = {{PropertyId::message_expiry_interval, interval}}};
}

TEST_F(FlowTest, AWaitingMessageIsDeliveredWithTheTimeThatIsLeftOrNotAtAll) {
  sub.persistent().connect();
  sub.subscribe("t", 1);
  sub.lose();
  pub.connect();
  pub.publish("t", "short", expiring(2));
  pub.publish("t", "long", expiring(60));
  pub.publish("t", "ever", {.qos = 1});
  broker.advance(seconds(2));
  sub.connect();
  const auto first = sub.expect_publish();
  EXPECT_EQ(first.payload, "long");
  EXPECT_EQ(lifetime(first), 58U);
  const auto second = sub.expect_publish();
  EXPECT_EQ(second.payload, "ever");
  EXPECT_FALSE(lifetime(second));
  EXPECT_TRUE(sub.silent());
}

TEST_F(FlowTest, LifetimeZeroReachesWhoeverIsThere) {
  sub.connect();
  sub.subscribe("t", 1);
  pub.connect();
  pub.publish("t", "x", expiring(0));
  EXPECT_EQ(lifetime(sub.expect_publish()), 0U);
}

TEST_F(FlowTest, AMessageThatWasSentDoesNotExpireAnyMore) {
  sub.persistent().connect();
  sub.subscribe("t", 2);
  pub.connect();
  auto options = expiring(2);
  options.qos = 2;
  pub.publish("t", "x", options);
  const auto identifier = sub.expect_publish().packet_identifier;
  sub.lose();
  broker.advance(seconds(10));
  sub.connect();
  EXPECT_EQ(sub.expect_publish().packet_identifier, identifier);
}

TEST_F(FlowTest, ARetainedMessageExpires) {
  pub.connect();
  auto options = expiring(10);
  options.retain = true;
  pub.publish("t", "x", options);
  broker.advance(seconds(4));
  sub.connect();
  sub.subscribe("t");
  EXPECT_EQ(lifetime(sub.expect_publish()), 6U);
  broker.advance(seconds(6));
  sub.subscribe("t");
  EXPECT_TRUE(sub.silent());
}

TEST_F(FlowTest, MessagePropertiesArePassedOnInOrderToV5AndLeftOutForOthers) {
  sub.connect();
  sub.subscribe("t");
  Client older{broker, "older", Version::v3_1_1};
  older.connect();
  older.subscribe("t");
  pub.connect();
  const codec::Properties properties = {{PropertyId::user_property, codec::StringPair{"b", "1"}},
                                        {PropertyId::payload_format_indicator, 1U},
                                        {PropertyId::response_topic, std::string("answers")},
                                        {PropertyId::user_property, codec::StringPair{"a", "2"}},
                                        {PropertyId::correlation_data, std::string("\x00\xFF", 2)},
                                        {PropertyId::content_type, std::string("text")},
                                        {PropertyId::user_property, codec::StringPair{"b", "1"}}};
  pub.publish("t", "x", {.properties = properties});
  EXPECT_EQ(sub.expect_publish().properties, properties);
  EXPECT_EQ(older.expect_publish().payload, "x");
}

TEST(SlowReader, LosesQosZeroAndGetsTheRestWhenItReadsAgain) {
  Config config;
  config.slow_reader_limit = 100;
  Broker broker(config);
  Client sub{broker, "sub"};
  sub.connect();
  sub.subscribe("t", 1);
  Client pub{broker, "pub"};
  pub.connect();
  pub.publish("t", std::string(100, 'x'));
  sub.expect_publish();
  pub.publish("t", "lost");
  pub.publish("t", "waits", {.qos = 1});
  EXPECT_TRUE(sub.silent());
  EXPECT_TRUE(pub.silent()) << "nobody else is affected";
  broker.handle(Drained{sub.connection(), 60});
  EXPECT_EQ(sub.expect_publish().payload, "waits");
  EXPECT_TRUE(sub.silent());
}

TEST(MaximumQos, AboveItEndsTheConnection) {
  Config config;
  config.maximum_qos = 1;
  Broker broker(config);
  Client newer{broker, "a"};
  newer.connect();
  newer.publish("t", "x", {.qos = 1});
  newer.send_publish("t", "x", {.qos = 2});
  EXPECT_EQ(newer.farewell(), ReasonCode::qos_not_supported);
  Client older{broker, "b", Version::v3_1_1};
  older.connect();
  older.send_publish("t", "x", {.qos = 2});
  EXPECT_TRUE(older.closed());
}

TEST(PayloadFormat, IsCheckedIfConfigured) {
  Config config;
  config.check_payload_format = true;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  const Publication text{.qos = 1, .properties = {{PropertyId::payload_format_indicator, 1U}}};
  EXPECT_EQ(client.publish("t", "\xFF", text), ReasonCode::payload_format_invalid);
  EXPECT_NE(client.publish("t", "\xC3\xA4", text), ReasonCode::payload_format_invalid);
  EXPECT_NE(client.publish("t", "\xFF", {.qos = 1}), ReasonCode::payload_format_invalid);
  Client mortal{broker, "d"};
  mortal.will("w", "\xFF", 0, false, {{PropertyId::payload_format_indicator, 1U}});
  EXPECT_EQ(mortal.connect().reason_code, ReasonCode::payload_format_invalid);
}

}  // namespace
}  // namespace mqttspec::broker::testing
