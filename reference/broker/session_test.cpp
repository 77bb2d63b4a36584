// Sessions: their life, their end, take-over and keep alive
// (sections 3.1.2.4, 3.1.2.10, 3.1.2.11.2, 3.1.4, 4.1).
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

TEST(Session, GoesOnWithoutCleanStart) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client sub{broker, "sub", version};
    Client pub{broker, "pub", version};
    sub.persistent().connect();
    sub.subscribe("t", 1);
    sub.disconnect();
    pub.connect();
    pub.publish("t", "zero");
    pub.publish("t", "one", {.qos = 1});
    EXPECT_TRUE(sub.connect().session_present);
    EXPECT_EQ(sub.expect_publish().payload, "one");
    EXPECT_TRUE(sub.silent());
  }
}

TEST(Session, HasNoPresentFlagIn31) {
  Broker broker;
  Client client{broker, "c", Version::v3_1};
  client.persistent().connect();
  client.subscribe("t", 1);
  client.disconnect();
  Client pub{broker, "pub", Version::v3_1};
  pub.connect();
  pub.publish("t", "x", {.qos = 1});
  client.connect();
  EXPECT_EQ(client.expect_publish().payload, "x");
}

TEST(Session, IsDroppedByCleanStart) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client client{broker, "c", version};
    client.persistent().connect();
    client.subscribe("t", 1);
    client.lose();
    client.connect_packet.clean_start = true;
    EXPECT_FALSE(client.connect().session_present);
    Client pub{broker, "pub", version};
    pub.connect();
    pub.publish("t", "x", {.qos = 1});
    EXPECT_TRUE(client.silent());
  }
}

TEST(Session, EndsWithItsConnectionWithoutAnExpiryInterval) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  client.lose();
  client.connect_packet.clean_start = false;
  EXPECT_FALSE(client.connect().session_present);
}

TEST(Session, ExpiresAfterItsInterval) {
  Broker broker;
  Client client{broker, "c"};
  client.persistent(10).connect();
  client.lose();
  broker.advance(seconds(9));
  EXPECT_TRUE(client.connect().session_present);
  client.lose();
  broker.advance(seconds(10));
  EXPECT_FALSE(client.connect().session_present);
}

TEST(Session, NeverExpiresWithTheHighestInterval) {
  Broker broker;
  Client client{broker, "c"};
  client.persistent(0xFFFF'FFFFU).connect();
  client.lose();
  broker.advance(std::chrono::hours(24 * 365 * 150));
  EXPECT_TRUE(client.connect().session_present);
}

TEST(Session, DoesNotExpireWhileConnected) {
  Broker broker;
  Client client{broker, "c"};
  client.persistent(1).connect();
  client.lose();
  client.connect();
  client.subscribe("t");
  broker.advance(seconds(100));
  client.publish("t", "x");
  EXPECT_EQ(client.expect_publish().payload, "x");
}

TEST(Session, TakesAnotherIntervalFromDisconnect) {
  Broker broker;
  Client client{broker, "c"};
  client.persistent(10).connect();
  client.disconnect(ReasonCode::success, {{PropertyId::session_expiry_interval, 100U}});
  broker.advance(seconds(50));
  EXPECT_TRUE(client.connect().session_present);
  client.disconnect(ReasonCode::success, {{PropertyId::session_expiry_interval, 0U}});
  EXPECT_FALSE(client.connect().session_present);
}

TEST(Session, CannotBeProlongedByDisconnectFromZero) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  client.disconnect(ReasonCode::success, {{PropertyId::session_expiry_interval, 0U}});
  EXPECT_TRUE(client.closed()) << "zero is no error";
  client.connect();
  client.disconnect(ReasonCode::success, {{PropertyId::session_expiry_interval, 5U}});
  EXPECT_EQ(client.farewell(), ReasonCode::protocol_error);
}

TEST(Session, LivesNoLongerThanTheServerPermits) {
  Config config;
  config.session_expiry_interval = 5;
  Broker broker(config);
  Client client{broker, "c"};
  client.persistent(100).connect();
  client.disconnect(ReasonCode::success, {{PropertyId::session_expiry_interval, 50U}});
  broker.advance(seconds(5));
  EXPECT_FALSE(client.connect().session_present);
}

TEST(Session, IdentifiersAreComparedAsTheyAre) {
  Broker broker;
  Client lower{broker, "abc"};
  Client upper{broker, "ABC"};
  lower.connect();
  upper.connect();
  EXPECT_TRUE(lower.silent());
}

TEST(TakeOver, ClosesTheOlderConnectionAndContinuesItsSession) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client older{broker, "c", version};
    older.persistent().connect();
    older.subscribe("t", 1);
    Client newer{broker, "c", version};
    EXPECT_TRUE(newer.persistent().connect().session_present);
    if (version == Version::v5_0) {
      EXPECT_EQ(older.farewell(), ReasonCode::session_taken_over);
    } else {
      EXPECT_TRUE(older.closed());
    }
    Client pub{broker, "pub", version};
    pub.connect();
    pub.publish("t", "x", {.qos = 1});
    EXPECT_EQ(newer.expect_publish().payload, "x");
  }
}

TEST(TakeOver, EndsASessionThatWasToEndWithItsConnection) {
  Broker broker;
  Client older{broker, "c"};
  older.connect();
  older.subscribe("t");
  Client newer{broker, "c"};
  newer.connect_packet.clean_start = false;
  EXPECT_FALSE(newer.connect().session_present);
}

TEST(TakeOver, RepeatsWhatTheOlderConnectionDidNotAcknowledge) {
  Broker broker;
  Client older{broker, "c"};
  older.persistent().connect();
  older.subscribe("t", 1);
  older.send_publish("t", "x", {.qos = 1});
  older.expect_publish();
  older.expect<codec::Puback>();
  Client newer{broker, "c"};
  newer.persistent().connect();
  EXPECT_TRUE(newer.expect_publish().dup);
}

TEST(KeepAlive, EndsASilentConnectionAfterOneAndAHalfPeriods) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    Broker broker;
    Client client{broker, "c", version};
    client.connect_packet.keep_alive = 10;
    client.connect();
    broker.advance(std::chrono::milliseconds(14'999));
    EXPECT_TRUE(client.silent());
    broker.advance(std::chrono::milliseconds(1));
    if (version == Version::v5_0) {
      EXPECT_EQ(client.farewell(), ReasonCode::keep_alive_timeout);
    } else {
      EXPECT_TRUE(client.closed());
    }
  }
}

TEST(KeepAlive, EveryPacketFromTheClientCountsAndNoneToIt) {
  Broker broker;
  Client client{broker, "c"};
  client.connect_packet.keep_alive = 10;
  client.connect();
  client.subscribe("t");
  broker.advance(seconds(14));
  client.publish("other", "x");
  broker.advance(seconds(14));
  EXPECT_TRUE(client.silent());
  Client pub{broker, "pub"};
  pub.connect();
  pub.publish("t", "x");
  client.expect_publish();
  broker.advance(seconds(1));
  EXPECT_EQ(client.farewell(), ReasonCode::keep_alive_timeout);
}

TEST(KeepAlive, ZeroTurnsItOff) {
  Broker broker;
  Client client{broker, "c"};
  client.connect();
  broker.advance(std::chrono::hours(1000));
  EXPECT_TRUE(client.silent());
}

TEST(KeepAlive, TheServersOwnTakesPrecedenceInV5) {
  Config config;
  config.server_keep_alive = 2;
  Broker broker(config);
  Client newer{broker, "a"};
  newer.connect_packet.keep_alive = 100;
  newer.connect();
  Client older{broker, "b", Version::v3_1_1};
  older.connect_packet.keep_alive = 100;
  older.connect();
  broker.advance(seconds(3));
  EXPECT_EQ(newer.farewell(), ReasonCode::keep_alive_timeout);
  EXPECT_TRUE(older.silent());
}

TEST(Queue, KeepsNoMoreThanItsLimit) {
  const auto kept = [](Config::Drop drop) {
    Config config;
    config.queue_limit = 2;
    config.queue_drop = drop;
    Broker broker(config);
    Client sub{broker, "sub"};
    sub.persistent().connect();
    sub.subscribe("t", 1);
    sub.disconnect();
    Client pub{broker, "pub"};
    pub.connect();
    for (const auto* payload : {"1", "2", "3"}) pub.publish("t", payload, {.qos = 1});
    sub.connect();
    std::string payloads;
    while (!sub.inbox().packets.empty()) payloads += sub.expect_publish().payload;
    return payloads;
  };
  EXPECT_EQ(kept(Config::Drop::newest), "12");
  EXPECT_EQ(kept(Config::Drop::oldest), "23");
}

TEST(Queue, QosZeroIsKeptForAnAbsentClientIfConfigured) {
  Config config;
  config.queue_qos0_for_absent = true;
  Broker broker(config);
  Client sub{broker, "sub"};
  sub.persistent().connect();
  sub.subscribe("t", 1);
  sub.disconnect();
  Client pub{broker, "pub"};
  pub.connect();
  pub.publish("t", "x");
  sub.connect();
  EXPECT_EQ(sub.expect_publish().payload, "x");
}

TEST(Shutdown, TellsV5ClientsAndClosesAll) {
  Broker broker;
  Client newer{broker, "a"};
  Client older{broker, "b", Version::v3_1};
  newer.connect();
  older.connect();
  broker.handle(Shutdown{});
  EXPECT_EQ(newer.farewell(), ReasonCode::server_shutting_down);
  EXPECT_TRUE(older.closed());
}

TEST(Shutdown, MayGoWithoutAWord) {
  Config config;
  config.disconnect_before_close = false;
  Broker broker(config);
  Client client{broker, "a"};
  client.connect();
  broker.handle(Shutdown{});
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace mqttspec::broker::testing
