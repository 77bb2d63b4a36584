// Subscriptions that are as deep or as wide as the protocol permits. None of this may take more
// than linear time: the tests are over at once, or not within their time limit.
#include <gtest/gtest.h>

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

std::size_t count_of(Subscriptions& subscriptions, std::string_view topic) {
  Subscriptions::Matches matches;
  subscriptions.match(topic, matches);
  return matches.plain.size();
}

TEST(HostileTopics, TheDeepestFilterIsKeptMatchedAndRemoved) {
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

TEST(HostileTopics, AThousandDeepFiltersShareTheirWay) {
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
  Subscriptions subscriptions;
  Session session;
  constexpr int width = 20'000;
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
