// Shared Subscriptions (section 4.8.2).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class SharedTest : public ::testing::Test {
 protected:
  Broker broker;
  Client a{broker, "a"};
  Client b{broker, "b"};
  Client pub{broker, "pub"};

  void join(std::uint8_t qos) {
    a.persistent().connect();
    b.persistent().connect();
    pub.connect();
    a.subscribe("$share/g/t", qos);
    b.subscribe("$share/g/t", qos);
  }
  static std::size_t waiting(Client& client) { return client.inbox().packets.size(); }
};

TEST_F(SharedTest, EachMessageGoesToOneMemberInTurn) {
  join(1);
  for (int i = 0; i < 10; ++i) pub.publish("t", std::to_string(i), {.qos = 1});
  EXPECT_EQ(waiting(a), 5U);
  EXPECT_EQ(waiting(b), 5U);
}

TEST_F(SharedTest, GroupsAreToldApartByNameAndFilter) {
  join(0);
  Client other{broker, "other"};
  other.connect();
  other.subscribe("$share/h/t");
  other.subscribe("$share/g/+");
  pub.publish("t", "x");
  EXPECT_EQ(waiting(a) + waiting(b), 1U);
  EXPECT_EQ(waiting(other), 2U);
}

TEST_F(SharedTest, APlainSubscriptionOfAMemberIsServedApart) {
  join(0);
  a.subscribe("t", 0, 7);
  pub.publish("t", "1");
  pub.publish("t", "2");
  EXPECT_EQ(waiting(a) + waiting(b), 4U);
}

TEST_F(SharedTest, OnlyTheMembersOwnIdentifierComesBack) {
  a.connect();
  a.subscribe("$share/g/t", 0, 1);
  b.connect();
  b.subscribe("$share/g/t");
  pub.connect();
  pub.publish("t", "1");
  pub.publish("t", "2");
  EXPECT_EQ(codec::get_integer(a.expect_publish().properties, PropertyId::subscription_identifier),
            1U);
  EXPECT_TRUE(b.expect_publish().properties.empty());
}

TEST_F(SharedTest, EachMemberIsServedAtItsOwnQos) {
  a.connect();
  a.subscribe("$share/g/t", 0);
  b.connect();
  b.subscribe("$share/g/t", 2);
  pub.connect();
  pub.publish("t", "1", {.qos = 1});
  pub.publish("t", "2", {.qos = 1});
  EXPECT_EQ(a.expect_publish().qos, 0);
  EXPECT_EQ(b.expect_publish().qos, 1);
}

TEST_F(SharedTest, SubscribingAgainChangesTheMemberAndAddsNone) {
  join(0);
  a.subscribe("$share/g/t", 1);
  for (int i = 0; i < 4; ++i) pub.publish("t", "x", {.qos = 1});
  EXPECT_EQ(waiting(a), 2U);
  EXPECT_EQ(a.expect_publish().qos, 1);
}

TEST_F(SharedTest, UnsubscribeDetachesOneMember) {
  join(0);
  EXPECT_EQ(a.unsubscribe("$share/g/t").reason_codes, std::vector{ReasonCode::success});
  EXPECT_EQ(a.unsubscribe("$share/g/t").reason_codes,
            std::vector{ReasonCode::no_subscription_existed});
  pub.publish("t", "1");
  pub.publish("t", "2");
  EXPECT_EQ(waiting(b), 2U);
  b.inbox().packets.clear();
  b.unsubscribe("$share/g/t");
  EXPECT_EQ(pub.publish("t", "3", {.qos = 1}), ReasonCode::no_matching_subscribers);
}

TEST_F(SharedTest, AnAbsentMemberIsPassedOver) {
  join(1);
  a.lose();
  for (int i = 0; i < 4; ++i) pub.publish("t", "x", {.qos = 1});
  EXPECT_EQ(waiting(b), 4U);
}

TEST_F(SharedTest, WithAllAbsentTheMessageWaitsForOne) {
  join(1);
  a.lose();
  b.lose();
  pub.publish("t", "x", {.qos = 1});
  a.connect();
  b.connect();
  EXPECT_EQ(waiting(a) + waiting(b), 1U);
}

TEST_F(SharedTest, AnUnacknowledgedQosOneMessageGoesOnWhenItsSessionEnds) {
  join(1);
  pub.publish("t", "x", {.qos = 1});
  a.lose();
  EXPECT_EQ(waiting(b), 0U) << "not yet";
  a.connect_packet.clean_start = true;
  a.connect();
  EXPECT_EQ(b.expect_publish().payload, "x");
}

TEST(SharedRedelivery, MayGoOnAsSoonAsTheConnectionIsLost) {
  Config config;
  config.redeliver_shared_on_disconnect = true;
  Broker broker(config);
  Client a{broker, "a"};
  Client b{broker, "b"};
  Client pub{broker, "pub"};
  for (auto* member : {&a, &b}) {
    member->persistent().connect();
    member->subscribe("$share/g/t", 1);
  }
  pub.connect();
  pub.publish("t", "x", {.qos = 1});
  a.expect_publish();
  a.lose();
  const auto publish = b.expect_publish();
  EXPECT_EQ(publish.payload, "x");
  EXPECT_FALSE(publish.dup);
  a.connect();
  EXPECT_TRUE(a.silent());
}

TEST_F(SharedTest, AQosTwoMessageStaysWithItsMember) {
  join(2);
  pub.publish("t", "x", {.qos = 2});
  const auto identifier = a.expect_publish().packet_identifier;
  a.lose();
  EXPECT_TRUE(b.silent());
  a.connect();
  EXPECT_EQ(a.expect_publish().packet_identifier, identifier);
}

TEST_F(SharedTest, AQosTwoMessageDiesWithItsSession) {
  join(2);
  pub.publish("t", "x", {.qos = 2});
  a.lose();
  a.connect_packet.clean_start = true;
  a.connect();
  EXPECT_TRUE(b.silent());
}

TEST_F(SharedTest, ARefusedMessageGoesToNobodyElse) {
  join(1);
  pub.publish("t", "x", {.qos = 1});
  a.acknowledge<codec::Puback>(a.expect_publish().packet_identifier.value(),
                               ReasonCode::unspecified_error);
  EXPECT_TRUE(b.silent());
}

TEST_F(SharedTest, AMemberWhoseReceiveMaximumIsUsedUpIsPassedOver) {
  a.with(PropertyId::receive_maximum, 1U);
  join(1);
  for (int i = 0; i < 5; ++i) pub.publish("t", "x", {.qos = 1});
  EXPECT_EQ(waiting(a), 1U);
  EXPECT_EQ(waiting(b), 4U);
}

TEST(SharedChoice, MayBeAtRandomAndIsRepeatableBySeed) {
  const auto receivers = [](std::uint64_t seed) {
    Config config;
    config.shared_choice = Config::SharedChoice::at_random;
    config.seed = seed;
    Broker broker(config);
    Client a{broker, "a"};
    Client b{broker, "b"};
    Client pub{broker, "pub"};
    for (auto* client : {&a, &b, &pub}) client->connect();
    a.subscribe("$share/g/t");
    b.subscribe("$share/g/t");
    std::string order;
    for (int i = 0; i < 64; ++i) {
      pub.publish("t", "x");
      order += a.inbox().packets.empty() ? 'b' : 'a';
      a.inbox().packets.clear();
      b.inbox().packets.clear();
    }
    return order;
  };
  EXPECT_EQ(receivers(1), receivers(1));
  EXPECT_NE(receivers(1), receivers(2));
  EXPECT_NE(receivers(1).find("aa"), std::string::npos);
}

TEST(Shared, IsAnOrdinaryFilterIn311) {
  Broker broker;
  Client older{broker, "older", Version::v3_1_1};
  older.connect();
  older.subscribe("$share/g/t");
  Client pub{broker, "pub"};
  pub.connect();
  pub.publish("t", "x");
  EXPECT_TRUE(older.silent());
}

}  // namespace
}  // namespace mqttspec::broker::testing
