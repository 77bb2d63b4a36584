// The matcher and the subscription trie against an obvious, slow oracle.
#include "reference/broker/topics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "reference/broker/naive_topics.hpp"
#include "reference/broker/session.hpp"

namespace mqttspec::broker {
namespace {

class Words {
 public:
  explicit Words(std::uint32_t seed) : random_(seed) {}
  std::string topic() { return path({"", "a", "b", "$s", "ab"}, false); }
  std::string filter() { return path({"", "a", "b", "$s", "ab", "+", "+"}, true); }

 private:
  std::string path(const std::vector<std::string>& words, bool may_end_in_hash) {
    std::string text;
    const auto depth = 1 + random_() % 4;
    for (std::size_t level = 0; level < depth; ++level) {
      if (level > 0) text += '/';
      text += words[random_() % words.size()];
    }
    if (may_end_in_hash && random_() % 3 == 0) text = text.empty() ? "#" : text + "/#";
    return text.empty() ? "a" : text;
  }
  std::mt19937 random_;
};

TEST(Topics, TheMatcherAgreesWithTheOracle) {
  Words words(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto filter = words.filter();
    const auto topic = words.topic();
    EXPECT_EQ(matches(filter, topic), naive::matches(filter, topic)) << filter << " on " << topic;
  }
}

TEST(Topics, TheTrieAgreesWithTheOracleWhileSubscriptionsComeAndGo) {
  Words words(2);
  std::mt19937 random(3);
  Session session;
  session.number = 1;
  Subscriptions trie;
  std::set<std::string> present;
  Subscriptions::Matches found;
  for (int i = 0; i < 2'000; ++i) {
    const auto filter = words.filter();
    if (random() % 2 == 0) {
      EXPECT_EQ(trie.add(session, filter, {}, true), present.insert(filter).second) << filter;
    } else {
      EXPECT_EQ(trie.remove(session, filter), present.erase(filter) > 0) << filter;
    }
    const auto topic = words.topic();
    trie.match(topic, found);
    const auto expected = std::count_if(present.begin(), present.end(), [&](const auto& each) {
      return naive::matches(each, topic);
    });
    ASSERT_EQ(found.plain.size(), static_cast<std::size_t>(expected)) << topic;
  }
}

TEST(Topics, AFilterCoversWhatMatchesNoMoreThanIt) {
  Words words(4);
  for (int i = 0; i < 3'000; ++i) {
    const auto wide = words.filter();
    const auto narrow = words.filter();
    if (!covers(wide, narrow)) continue;
    for (int j = 0; j < 50; ++j) {
      const auto topic = words.topic();
      EXPECT_TRUE(!naive::matches(narrow, topic) || naive::matches(wide, topic))
          << wide << " covers " << narrow << " but not " << topic;
    }
  }
  EXPECT_TRUE(covers("a/#", "a/+/c"));
  EXPECT_TRUE(covers("a/#", "a/#"));
  EXPECT_TRUE(covers("a/+", "a/b"));
  EXPECT_FALSE(covers("a/b", "a/+"));
  EXPECT_FALSE(covers("a/+", "a/#"));
  EXPECT_FALSE(covers("#", "$SYS/#"));
}

TEST(Topics, FiltersAndNamesHaveTheirForm) {
  for (const auto* good : {"#", "+", "a/#", "+/+", "/", "a//b", "$x/#", "a b"}) {
    EXPECT_TRUE(is_topic_filter(good)) << good;
  }
  for (const auto* bad : {"", "a#", "#/a", "a/#/b", "##", "+a", "a+", "a/b+", "++"}) {
    EXPECT_FALSE(is_topic_filter(bad)) << bad;
  }
  EXPECT_TRUE(is_topic_name("/"));
  EXPECT_FALSE(is_topic_name(""));
  EXPECT_FALSE(is_topic_name("a/+"));
  EXPECT_FALSE(is_topic_name(std::string("a\0b", 3)));
}

TEST(Topics, SharedFiltersAreTakenApart) {
  const auto shared = parse_shared("$share/group/a/+");
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->share_name, "group");
  EXPECT_EQ(shared->filter, "a/+");
  EXPECT_EQ(parse_shared("$share/g//t").value().filter, "/t");
  for (const auto* bad : {"$share/g", "$share/g/", "$share//t", "$share/", "$share/+/t",
                          "$share/g#/t", "$share/g/a#", "share/g/t"}) {
    EXPECT_FALSE(parse_shared(bad)) << bad;
  }
}

TEST(Topics, TheDeepestFilterDoesNotExhaustTheStack) {
  std::string deep;
  for (int i = 0; i < 32'767; ++i) deep += "+/";
  Session session;
  Subscriptions trie;
  EXPECT_TRUE(trie.add(session, deep, {}, true));
  Subscriptions::Matches found;
  trie.match(std::string(32'767, '/'), found);
  EXPECT_EQ(found.plain.size(), 1U);
}

}  // namespace
}  // namespace mqttspec::broker
