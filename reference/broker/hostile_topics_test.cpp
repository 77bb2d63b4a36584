// Subscriptions that are as deep or as wide as the protocol permits. None of this may take more
// than linear time: that is less than a second of the processor's, or else minutes.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <random>
#include <set>

#include "reference/broker/naive_topics.hpp"
#include "reference/broker/session.hpp"
#include "reference/broker/subscriptions.hpp"

namespace mqttspec::broker {
namespace {

constexpr std::size_t longest = 65'535;  // bytes of a string on the wire

std::string levels(std::size_t count, std::string_view level) {
  std::string text(level);
  for (std::size_t i = 1; i < count; ++i) {
    text += '/';
    text += level;
  }
  return text;
}

// How long the processor has worked since this began: another program's work does not count.
class Work {
 public:
  ~Work() {
    const auto ticks = std::clock() - begun_;
    EXPECT_LT(ticks, 20 * CLOCKS_PER_SEC) << "that is not linear";
  }

 private:
  std::clock_t begun_ = std::clock();
};

std::size_t count_of(Subscriptions& subscriptions, std::string_view topic) {
  Subscriptions::Matches matches;
  subscriptions.match(topic, matches);
  return matches.plain.size();
}

TEST(HostileTopics, TheDeepestFilterIsKeptMatchedAndRemoved) {
  const Work work;
  Subscriptions subscriptions;
  Session session;
  const std::string empty_levels(longest, '/');  // 65,536 levels
  const std::string wildcards = levels((longest + 1) / 2, "+");
  for (const auto& filter : {empty_levels, wildcards}) {
    EXPECT_TRUE(subscriptions.add(session, filter, {}, true));
    EXPECT_EQ(count_of(subscriptions, std::string(filter.size() / 2, '/')), filter == wildcards);
  }
  EXPECT_EQ(count_of(subscriptions, empty_levels), 1U);
  EXPECT_TRUE(subscriptions.remove(session, empty_levels));
  EXPECT_EQ(count_of(subscriptions, empty_levels), 0U);
}

TEST(HostileTopics, AFilterTakesNoMoreNodesThanItHasBranches) {
  Subscriptions subscriptions;
  Session session;
  // Each pair has all of its way in common but the last level.
  std::vector<std::string> filters;
  for (const char* last : {"x", "y"}) {
    for (const char* first : {"1", "2", "3"}) {
      filters.push_back(first + ("/" + levels(30'000, "a")) + "/" + last);
    }
  }
  for (const auto& filter : filters) EXPECT_TRUE(subscriptions.add(session, filter, {}, true));
  EXPECT_LE(subscriptions.nodes(), 2 * filters.size());
  for (const auto& filter : filters) EXPECT_EQ(count_of(subscriptions, filter), 1U);
  for (const auto& filter : filters) EXPECT_TRUE(subscriptions.remove(session, filter));
  EXPECT_EQ(subscriptions.nodes(), 0U);
}

TEST(HostileTopics, FiltersByChanceAreFoundAsTheStandardSays) {
  std::mt19937 random(11);
  const auto name = [&](std::initializer_list<const char*> choice) {
    std::string text;
    for (auto depth = 1 + random() % 5; depth > 0; --depth) {
      text += (text.empty() ? "" : "/") + std::string(choice.begin()[random() % choice.size()]);
    }
    return text;
  };
  Subscriptions subscriptions;
  Session session;
  std::set<std::string> filters;
  for (int i = 0; i < 500; ++i) {
    auto filter = name({"a", "b", "", "+", "$a"});
    if (random() % 4 == 0) filter += "/#";
    if (filter.empty()) continue;
    if (random() % 2 == 0) {
      ASSERT_EQ(subscriptions.add(session, filter, {}, true), filters.insert(filter).second);
    } else {
      ASSERT_EQ(subscriptions.remove(session, filter), filters.erase(filter) == 1) << filter;
    }
    ASSERT_LE(subscriptions.nodes(), 2 * filters.size());
    const auto topic = name({"a", "b", "c", "", "$a"});
    const auto expected = std::count_if(filters.begin(), filters.end(), [&](const auto& each) {
      return naive::matches(each, topic);
    });
    ASSERT_EQ(count_of(subscriptions, topic), static_cast<std::size_t>(expected)) << topic;
  }
}

TEST(HostileTopics, AThousandDeepFiltersShareTheirWay) {
  const Work work;
  Subscriptions subscriptions;
  std::vector<Session> sessions(1'000);
  const std::string deep = levels(2'000, "a");
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i].number = i + 1;
    EXPECT_TRUE(subscriptions.add(sessions[i], deep, {}, true));
  }
  EXPECT_EQ(count_of(subscriptions, deep), sessions.size());
}

TEST(HostileTopics, AlternativesAtEachLevelCostNoMoreThanTheFiltersThereAre) {
  const Work work;
  Subscriptions subscriptions;
  Session session;
  // 4,096 filters out of "a" and "+" that all lead to a last level that no topic has.
  constexpr std::size_t depth = 12;
  for (std::size_t choice = 0; choice < std::size_t{1} << depth; ++choice) {
    std::string filter;
    for (std::size_t level = 0; level < depth; ++level) {
      filter += (choice >> level & 1U) != 0 ? "+/" : "a/";
    }
    EXPECT_TRUE(subscriptions.add(session, filter + "b", {}, true));
  }
  const std::string topic = levels(depth, "a");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(count_of(subscriptions, topic + "/c"), 0U);
  EXPECT_EQ(count_of(subscriptions, topic + "/b"), std::size_t{1} << depth);
}

TEST(HostileTopics, ManyBranchesAreNotSearchedOneByOne) {
  const Work work;
  Subscriptions subscriptions;
  Session session;
  constexpr int width = 40'000;
  for (int i = 0; i < width; ++i) {
    EXPECT_TRUE(subscriptions.add(session, "wide/" + std::to_string(i), {}, true));
  }
  for (int i = 0; i < width; ++i) {
    EXPECT_EQ(count_of(subscriptions, "wide/" + std::to_string(i)), 1U);
  }
  for (int i = 0; i < width; ++i) {
    EXPECT_TRUE(subscriptions.remove(session, "wide/" + std::to_string(i)));
  }
  EXPECT_EQ(count_of(subscriptions, "wide/1"), 0U);
}

}  // namespace
}  // namespace mqttspec::broker
