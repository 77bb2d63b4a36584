#include "conformance/monitor/topic_filter.hpp"

#include <gtest/gtest.h>

namespace mqttspec::monitor {
namespace {

TEST(TopicFilter, MatchesAsSection47Says) {
  struct Case {
    const char* filter;
    const char* topic;
    bool expected;
  };
  const Case cases[] = {
      {"a", "a", true},         {"a", "b", false},           {"a/#", "a", true},
      {"a/#", "a/b/c", true},   {"a/#", "ab", false},        {"#", "a/b", true},
      {"+", "a", true},         {"+", "/a", false},          {"/+", "/a", true},
      {"+/+", "/a", true},      {"a/+", "a", false},         {"a/+", "a/", true},
      {"a/+/c", "a/b/c", true}, {"a/+/c", "a/b/d/c", false}, {"#", "$SYS/x", false},
      {"+/x", "$SYS/x", false}, {"$SYS/#", "$SYS/x", true},  {"a", "a/", false},
      {"A", "a", false},        {"a//b", "a//b", true},      {"a/+/b", "a//b", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(matches(c.filter, c.topic), c.expected) << c.filter << " against " << c.topic;
  }
}

TEST(TopicFilter, ASharedFilterMatchesByItsOwnPart) {
  EXPECT_EQ(without_share("$share/g/a/#"), "a/#");
  EXPECT_EQ(without_share("$share/g//a"), "/a");
  EXPECT_EQ(without_share("a/#"), "a/#");
  EXPECT_TRUE(is_shared("$share/g/a"));
  EXPECT_FALSE(is_shared("$shared/g/a"));
}

}  // namespace
}  // namespace mqttspec::monitor
