#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "conformance/profile/profile.hpp"

namespace mqttspec::profile {
namespace {

using scenario::Array;
using scenario::Object;
using scenario::Value;
using testing::ElementsAre;
using testing::HasSubstr;

Line each(std::string text, std::vector<std::pair<std::string, Array>> where = {}) {
  return {Line::Kind::each, std::move(text), std::move(where)};
}
Line plain(std::string text) {
  return {Line::Kind::plain, std::move(text), {}};
}

Profile broker() {
  Profile profile;
  profile.name = "broker";
  profile.start.emplace();
  profile.start->files = {{"b.conf", {plain("listen ${port}")}}};
  profile.config = {
      {"maximum_qos", {{"b.conf", {plain("qos ${value}")}}}, {}, {}},
      {"retain_available", {{"b.conf", {plain("retain ${value}")}}}, {}, {Value(false)}},
      {"users",
       {{"b.conf", {plain("users ${dir}/users")}}, {"users", {each("${name}:${value}")}}},
       {{"hash", "users"}},
       {}},
      {"deny",
       {{"acl", {each("deny ${topic_filter}", {{"action", {Value("publish"), Value()}}})}}},
       {},
       {}},
  };
  return profile;
}

std::vector<std::string> lines_of(const scenario::Result<Configuration>& configuration,
                                  const std::string& file) {
  std::vector<std::string> texts;
  if (!configuration) return {configuration.error()};
  for (const ConfigFile& candidate : configuration->files) {
    if (candidate.name != file) continue;
    for (const Line& line : candidate.lines) texts.push_back(line.text);
  }
  return texts;
}

TEST(Configuration, WithoutConfigIsWhatTheProfileStartsWith) {
  EXPECT_THAT(lines_of(configure(broker(), Value()), "b.conf"), ElementsAre("listen ${port}"));
}

TEST(Configuration, AKeyAppendsItsLinesWithItsValue) {
  const Value config(Object{{"maximum_qos", 1}, {"retain_available", false}});
  EXPECT_THAT(lines_of(configure(broker(), config), "b.conf"),
              ElementsAre("listen ${port}", "qos 1", "retain false"));
}

TEST(Configuration, AnObjectGivesALineForEachMemberAndRunsItsCommands) {
  const Value config(Object{{"users", Object{{"ann", "x"}, {"bob", "y"}}}});
  const auto configuration = configure(broker(), config);
  EXPECT_THAT(lines_of(configuration, "users"), ElementsAre("ann:x", "bob:y"));
  EXPECT_THAT(lines_of(configuration, "b.conf"),
              ElementsAre("listen ${port}", "users ${dir}/users"));
  EXPECT_THAT(configuration->prepare, ElementsAre(ElementsAre("hash", "users")));
}

TEST(Configuration, AKeyThatTheProfileDoesNotKnowCannotBeSet) {
  const Value config(Object{{"queue", 5}});
  EXPECT_EQ(configure(broker(), config).error(), "the profile cannot set queue");
}

TEST(Configuration, AValueThatTheProfileDoesNotAllowCannotBeSet) {
  const Value config(Object{{"retain_available", true}});
  EXPECT_EQ(configure(broker(), config).error(),
            "the profile cannot set retain_available: not to this value");
}

TEST(Configuration, AMemberIsWrittenOnlyWhereItsConditionHolds) {
  const Value config(Object{{"deny", Array{Object{{"action", "publish"}, {"topic_filter", "a"}},
                                           Object{{"topic_filter", "b"}}}}});
  EXPECT_THAT(lines_of(configure(broker(), config), "acl"), ElementsAre("deny a", "deny b"));
}

TEST(Configuration, WhatNoLineExpressesCannotBeSet) {
  const Value action(
      Object{{"deny", Array{Object{{"action", "subscribe"}, {"topic_filter", "a"}}}}});
  EXPECT_THAT(configure(broker(), action).error(), HasSubstr("no line for one of its members"));
  const Value client(Object{{"deny", Array{Object{{"client", "c"}, {"topic_filter", "a"}}}}});
  EXPECT_THAT(configure(broker(), client).error(), HasSubstr("no line that mentions \"client\""));
}

TEST(Configuration, AValueCannotBringLinesOfItsOwn) {
  const Value config(Object{{"users", Object{{"ann", "x\nuser root"}}}});
  EXPECT_THAT(configure(broker(), config).error(), HasSubstr("nothing that fits into a line"));
}

TEST(Configuration, ABrokerThatIsNotStartedCannotBeConfigured) {
  Profile profile = broker();
  profile.start.reset();
  EXPECT_FALSE(configure(profile, Value()).ok());
}

TEST(Configuration, LinesForRootStandOnlyIfWeAreRoot) {
  Profile profile = broker();
  profile.start->files[0].lines.push_back({Line::Kind::when_root, "user root", {}});
  EXPECT_EQ(lines_of(configure(profile, Value()), "b.conf").size(), geteuid() == 0 ? 2U : 1U);
}

}  // namespace
}  // namespace mqttspec::profile
