#include "conformance/cli/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::cli {
namespace {

using ::testing::HasSubstr;

std::vector<scenario::Instance> instances() {
  static const scenario::Scenario will = [] {
    scenario::Scenario made;
    made.id = "will-delay";
    return made;
  }();
  static const scenario::Scenario ping = [] {
    scenario::Scenario made;
    made.id = "ping";
    return made;
  }();
  const auto instance = [](const scenario::Scenario& of, codec::Version version, std::string id) {
    scenario::Instance made;
    made.scenario = &of;
    made.version = version;
    made.id = std::move(id);
    return made;
  };
  return {instance(will, codec::Version::v5_0, "will-delay@5.0[qos=1]"),
          instance(ping, codec::Version::v3_1_1, "ping@3.1.1"),
          instance(ping, codec::Version::v5_0, "ping@5.0")};
}

std::vector<std::string> ids(const Filter& filter) {
  const auto selected = select(instances(), filter);
  if (!selected.ok()) return {selected.error()};
  std::vector<std::string> found;
  for (const auto& instance : *selected) found.push_back(instance.id);
  return found;
}

using ::testing::ElementsAre;

TEST(Selection, AGlobNamesScenariosOrInstances) {
  EXPECT_THAT(ids({{}, {"ping"}, {}}), ElementsAre("ping@3.1.1", "ping@5.0"));
  EXPECT_THAT(ids({{}, {"*@5.0*"}, {}}), ElementsAre("will-delay@5.0[qos=1]", "ping@5.0"));
}

TEST(Selection, ProtocolAndSkipTakeAway) {
  EXPECT_THAT(ids({{"3.1.1"}, {}, {}}), ElementsAre("ping@3.1.1"));
  EXPECT_THAT(ids({{}, {"ping"}, {"ping@5.0"}}), ElementsAre("ping@3.1.1"));
}

TEST(Selection, AGlobThatMatchesNothingIsAnErrorWithAProposal) {
  EXPECT_THAT(ids({{}, {"will-dealy"}, {}}),
              ElementsAre(HasSubstr("matches nothing; did you mean will-delay?")));
  EXPECT_THAT(ids({{}, {}, {"zzz"}}), ElementsAre(HasSubstr("\"zzz\" matches nothing")));
}

TEST(Selection, WhatIsSaidOfOthersIsNoConcern) {
  const auto all = instances();
  const auto selected = select(all, {{"3.1.1"}, {}, {}});
  ASSERT_TRUE(selected.ok());
  EXPECT_TRUE(means_others("will-*", all, *selected));
  EXPECT_FALSE(means_others("ping@*", all, *selected));
  EXPECT_FALSE(means_others("gone@5.0", all, *selected)) << "no instance of the suite at all";
}

TEST(Selection, AFilterThatLeavesNothingIsAnError) {
  EXPECT_THAT(ids({{"3.1"}, {"ping"}, {}}), ElementsAre(HasSubstr("no instance is left")));
}

}  // namespace
}  // namespace mqttspec::cli
