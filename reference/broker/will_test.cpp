// Will Messages: when they are published, when not, and as what (sections 3.1.2.5, 3.1.3.2).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

class WillTest : public ::testing::TestWithParam<Version> {
 protected:
  Broker broker;
  Client watch{broker, "watch", GetParam()};
  Client mortal{broker, "mortal", GetParam()};

  void SetUp() override {
    watch.connect();
    watch.subscribe("w", 2);
    mortal.will("w", "gone", 1);
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, WillTest,
                         ::testing::Values(Version::v3_1, Version::v3_1_1, Version::v5_0));

TEST_P(WillTest, IsPublishedWhenTheConnectionIsLost) {
  mortal.connect();
  mortal.lose();
  const auto will = watch.expect_publish();
  EXPECT_EQ(will.payload, "gone");
  EXPECT_EQ(will.qos, 1);
  EXPECT_FALSE(will.retain);
  EXPECT_TRUE(watch.silent()) << "once";
}

TEST_P(WillTest, IsDeletedByDisconnect) {
  mortal.connect();
  mortal.disconnect();
  EXPECT_TRUE(watch.silent());
}

TEST_P(WillTest, IsPublishedWhenKeepAliveRunsOut) {
  mortal.connect_packet.keep_alive = 2;
  mortal.connect();
  broker.advance(seconds(3));
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST_P(WillTest, IsPublishedWhenTheServerClosesForAnError) {
  mortal.connect();
  mortal.send(mortal.connect_packet);
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST_P(WillTest, IsPublishedOnTakeOver) {
  mortal.connect();
  Client successor{broker, "mortal", GetParam()};
  successor.connect();
  EXPECT_EQ(watch.expect_publish().payload, "gone");
  successor.lose();
  EXPECT_TRUE(watch.silent()) << "the new connection has no Will";
}

TEST_P(WillTest, IsRetainedIfItSaysSo) {
  mortal.will("w", "gone", 0, true).connect();
  mortal.lose();
  EXPECT_FALSE(watch.expect_publish().retain);
  Client late{broker, "late", GetParam()};
  late.connect();
  late.subscribe("w");
  EXPECT_TRUE(late.expect_publish().retain);
}

TEST_P(WillTest, ComesWithNoConnectionThatHadNone) {
  mortal.persistent().connect();
  mortal.disconnect();
  mortal.connect_packet.will.reset();
  mortal.connect();
  mortal.lose();
  EXPECT_TRUE(watch.silent());
}

TEST(Will, IsPublishedAfterAnyOtherDisconnect) {
  Broker broker;
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("w");
  for (const auto reason : {ReasonCode::disconnect_with_will_message, ReasonCode::unspecified_error,
                            ReasonCode::protocol_error}) {
    Client mortal{broker, "mortal"};
    mortal.will("w", "gone").connect();
    mortal.disconnect(reason);
    EXPECT_EQ(watch.expect_publish().payload, "gone");
  }
}

TEST(Will, CarriesItsPropertiesInOrderAndItsLifetimeFromPublication) {
  Broker broker;
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("w");
  Client mortal{broker, "mortal"};
  mortal.persistent()
      .will("w", "gone", 0, false,
            {{PropertyId::user_property, codec::StringPair{"b", "1"}},
             {PropertyId::will_delay_interval, 5U},
             {PropertyId::content_type, std::string("text")},
             {PropertyId::user_property, codec::StringPair{"a", "2"}},
             {PropertyId::message_expiry_interval, 9U}})
      .connect();
  mortal.lose();
  broker.advance(seconds(5));
  const codec::Properties expected = {{PropertyId::message_expiry_interval, 9U},
                                      {PropertyId::user_property, codec::StringPair{"b", "1"}},
                                      {PropertyId::content_type, std::string("text")},
                                      {PropertyId::user_property, codec::StringPair{"a", "2"}}};
  EXPECT_EQ(watch.expect_publish().properties, expected);
}

class DelayedWill : public ::testing::Test {
 protected:
  Broker broker;
  Client watch{broker, "watch"};
  Client mortal{broker, "mortal"};

  void connect(std::uint32_t delay, std::uint32_t expiry) {
    watch.connect();
    watch.subscribe("w");
    mortal.persistent(expiry).will("w", "gone", 0, false,
                                   {{PropertyId::will_delay_interval, delay}});
    mortal.connect();
  }
};

TEST_F(DelayedWill, WaitsForItsDelay) {
  connect(5, 60);
  mortal.lose();
  broker.advance(std::chrono::milliseconds(4'999));
  EXPECT_TRUE(watch.silent());
  broker.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(watch.expect_publish().payload, "gone");
  broker.advance(seconds(100));
  EXPECT_TRUE(watch.silent()) << "once";
}

TEST_F(DelayedWill, ComesWithTheEndOfTheSession) {
  connect(60, 5);
  mortal.lose();
  broker.advance(std::chrono::milliseconds(4'999));
  EXPECT_TRUE(watch.silent());
  broker.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST_F(DelayedWill, ComesAtOnceWhenTheSessionEndsWithItsConnection) {
  connect(60, 0);
  mortal.lose();
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST_F(DelayedWill, IsCancelledByComingBackInTime) {
  connect(5, 60);
  mortal.lose();
  broker.advance(seconds(4));
  mortal.connect_packet.will.reset();
  mortal.connect();
  broker.advance(seconds(100));
  EXPECT_TRUE(watch.silent());
}

TEST_F(DelayedWill, IsReleasedByACleanStart) {
  connect(5, 60);
  mortal.lose();
  Client successor{broker, "mortal"};
  successor.connect();
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST_F(DelayedWill, IsWithheldOnTakeOverThatContinuesTheSession) {
  connect(5, 60);
  Client successor{broker, "mortal"};
  successor.persistent().connect();
  broker.advance(seconds(100));
  EXPECT_TRUE(watch.silent());
}

TEST_F(DelayedWill, IsReleasedWhenDisconnectEndsTheSession) {
  connect(60, 60);
  mortal.disconnect(ReasonCode::disconnect_with_will_message,
                    {{PropertyId::session_expiry_interval, 0U}});
  EXPECT_EQ(watch.expect_publish().payload, "gone");
}

TEST(Will, IsNotPublishedWhereItsClientMayNotPublish) {
  Config config;
  config.deny.push_back({"mortal", Denial::Action::publish, "w"});
  Broker broker(config);
  Client watch{broker, "watch"};
  watch.connect();
  watch.subscribe("#");
  Client mortal{broker, "mortal"};
  mortal.will("w", "gone").connect();
  mortal.lose();
  EXPECT_TRUE(watch.silent());
}

TEST(Will, OfARefusedConnectIsNeverPublished) {
  Config config;
  config.users.emplace();
  Broker strict(config);
  Client mortal{strict, "mortal"};
  EXPECT_NE(mortal.will("w", "gone", 0, true).connect().reason_code, ReasonCode::success);
  EXPECT_TRUE(mortal.closed());
  EXPECT_EQ(strict.engine().next_deadline(), never);
}

}  // namespace
}  // namespace mqttspec::broker::testing
