// SUBSCRIBE, UNSUBSCRIBE and what they make of messages (sections 3.8 to 3.11, 3.3.4, 4.7).
#include <map>

#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

std::vector<std::uint32_t> identifiers(const codec::Publish& publish) {
  std::vector<std::uint32_t> found;
  for (const auto& property : publish.properties) {
    if (property.id == PropertyId::subscription_identifier) {
      found.push_back(std::get<std::uint32_t>(property.value));
    }
  }
  return found;
}

class SubscribeTest : public ::testing::Test {
 protected:
  Broker broker;
  Client sub{broker, "sub"};
  Client pub{broker, "pub"};

  void SetUp() override {
    sub.connect();
    pub.connect();
  }
};

TEST_F(SubscribeTest, EachFilterIsAnsweredInItsPlace) {
  codec::Subscribe packet;
  packet.packet_identifier = 77;
  for (const auto qos : {std::uint8_t{2}, std::uint8_t{0}, std::uint8_t{1}}) {
    auto& subscription = packet.subscriptions.emplace_back();
    subscription.topic_filter = "t/" + std::to_string(qos);
    subscription.qos = qos;
  }
  sub.send(packet);
  const auto suback = sub.expect<codec::Suback>();
  EXPECT_EQ(suback.packet_identifier, 77);
  EXPECT_EQ(suback.reason_codes, (std::vector{ReasonCode::granted_qos_2, ReasonCode::success,
                                              ReasonCode::granted_qos_1}));
}

TEST_F(SubscribeTest, AnIdenticalFilterReplacesTheSubscription) {
  sub.subscribe("t", 2, 5);
  sub.subscribe("t", 0);
  pub.publish("t", "x", {.qos = 2});
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.qos, 0);
  EXPECT_TRUE(identifiers(publish).empty());
  EXPECT_TRUE(sub.silent());
}

TEST_F(SubscribeTest, UnsubscribeEndsExactlyThatFilter) {
  sub.subscribe("t/+");
  sub.subscribe("t/#");
  EXPECT_EQ(sub.unsubscribe("t/+").reason_codes, std::vector{ReasonCode::success});
  EXPECT_EQ(sub.unsubscribe("t/+").reason_codes, std::vector{ReasonCode::no_subscription_existed});
  EXPECT_EQ(sub.unsubscribe("t/1").reason_codes, std::vector{ReasonCode::no_subscription_existed});
  pub.publish("t/1", "x");
  sub.expect_publish();
  EXPECT_TRUE(sub.silent());
}

TEST_F(SubscribeTest, UnsubscribeCompletesWhatWasBegun) {
  sub.subscribe("t", 2);
  pub.publish("t", "x", {.qos = 2});
  const auto identifier = sub.expect_publish().packet_identifier.value();
  sub.unsubscribe("t");
  sub.acknowledge<codec::Pubrec>(identifier);
  EXPECT_EQ(sub.expect<codec::Pubrel>().packet_identifier, identifier);
}

TEST(Unsubscribe, IsAnsweredWithoutCodesIn3x) {
  for (const auto version : {Version::v3_1, Version::v3_1_1}) {
    Broker broker;
    Client client{broker, "c", version};
    client.connect();
    EXPECT_TRUE(client.unsubscribe("never").reason_codes.empty());
  }
}

TEST_F(SubscribeTest, OverlappingSubscriptionsGiveOneCopyAtTheHighestQosWithAllIdentifiers) {
  sub.subscribe("t/#", 0, 1);
  sub.subscribe("t/+", 2, 2);
  sub.subscribe("t/a", 1);
  sub.subscribe("+/a", 1, 2);
  pub.publish("t/a", "x", {.qos = 2});
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.qos, 2);
  EXPECT_THAT(identifiers(publish), ::testing::UnorderedElementsAre(1, 2, 2));
  EXPECT_TRUE(sub.silent());
}

TEST(Overlapping, MayGiveOneCopyForEachSubscription) {
  Config config;
  config.one_copy_for_overlapping = false;
  Broker broker(config);
  Client sub{broker, "sub"};
  Client pub{broker, "pub"};
  sub.connect();
  pub.connect();
  sub.subscribe("t/#", 0, 1);
  sub.subscribe("t/+", 1, 2);
  pub.publish("t/a", "x", {.qos = 2});
  std::map<std::uint32_t, int> qos_by_identifier;
  for (int i = 0; i < 2; ++i) {
    const auto publish = sub.expect_publish();
    ASSERT_EQ(identifiers(publish).size(), 1U);
    qos_by_identifier[identifiers(publish)[0]] = publish.qos;
  }
  EXPECT_EQ(qos_by_identifier, (std::map<std::uint32_t, int>{{1, 0}, {2, 1}}));
  EXPECT_TRUE(sub.silent());
}

TEST_F(SubscribeTest, NoLocalKeepsAClientsOwnMessagesAway) {
  codec::Subscription subscription;
  subscription.topic_filter = "t";
  subscription.no_local = true;
  sub.subscribe(subscription);
  sub.publish("t", "own", {.retain = true});
  EXPECT_TRUE(sub.silent());
  pub.publish("t", "other");
  EXPECT_EQ(sub.expect_publish().payload, "other");
  sub.subscribe(subscription);
  EXPECT_TRUE(sub.silent()) << "its own retained message neither";
}

TEST_F(SubscribeTest, OwnMessagesComeWithoutNoLocal) {
  sub.subscribe("t");
  sub.publish("t", "own");
  EXPECT_EQ(sub.expect_publish().payload, "own");
}

TEST_F(SubscribeTest, NoLocalOnASharedSubscriptionIsAProtocolError) {
  codec::Subscription subscription;
  subscription.topic_filter = "$share/g/t";
  subscription.no_local = true;
  codec::Subscribe packet;
  packet.packet_identifier = 1;
  packet.subscriptions = {subscription};
  sub.send(packet);
  EXPECT_EQ(sub.farewell(), ReasonCode::protocol_error);
}

TEST_F(SubscribeTest, RetainAsPublishedKeepsTheFlag) {
  codec::Subscription subscription;
  subscription.topic_filter = "t";
  subscription.retain_as_published = true;
  sub.subscribe(subscription);
  pub.publish("t", "x", {.retain = true});
  EXPECT_TRUE(sub.expect_publish().retain);
  pub.publish("t", "x");
  EXPECT_FALSE(sub.expect_publish().retain);
  sub.subscribe("t");
  sub.expect_publish();
  pub.publish("t", "x", {.retain = true});
  EXPECT_FALSE(sub.expect_publish().retain);
}

TEST_F(SubscribeTest, DollarTopicsAreHiddenFromLeadingWildcards) {
  sub.subscribe("#");
  sub.subscribe("+/broker/version");
  EXPECT_TRUE(sub.silent());
  sub.subscribe("$SYS/broker/version/#");
  EXPECT_EQ(sub.expect_publish().topic_name, "$SYS/broker/version");
  sub.subscribe("$SYS/+/version");
  EXPECT_EQ(sub.expect_publish().topic_name, "$SYS/broker/version");
}

TEST_F(SubscribeTest, ClientsDoNotExchangeMessagesOnDollarTopics) {
  sub.subscribe("$x/t");
  EXPECT_EQ(pub.publish("$x/t", "x", {.qos = 1}), ReasonCode::not_authorized);
  EXPECT_TRUE(sub.silent());
}

TEST(DollarTopics, CanBeExchangedIfConfigured) {
  Config config;
  config.exchange_on_dollar_topics = true;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  client.subscribe("#");
  client.subscribe("$x/#", 0, 9);
  client.publish("$x/t", "x");
  EXPECT_EQ(identifiers(client.expect_publish()), std::vector<std::uint32_t>{9});
  EXPECT_TRUE(client.silent());
}

TEST_F(SubscribeTest, AFilterThatIsNoneIsRefusedInItsPlace) {
  codec::Subscribe packet;
  packet.packet_identifier = 1;
  for (const auto* filter : {"ok", "a#", "a/#/b", "+a", "$share/g", "$share//t", "$share/+/t"}) {
    packet.subscriptions.emplace_back().topic_filter = filter;
  }
  sub.send(packet);
  auto codes = sub.expect<codec::Suback>().reason_codes;
  EXPECT_EQ(codes[0], ReasonCode::success);
  codes.erase(codes.begin());
  EXPECT_EQ(codes, std::vector(6, ReasonCode::topic_filter_invalid));
}

TEST(Subscribe, GrantsNoMoreThanConfigured) {
  Config config;
  config.maximum_granted_qos = 1;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  EXPECT_EQ(client.subscribe("t", 2).reason_codes, std::vector{ReasonCode::granted_qos_1});
}

TEST(Subscribe, AcceptsEveryQosWhenMaximumQosIsLower) {
  Config config;
  config.maximum_qos = 0;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  EXPECT_EQ(client.subscribe("t", 2).reason_codes, std::vector{ReasonCode::success});
}

TEST(Subscribe, WhatIsNotAvailableEndsAV5Connection) {
  Config config;
  config.wildcard_subscription_available = false;
  config.subscription_identifier_available = false;
  config.shared_subscription_available = false;
  Broker broker(config);
  const auto farewell = [&](const char* filter, codec::Properties properties) {
    Client client{broker, "c"};
    client.connect();
    codec::Subscribe packet;
    packet.packet_identifier = 1;
    packet.properties = std::move(properties);
    packet.subscriptions.emplace_back().topic_filter = filter;
    client.send(packet);
    return client.farewell();
  };
  EXPECT_EQ(farewell("a/#", {}), ReasonCode::wildcard_subscriptions_not_supported);
  EXPECT_EQ(farewell("$share/g/t", {}), ReasonCode::shared_subscriptions_not_supported);
  EXPECT_EQ(farewell("t", {{PropertyId::subscription_identifier, 1U}}),
            ReasonCode::subscription_identifiers_not_supported);
  Client older{broker, "older", Version::v3_1_1};
  older.connect();
  EXPECT_EQ(older.subscribe("a/#").reason_codes, std::vector{ReasonCode::unspecified_error});
}

TEST(Access, ADeniedSubscriptionIsAnsweredAsTheVersionCan) {
  Config config;
  config.deny.push_back({"c", Denial::Action::subscribe, "secret/#"});
  Broker broker(config);
  const auto code = [&](Version version, const char* filter) {
    Client client{broker, "c", version};
    client.connect();
    const auto codes = client.subscribe(filter, 1).reason_codes;
    Client pub{broker, "pub"};
    pub.connect();
    pub.publish("secret/a", "x", {.qos = 1});
    EXPECT_TRUE(client.silent());
    return static_cast<int>(codes.at(0));
  };
  EXPECT_EQ(code(Version::v5_0, "secret/a"), 0x87);
  EXPECT_EQ(code(Version::v5_0, "secret/+"), 0x87);
  EXPECT_EQ(code(Version::v5_0, "$share/g/secret/a"), 0x87);
  EXPECT_EQ(code(Version::v3_1_1, "secret/a"), 0x80);
  EXPECT_EQ(code(Version::v3_1, "secret/a"), 1) << "3.1 acknowledges all the same";
  Client other{broker, "other"};
  other.connect();
  EXPECT_EQ(other.subscribe("secret/a", 1).reason_codes, std::vector{ReasonCode::granted_qos_1});
}

TEST(Access, ADeniedPublicationIsAnsweredAsTheVersionCan) {
  Config config;
  config.deny.push_back({"", Denial::Action::publish, "secret/#"});
  Broker broker(config);
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("secret/#", 2);
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Client client{broker, "c", version};
    client.connect();
    const auto expected =
        version == Version::v5_0 ? ReasonCode::not_authorized : ReasonCode::success;
    client.publish("secret/a", "x");
    EXPECT_EQ(client.publish("secret/a", "x", {.qos = 1, .retain = true}), expected);
    EXPECT_EQ(client.publish("secret/a", "x", {.qos = 2}), expected);
    EXPECT_TRUE(client.silent());
  }
  EXPECT_TRUE(watch.silent());
  watch.subscribe("secret/a");
  EXPECT_TRUE(watch.silent()) << "nor is it retained";
}

TEST(Access, ADeniedPublicationMayEndA311Connection) {
  Config config;
  config.deny.push_back({"", Denial::Action::publish, "secret"});
  config.close_on_denied_publish = true;
  Broker broker(config);
  Client newer{broker, "a", Version::v3_1_1};
  newer.connect();
  newer.send_publish("secret", "x", {.qos = 1});
  EXPECT_TRUE(newer.closed());
  Client older{broker, "b", Version::v3_1};
  older.connect();
  older.publish("secret", "x", {.qos = 1});
  EXPECT_TRUE(older.silent());
}

}  // namespace
}  // namespace mqttspec::broker::testing
