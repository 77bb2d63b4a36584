// The broker's statistics below $SYS: when they come, to whom, and what they say.
#include "reference/broker/testing.hpp"

namespace mqttspec::broker {
namespace {

using namespace testing;

constexpr const char* uptime = "$SYS/broker/uptime";

std::map<std::string, std::string> all_of(Client& client) {
  std::map<std::string, std::string> result;
  while (!client.inbox().packets.empty()) {
    const auto publish = client.expect_publish();
    result[publish.topic_name] = publish.payload;
  }
  return result;
}

TEST(SystemTopics, WhoeverSubscribesGetsWhatHoldsThen) {
  Broker broker;
  Client watcher(broker, "watcher");
  Client other(broker, "other", Version::v3_1);
  watcher.connect();
  other.connect();
  other.publish("x", "1", {.qos = 1, .retain = true});
  broker.handle(Drained{other.connection(), 100});
  broker.advance(seconds(42));
  watcher.subscribe("$SYS/#");
  const auto seen = all_of(watcher);
  EXPECT_EQ(seen.at(uptime), "42");
  EXPECT_EQ(seen.at("$SYS/broker/version"), "mqttspec reference broker");
  EXPECT_EQ(seen.at("$SYS/broker/clients/connected"), "2");
  EXPECT_EQ(seen.at("$SYS/broker/clients/total"), "2");
  EXPECT_EQ(seen.at("$SYS/broker/sessions/absent"), "0");
  EXPECT_EQ(seen.at("$SYS/broker/messages/received"), "4");
  EXPECT_EQ(seen.at("$SYS/broker/publish/messages/received"), "1");
  EXPECT_EQ(seen.at("$SYS/broker/publish/messages/sent"), "0");
  EXPECT_EQ(seen.at("$SYS/broker/bytes/sent"), "100");
  EXPECT_EQ(seen.at("$SYS/broker/subscriptions/count"), "1");
  EXPECT_EQ(seen.at("$SYS/broker/retained messages/count"), "1");
  EXPECT_GT(std::stoi(seen.at("$SYS/broker/bytes/received")), 30);
}

TEST(SystemTopics, WhatHasChangedIsPublishedAtTheInterval) {
  Config config;
  config.sys_interval = std::chrono::seconds(5);
  Broker broker(config);
  Client watcher(broker, "watcher");
  watcher.connect();
  watcher.subscribe(uptime);
  EXPECT_EQ(watcher.expect_publish().payload, "0");
  watcher.subscribe("$SYS/broker/clients/connected");
  EXPECT_EQ(watcher.expect_publish().payload, "1");
  broker.advance(std::chrono::milliseconds(4999));
  EXPECT_TRUE(watcher.silent());
  broker.advance(std::chrono::milliseconds(1));
  const auto publish = watcher.expect_publish();
  EXPECT_EQ(publish.topic_name, uptime);
  EXPECT_EQ(publish.payload, "5");
  EXPECT_FALSE(publish.retain);
  EXPECT_TRUE(watcher.silent());
  Client other(broker, "other");
  other.connect();
  broker.advance(seconds(5));
  EXPECT_EQ(all_of(watcher).at("$SYS/broker/clients/connected"), "2");
}

TEST(SystemTopics, WildcardsInTheFirstLevelSeeNothing) {
  Broker broker;
  Client client(broker, "a");
  client.connect();
  client.subscribe("#");
  client.subscribe("+/broker/uptime");
  EXPECT_EQ(broker.engine().next_deadline(), never);
  Client watcher(broker, "b");
  watcher.connect();
  watcher.subscribe("$SYS/#");
  broker.advance(seconds(60));
  EXPECT_TRUE(client.silent());
}

// A deadline that comes again and again would keep whoever waits for the broker's silence waiting.
TEST(SystemTopics, NothingIsDueOnceNobodyConnectedWatches) {
  Broker broker;
  Client watcher(broker, "watcher");
  watcher.persistent(0xFFFFFFFF).connect();
  watcher.subscribe("$share/g/$SYS/#");
  EXPECT_NE(broker.engine().next_deadline(), never);
  watcher.lose();
  broker.advance(seconds(30));
  EXPECT_EQ(broker.engine().next_deadline(), never);
  watcher.connect();
  broker.advance(seconds(30));
  EXPECT_EQ(all_of(watcher).at(uptime), "60");
  watcher.unsubscribe("$share/g/$SYS/#");
  broker.advance(seconds(30));
  EXPECT_EQ(broker.engine().next_deadline(), never);
}

TEST(SystemTopics, CanBeTurnedOff) {
  Config config;
  config.sys_interval = std::chrono::milliseconds(0);
  config.system_topics.clear();
  Broker broker(config);
  Client watcher(broker, "watcher");
  watcher.connect();
  watcher.subscribe("$SYS/#");
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(broker.engine().next_deadline(), never);
}

TEST(SystemTopics, AreNotKeptWhereNothingIsRetained) {
  Config config;
  config.retain_available = false;
  Broker broker(config);
  Client watcher(broker, "watcher");
  watcher.connect();
  watcher.subscribe(uptime);
  EXPECT_TRUE(watcher.silent());
  broker.advance(seconds(10));
  EXPECT_EQ(watcher.expect_publish().payload, "10");
}

}  // namespace
}  // namespace mqttspec::broker
