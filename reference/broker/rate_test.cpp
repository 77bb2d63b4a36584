// How much a client, and all clients together, may do in a second.
#include "reference/broker/rate.hpp"

#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

using std::chrono::milliseconds;

TEST(Rate, AnEvenFlowAtTheMaximumIsNeverTooFast) {
  Rate rate;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(rate.take(100, milliseconds(10) * i)) << i;
}

TEST(Rate, AfterAPauseTwiceTheMaximumMayComeAtOnce) {
  Rate rate;
  const Instant later = seconds(1'000);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(rate.take(10, later)) << i;
  EXPECT_FALSE(rate.take(10, later));
  EXPECT_FALSE(rate.take(10, later + milliseconds(99)));
  EXPECT_TRUE(rate.take(10, later + milliseconds(100)));
  EXPECT_FALSE(rate.take(10, later + milliseconds(100)));
}

TEST(RateOfPackets, AClientAboveItIsToldAndClosed) {
  Config config;
  config.packet_rate_limit = 5;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  for (int i = 0; i < 9; ++i) client.send_publish("t", "x");
  EXPECT_TRUE(client.silent());
  client.send_publish("t", "x");
  EXPECT_EQ(client.farewell(), ReasonCode::message_rate_too_high);
}

TEST(RateOfPackets, AClientBelowItIsLeftAlone) {
  Config config;
  config.packet_rate_limit = 5;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  for (int i = 0; i < 100; ++i) {
    client.send_publish("t", "x");
    broker.advance(milliseconds(200));
  }
  EXPECT_TRUE(client.silent());
}

TEST(RateOfConnections, WhoComesTooFastIsRefusedInTheWordsOfItsVersion) {
  Config config;
  config.connection_rate_limit = 1;
  Broker broker(config);
  Client first{broker, "1"};
  Client second{broker, "2"};
  EXPECT_EQ(first.connect().reason_code, ReasonCode::success);
  EXPECT_EQ(second.connect().reason_code, ReasonCode::success);
  Client third{broker, "3"};
  EXPECT_EQ(third.connect().reason_code, ReasonCode::connection_rate_exceeded);
  EXPECT_TRUE(third.closed());
  Client fourth{broker, "4", Version::v3_1_1};
  EXPECT_EQ(static_cast<int>(fourth.connect().reason_code), 3);
  broker.advance(seconds(1));
  Client later{broker, "5"};
  EXPECT_EQ(later.connect().reason_code, ReasonCode::success);
}

}  // namespace
}  // namespace mqttspec::broker::testing
