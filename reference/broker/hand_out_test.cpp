// Retained messages and queues that are larger than what a client reads at once: nothing is lost,
// nothing overtakes, and whoever does not read makes us hold little.
#include <algorithm>
#include <set>

#include "reference/broker/access_list.hpp"
#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

constexpr std::size_t kibibyte = 1024;
constexpr int messages = 300;  // of one KiB: much more than goes out at once
constexpr std::size_t portion = 64;

std::string topic_of(int number) {
  return "r/" + std::to_string(1000 + number);
}

class HandOutTest : public ::testing::TestWithParam<int> {
 protected:
  static Config few_statistics() {
    Config config;
    config.system_topics.clear();
    return config;
  }

  Broker broker{few_statistics()};
  Client pub{broker, "pub"};
  Client sub{broker, "sub"};
  std::uint8_t qos = static_cast<std::uint8_t>(GetParam());
  std::vector<codec::Publish> received;

  void SetUp() override {
    pub.connect();
    for (int i = 0; i < messages; ++i) {
      pub.publish(topic_of(i), std::string(kibibyte, 'x'), {.qos = qos, .retain = true});
    }
    sub.persistent().connect();
  }
  // Takes all that has come, and acknowledges it.
  void take() {
    while (!sub.inbox().packets.empty()) {
      auto publish = sub.expect_publish();
      if (publish.qos == 1) sub.acknowledge<codec::Puback>(publish.packet_identifier.value_or(0));
      received.push_back(std::move(publish));
    }
  }
  // Reads until nothing more comes.
  void read_all() {
    for (std::size_t before = 0; before < received.size() || !sub.inbox().packets.empty();) {
      before = received.size();
      take();
      broker.handle(Drained{sub.connection(), (received.size() - before) * 2 * kibibyte});
    }
  }
  [[nodiscard]] std::size_t topics() const {
    std::set<std::string> names;
    for (const auto& publish : received) names.insert(publish.topic_name);
    return names.size();
  }
};
INSTANTIATE_TEST_SUITE_P(Qos, HandOutTest, ::testing::Values(0, 1));

TEST_P(HandOutTest, WhoDoesNotReadGetsOnePortionAndWhoReadsGetsAll) {
  sub.subscribe("r/#", 1);
  EXPECT_LE(sub.inbox().packets.size(), portion + 1);
  read_all();
  EXPECT_EQ(received.size(), static_cast<std::size_t>(messages));
  EXPECT_EQ(topics(), static_cast<std::size_t>(messages));
}

TEST_P(HandOutTest, AcknowledgementsAloneDoNotMakeItMore) {
  sub.subscribe("r/#", 1);
  take();
  EXPECT_LE(received.size(), portion + 1);
  EXPECT_TRUE(sub.silent());
}

TEST_P(HandOutTest, WhatComesMeanwhileComesBehind) {
  sub.subscribe("r/#", 1);
  const auto last = topic_of(messages - 1);
  pub.publish(last, "newer", {.qos = qos});
  pub.publish(last, "newest", {.qos = qos, .retain = true});
  read_all();
  std::vector<std::string> payloads;
  for (const auto& publish : received) {
    if (publish.topic_name == last) payloads.push_back(publish.payload);
  }
  // What was retained then is not any more; its successor is fresh.
  EXPECT_EQ(payloads, (std::vector<std::string>{"newer", "newest"}));
  EXPECT_FALSE(received.back().retain);
  EXPECT_EQ(received.size(), static_cast<std::size_t>(messages + 1));
}

TEST_P(HandOutTest, WhatComesMeanwhileWithoutRetainDoesNotOvertake) {
  sub.subscribe("r/#", 1);
  const auto last = topic_of(messages - 1);
  pub.publish(last, "newer", {.qos = qos});
  read_all();
  ASSERT_EQ(received.size(), static_cast<std::size_t>(messages + 1));
  EXPECT_EQ(received[messages - 1].topic_name, last);
  EXPECT_TRUE(received[messages - 1].retain);
  EXPECT_EQ(received.back().payload, "newer");
}

TEST_P(HandOutTest, EndsWithItsSubscription) {
  sub.subscribe("r/#", 1);
  take();
  const auto begun = received.size();
  sub.unsubscribe("r/#");
  read_all();
  EXPECT_EQ(received.size(), begun);
}

TEST_P(HandOutTest, WhoAsksAgainAndAgainWithoutReadingGetsItAllOnceMore) {
  for (int i = 0; i < 200; ++i) {
    sub.send([] {
      codec::Subscribe packet;
      packet.packet_identifier = 7;
      packet.subscriptions.emplace_back().topic_filter = "r/#";
      packet.subscriptions.back().qos = 1;
      return packet;
    }());
  }
  auto& packets = sub.inbox().packets;
  std::erase_if(packets,
                [](const auto& packet) { return std::holds_alternative<codec::Suback>(packet); });
  read_all();
  EXPECT_EQ(topics(), static_cast<std::size_t>(messages));
  EXPECT_LE(received.size(), messages + portion + 1);
}

TEST_P(HandOutTest, TheSlowReaderLimitHoldsForItToo) {
  auto config = few_statistics();
  config.slow_reader_limit = 4 * kibibyte;
  Broker strict(config);
  Client publisher{strict, "pub"};
  publisher.connect();
  for (int i = 0; i < 20; ++i) {
    publisher.publish(topic_of(i), std::string(kibibyte, 'x'), {.qos = qos, .retain = true});
  }
  Client slow{strict, "slow"};
  slow.connect();
  slow.subscribe("#", 1);
  EXPECT_LE(slow.inbox().packets.size(), 5U);
  for (int i = 0; i < 20; ++i) strict.handle(Drained{slow.connection(), 4 * kibibyte});
  EXPECT_EQ(slow.inbox().packets.size(), 20U);
}

TEST_P(HandOutTest, AClientThatComesBackGetsTheRestOfWhatWaitsForAcknowledgement) {
  sub.subscribe("r/#", 1);
  take();
  sub.lose();
  sub.connect_packet.clean_start = false;
  sub.connect();
  read_all();
  // QoS 0 messages are not kept for an absent client.
  EXPECT_EQ(topics(), qos == 0 ? received.size() : static_cast<std::size_t>(messages));
  EXPECT_LE(received.size(), static_cast<std::size_t>(qos == 0 ? portion + 1 : messages));
}

TEST_P(HandOutTest, AQueueLimitTakesNothingFromWhoReads) {
  auto config = few_statistics();
  config.queue_limit = 1;
  Broker small(config);
  Client publisher{small, "pub"};
  publisher.connect();
  for (int i = 0; i < 20; ++i) {
    publisher.publish(topic_of(i), "x", {.qos = qos, .retain = true});
  }
  Client reader{small, "reader"};
  reader.with(PropertyId::receive_maximum, 2U).connect();
  reader.subscribe("#", 1);
  for (int i = 0; i < 20; ++i) {
    const auto publish = reader.expect_publish();
    EXPECT_EQ(publish.topic_name, topic_of(i));
    if (publish.qos == 1) reader.acknowledge<codec::Puback>(publish.packet_identifier.value_or(0));
  }
}

TEST(HandOut, QosZeroDoesNotWaitForAcknowledgements) {
  Broker broker;
  Client pub{broker, "pub"};
  pub.connect();
  for (int i = 0; i < 4; ++i) {
    const auto qos = static_cast<std::uint8_t>(i % 2);
    pub.publish(topic_of(i), "x", {.qos = qos, .retain = true});
  }
  Client sub{broker, "sub"};
  sub.with(PropertyId::receive_maximum, 1U).connect();
  sub.subscribe("r/#", 1);
  std::vector<int> levels;
  for (int i = 0; i < 3; ++i) levels.push_back(sub.expect_publish().qos);
  EXPECT_EQ(std::count(levels.begin(), levels.end(), 0), 2);
  pub.publish("r/now", "at once");
  EXPECT_EQ(sub.expect_publish().payload, "at once");
  EXPECT_TRUE(sub.silent());
}

TEST(HandOut, TwoSubscriptionsBringARetainedMessageTwice) {
  Broker broker;
  Client client{broker, "c", Version::v3_1_1};
  client.connect();
  client.publish("t", "x", {.retain = true});
  codec::Subscribe packet;
  packet.packet_identifier = 1;
  for (int i = 0; i < 2; ++i) packet.subscriptions.emplace_back().topic_filter = "t";
  client.send(packet);
  client.expect<codec::Suback>();
  EXPECT_EQ(client.expect_publish().payload, "x");
  EXPECT_EQ(client.expect_publish().payload, "x");
  EXPECT_TRUE(client.silent());
}

TEST(HandOut, WhatMayNotBeSeenIsLeftOut) {
  Config config;
  config.deny.push_back({"", Denial::Action::subscribe, "r/1001"});
  Broker broker(config);
  Client pub{broker, "pub"};
  pub.connect();
  for (int i = 0; i < 3; ++i) pub.publish(topic_of(i), "x", {.retain = true});
  Client sub{broker, "sub"};
  sub.connect();
  sub.subscribe("r/#");
  EXPECT_EQ(sub.expect_publish().topic_name, topic_of(0));
  EXPECT_EQ(sub.expect_publish().topic_name, topic_of(2));
  EXPECT_TRUE(sub.silent());
}

// What a client has missed may be more than anybody should have on its way at once.
TEST(Queue, GoesOutInPortionsWhenTheClientIsBack) {
  Broker broker;
  Client sub{broker, "sub"};
  sub.persistent().connect();
  sub.subscribe("t", 1);
  sub.lose();
  Client pub{broker, "pub"};
  pub.connect();
  for (int i = 0; i < messages; ++i) {
    pub.publish("t", std::string(kibibyte, 'x') + std::to_string(i), {.qos = 1});
  }
  sub.connect();
  EXPECT_LE(sub.inbox().packets.size(), portion + 1);
  for (int i = 0; i < messages; ++i) {
    EXPECT_EQ(sub.expect_publish().payload.substr(kibibyte), std::to_string(i));
    broker.handle(Drained{sub.connection(), kibibyte + 10});
  }
  EXPECT_TRUE(sub.silent());
}

}  // namespace
}  // namespace mqttspec::broker::testing
