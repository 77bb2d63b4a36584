// Retained messages (section 3.3.1.3) and where they are kept.
#include "reference/broker/retained.hpp"

#include <algorithm>
#include <ctime>
#include <random>
#include <set>

#include "reference/broker/naive_topics.hpp"
#include "reference/broker/testing.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker::testing {
namespace {

class RetainedTest : public ::testing::TestWithParam<Version> {
 protected:
  Broker broker;
  Client pub{broker, "pub", GetParam()};
  Client sub{broker, "sub", GetParam()};

  void SetUp() override {
    pub.connect();
    sub.connect();
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, RetainedTest,
                         ::testing::Values(Version::v3_1, Version::v3_1_1, Version::v5_0));

TEST_P(RetainedTest, TheNewestOfEachTopicGreetsANewSubscriber) {
  pub.publish("a/1", "old", {.qos = 1, .retain = true});
  pub.publish("a/1", "new", {.qos = 2, .retain = true});
  pub.publish("b", "else", {.qos = 1, .retain = true});
  sub.subscribe("a/+", 1);
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.payload, "new");
  EXPECT_EQ(publish.qos, 1);
  EXPECT_TRUE(publish.retain);
  EXPECT_TRUE(sub.silent());
}

TEST_P(RetainedTest, ReachesPresentSubscribersWithoutTheFlag) {
  sub.subscribe("a");
  pub.publish("a", "x", {.retain = true});
  EXPECT_FALSE(sub.expect_publish().retain);
}

TEST_P(RetainedTest, AnEmptyOneDeletesAndIsForwarded) {
  pub.publish("a", "x", {.retain = true});
  sub.subscribe("a");
  sub.expect_publish();
  pub.publish("a", "", {.retain = true});
  const auto publish = sub.expect_publish();
  EXPECT_EQ(publish.payload, "");
  EXPECT_FALSE(publish.retain);
  sub.subscribe("a");
  EXPECT_TRUE(sub.silent());
}

TEST_P(RetainedTest, AMessageWithoutTheFlagChangesNothing) {
  pub.publish("a", "kept", {.retain = true});
  pub.publish("a", "passing");
  pub.publish("a", "");
  sub.subscribe("a");
  EXPECT_EQ(sub.expect_publish().payload, "kept");
  EXPECT_TRUE(sub.silent());
}

TEST_P(RetainedTest, QosZeroReplacesAHigherOne) {
  pub.publish("a", "old", {.qos = 2, .retain = true});
  pub.publish("a", "new", {.retain = true});
  sub.subscribe("a", 2);
  EXPECT_EQ(sub.expect_publish().payload, "new");
}

TEST_P(RetainedTest, SurvivesThePublishersSession) {
  pub.publish("a", "x", {.retain = true});
  pub.disconnect();
  sub.subscribe("#");
  EXPECT_EQ(sub.expect_publish().payload, "x");
}

TEST_P(RetainedTest, ComesAgainForARepeatedSubscription) {
  pub.publish("a", "x", {.retain = true});
  sub.subscribe("a");
  sub.expect_publish();
  sub.subscribe("a");
  EXPECT_TRUE(sub.expect_publish().retain);
}

TEST_P(RetainedTest, MayComeBeforeSuback) {
  Config config;
  config.retained_before_suback = true;
  Broker early(config);
  Client client{early, "c", GetParam()};
  client.connect();
  client.publish("a", "x", {.retain = true});
  codec::Subscribe packet;
  packet.packet_identifier = 1;
  packet.subscriptions.emplace_back().topic_filter = "a";
  client.send(packet);
  EXPECT_EQ(client.expect_publish().payload, "x");
  client.expect<codec::Suback>();
}

TEST(RetainedQosZero, IsDiscardedWithWhatWasThereIfSoConfigured) {
  Config config;
  config.keep_retained_qos0 = false;
  Broker broker(config);
  Client client{broker, "c"};
  client.connect();
  client.publish("t", "kept", {.qos = 1, .retain = true});
  client.subscribe("t");
  EXPECT_EQ(client.expect_publish().payload, "kept");
  client.publish("t", "passing", {.retain = true});
  EXPECT_EQ(client.expect_publish().payload, "passing");
  client.subscribe("t");
  EXPECT_TRUE(client.silent());
}

class RetainHandling : public ::testing::Test {
 protected:
  Broker broker;
  Client pub{broker, "pub"};
  Client sub{broker, "sub"};

  void SetUp() override {
    pub.connect();
    sub.connect();
    pub.publish("a", "x", {.retain = true});
  }
  std::size_t greeted_with(std::uint8_t handling) {
    codec::Subscription subscription;
    subscription.topic_filter = "a";
    subscription.retain_handling = handling;
    sub.subscribe(subscription);
    return std::exchange(sub.inbox().packets, {}).size();
  }
};

TEST_F(RetainHandling, ZeroSendsAlways) {
  EXPECT_EQ(greeted_with(0), 1U);
  EXPECT_EQ(greeted_with(0), 1U);
}

TEST_F(RetainHandling, OneSendsOnlyForANewSubscription) {
  EXPECT_EQ(greeted_with(1), 1U);
  EXPECT_EQ(greeted_with(1), 0U);
  sub.unsubscribe("a");
  EXPECT_EQ(greeted_with(1), 1U);
}

TEST_F(RetainHandling, TwoNeverSends) {
  EXPECT_EQ(greeted_with(2), 0U);
  EXPECT_EQ(greeted_with(0), 1U);
}

TEST_F(RetainHandling, SharedSubscriptionsGetNothingRetained) {
  sub.subscribe("$share/g/a");
  EXPECT_TRUE(sub.silent());
}

TEST_F(RetainHandling, CarriesTheSubscriptionIdentifier) {
  sub.subscribe("a", 0, 42);
  EXPECT_EQ(
      codec::get_integer(sub.expect_publish().properties, PropertyId::subscription_identifier),
      42U);
}

TEST(RetainedLimits, RetainWhereItIsNotAvailableEndsTheConnection) {
  Config config;
  config.retain_available = false;
  Broker broker(config);
  Client newer{broker, "a"};
  newer.connect();
  newer.send_publish("t", "x", {.retain = true});
  EXPECT_EQ(newer.farewell(), ReasonCode::retain_not_supported);
  Client older{broker, "b", Version::v3_1_1};
  older.connect();
  older.send_publish("t", "x", {.retain = true});
  EXPECT_TRUE(older.closed());
}

std::shared_ptr<const Message> message_on(const std::string& topic,
                                          std::optional<Instant> expires = {}) {
  Message message;
  message.topic_name = topic;
  message.payload = "x";
  message.expires = expires;
  return std::make_shared<const Message>(message);
}

std::vector<std::string> topics_matching(Retained& retained, std::string_view filter,
                                         Instant now = Instant{0}) {
  std::vector<std::string> topics;
  for (const auto& message : retained.match(filter, now)) topics.push_back(message->topic_name);
  std::sort(topics.begin(), topics.end());
  return topics;
}

TEST(RetainedStore, AgreesWithTheMatcherOnEveryFilter) {
  const std::vector<std::string> topics = {"a",   "b",     "a/b", "a/c",  "/",      "/a",  "a/",
                                           "a//", "a/b/c", "//",  "$SYS", "$SYS/a", "a/$b"};
  const std::vector<std::string> levels = {"", "a", "b", "c", "+", "$SYS", "$b"};
  std::vector<std::string> filters = levels;
  for (int depth = 0; depth < 2; ++depth) {
    const auto shorter = filters;
    for (const auto& head : shorter) {
      for (const auto& level : levels) filters.push_back(head + "/" + level);
    }
  }
  const auto plain = filters;
  for (const auto& head : plain) filters.push_back(head + "/#");
  filters.push_back("#");
  Retained retained;
  for (const auto& topic : topics) retained.set(message_on(topic));
  for (const auto& filter : filters) {
    if (filter.empty()) continue;
    std::vector<std::string> expected;
    for (const auto& topic : topics) {
      if (matches(filter, topic)) expected.push_back(topic);
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(topics_matching(retained, filter), expected) << filter;
  }
}

TEST(RetainedStore, AgreesWithTheMatcherOnTopicsAndFiltersByChance) {
  std::mt19937 random(7);
  const auto name = [&](std::initializer_list<const char*> levels) {
    std::string text;
    for (auto depth = 1 + random() % 5; depth > 0; --depth) {
      text += (text.empty() ? "" : "/") + std::string(levels.begin()[random() % levels.size()]);
    }
    return text;
  };
  Retained retained;
  std::set<std::string> topics;
  for (int i = 0; i < 150; ++i) {
    const auto topic = name({"a", "b", "ab", "", "$a", "a!", "\x01"});
    if (topic.empty()) continue;
    topics.insert(topic);
    retained.set(message_on(topic));
  }
  for (int i = 0; i < 600; ++i) {
    auto filter = name({"a", "b", "ab", "", "+", "+", "$a", "a!"});
    if (random() % 3 == 0) filter += "/#";
    if (filter.empty()) continue;
    std::vector<std::string> expected;
    for (const auto& topic : topics) {
      if (naive::matches(filter, topic)) expected.push_back(topic);
    }
    ASSERT_EQ(topics_matching(retained, filter), expected) << filter;
  }
}

TEST(RetainedStore, GoesOnBehindTheTopicThatItIsGiven) {
  Retained retained;
  for (const char* topic : {"a", "a/b", "a/b/c", "a!", "b"}) retained.set(message_on(topic));
  const auto until = retained.last_number();
  retained.set(message_on("a/z"));
  std::vector<std::string> topics;
  std::string after;
  while (const auto message = retained.next("a/#", after, until, Instant{0})) {
    after = message->topic_name;
    topics.push_back(after);
  }
  EXPECT_EQ(topics, (std::vector<std::string>{"a", "a/b", "a/b/c"}));
}

TEST(RetainedStore, ForgetsWhatHasExpired) {
  Retained retained;
  retained.set(message_on("a", seconds(5)));
  retained.set(message_on("b"));
  EXPECT_EQ(topics_matching(retained, "#", seconds(4)).size(), 2U);
  EXPECT_EQ(topics_matching(retained, "#", seconds(5)), std::vector<std::string>{"b"});
  retained.drop_expired(seconds(5));
  EXPECT_EQ(retained.size(), 1U);
}

TEST(RetainedStore, KeepsNoLifetimeOfWhatWasReplacedOrErased) {
  Retained store;
  const auto message = [] {
    auto made = std::make_shared<Message>();
    made->topic_name = "a";
    return made;
  };
  store.set(message(), Instant(1));
  store.set(message(), std::nullopt);
  EXPECT_EQ(store.next_expiry(), never);
  store.set(message(), Instant(2));
  store.erase("a");
  EXPECT_EQ(store.next_expiry(), never);
}

TEST(RetainedStore, DropsWhatHasExpiredWithoutBeingAsked) {
  Retained retained;
  retained.set(message_on("a", seconds(5)));
  retained.set(message_on("b", seconds(5)));
  retained.set(message_on("b", seconds(9)));
  retained.set(message_on("c", seconds(5)));
  retained.set(message_on("c"));
  EXPECT_EQ(retained.next_expiry(), seconds(5));
  retained.drop_expired(seconds(5));
  EXPECT_EQ(topics_matching(retained, "#", seconds(5)), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(retained.next_expiry(), seconds(9));
  retained.drop_expired(seconds(9));
  EXPECT_EQ(retained.size(), 1U);
  EXPECT_EQ(retained.next_expiry(), never);
}

TEST(RetainedStore, ErasingATopicKeepsItsNeighbours) {
  Retained retained;
  retained.set(message_on("a"));
  retained.set(message_on("a/b/c"));
  retained.set(message_on("a/b/d"));
  retained.erase("a/b/c");
  retained.erase("a/b");
  retained.erase("never");
  EXPECT_EQ(topics_matching(retained, "#"), (std::vector<std::string>{"a", "a/b/d"}));
  EXPECT_EQ(retained.size(), 2U);
}

TEST(RetainedStore, HoldsTheDeepestTopicThereIs) {
  const std::string deep(65'535, '/');
  Retained retained;
  retained.set(message_on(deep));
  EXPECT_EQ(topics_matching(retained, "#").size(), 1U);
  EXPECT_EQ(topics_matching(retained, deep).size(), 1U);
  retained.erase(deep);
  EXPECT_EQ(retained.size(), 0U);
}

TEST(RetainedStore, LooksOnlyWhereAFilterCanMatch) {
  const auto begun = std::clock();
  Retained retained;
  constexpr int width = 20'000;
  for (int i = 0; i < width; ++i) retained.set(message_on("wide/" + std::to_string(i) + "/x"));
  for (int i = 0; i < width; ++i) {
    EXPECT_EQ(topics_matching(retained, "wide/" + std::to_string(i) + "/+").size(), 1U);
  }
  // Less than a second of the processor's, or else minutes.
  EXPECT_LT(std::clock() - begun, 20 * CLOCKS_PER_SEC);
}

}  // namespace
}  // namespace mqttspec::broker::testing
