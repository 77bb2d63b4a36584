// Repeats on a connection that lives, which only 3.1 has.
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class RetryTest : public ::testing::Test {
 protected:
  Broker broker;
  Client pub{broker, "pub"};
  Client older{broker, "older", Version::v3_1};

  void SetUp() override {
    pub.connect();
    older.connect();
  }
  // The client has read all that it was sent.
  void read() { broker.handle(Drained{older.connection(), 1'000'000}); }
};

TEST_F(RetryTest, WhatIsNotAcknowledgedIsRepeatedUntilItIs) {
  older.subscribe("t", 2);
  pub.publish("t", "one", {.qos = 1});
  const auto first = older.expect_publish();
  read();
  broker.advance(seconds(19));
  EXPECT_TRUE(older.silent());
  for (int i = 0; i < 2; ++i) {
    broker.advance(seconds(20));
    const auto again = older.expect_publish();
    EXPECT_TRUE(again.dup);
    EXPECT_EQ(again.packet_identifier, first.packet_identifier);
    EXPECT_TRUE(older.silent());
    read();
  }
  older.acknowledge<codec::Puback>(first.packet_identifier.value_or(0));
  broker.advance(seconds(60));
  EXPECT_TRUE(older.silent());
}

TEST_F(RetryTest, AfterPubrecThePubrelIsRepeated) {
  older.subscribe("t", 2);
  pub.publish("t", "two", {.qos = 2});
  const auto publish = older.expect_publish();
  older.acknowledge<codec::Pubrec>(publish.packet_identifier.value_or(0));
  older.expect<codec::Pubrel>();
  read();
  broker.advance(seconds(20));
  broker.advance(seconds(20));
  EXPECT_EQ(older.expect<codec::Pubrel>().packet_identifier, publish.packet_identifier);
}

TEST_F(RetryTest, WhatWasNotReadIsNotPiledUp) {
  older.subscribe("t", 1);
  pub.publish("t", "x", {.qos = 1});
  older.expect_publish();
  broker.advance(seconds(100));
  EXPECT_TRUE(older.silent());
}

TEST_F(RetryTest, LaterVersionsRepeatOnANewConnectionOnly) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    Client newer{broker, "newer", version};
    newer.connect();
    newer.subscribe("n", 1);
    pub.publish("n", "x", {.qos = 1});
    newer.expect_publish();
    broker.handle(Drained{newer.connection(), 1'000'000});
    broker.advance(seconds(100));
    EXPECT_TRUE(newer.silent());
  }
}

}  // namespace
}  // namespace mqttspec::broker::testing
