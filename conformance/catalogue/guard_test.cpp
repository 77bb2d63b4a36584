// Guards the catalogue: what is in it is real, nothing has been lost, and nothing is counted twice.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "conformance/catalogue/catalogue.hpp"

namespace mqttspec::catalogue {
namespace {

using Counts = std::map<std::string, std::map<std::string, int>>;

std::string file_of(const Requirement& requirement) {
  const std::string version(codec::to_string(requirement.version));
  if (requirement.version == codec::Version::v3_1) return version + " differences";
  return version + (requirement.numbered ? " numbered" : " unnumbered");
}

// How many statements each source was found to have; a statement that goes missing shows here.
TEST(CatalogueGuard, HoldsEveryStatementOfEachSource) {
  std::map<std::string, int> counts;
  for (const Requirement& requirement : Catalogue::embedded().all()) ++counts[file_of(requirement)];
  const std::map<std::string, int> expected = {{"3.1 differences", 47},
                                               {"3.1.1 numbered", 141},
                                               {"3.1.1 unnumbered", 106},
                                               {"5.0 numbered", 251},
                                               {"5.0 unnumbered", 304}};
  EXPECT_EQ(counts, expected);
}

// An id of the standard is MQTT-<section>-<n>, one of ours V5-<section>-<letter>; the sections are
// those that the standard has.
TEST(CatalogueGuard, EveryIdHasTheFormOfItsKindAndNamesARealSection) {
  std::ifstream in(MQTTSPEC_SOURCE_DIR "/conformance/catalogue/sections.json");
  const auto sections = nlohmann::json::parse(in);
  const std::regex numbered(R"((?:3\.1\.1|5\.0):MQTT-([1-7](?:\.\d+)*)-\d+)");
  const std::regex ours(R"((?:3\.1\.1:V311|5\.0:V5)-([1-7](?:\.\d+)*)-[a-z]+)");
  const std::regex of_v3_1(R"(3\.1:V31-\d+)");
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    if (requirement.version == codec::Version::v3_1) {
      EXPECT_TRUE(std::regex_match(requirement.id, of_v3_1)) << requirement.id;
      continue;
    }
    std::set<std::string> real;
    for (const auto& section : sections.at(std::string(codec::to_string(requirement.version)))) {
      real.insert(section.get<std::string>());
    }
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(requirement.id, parts, requirement.numbered ? numbered : ours))
        << requirement.id;
    EXPECT_TRUE(real.contains(requirement.section)) << requirement.id << " " << requirement.section;
    // The standard numbers by the first three levels, with a 0 where there is no third.
    std::string named = parts[1];
    if (requirement.numbered && named.ends_with(".0")) named.resize(named.size() - 2);
    const bool within = requirement.section == named ||
                        requirement.section.starts_with(named + ".") ||
                        named.starts_with(requirement.section + ".");
    EXPECT_TRUE(within) << requirement.id << " is said to stand in " << requirement.section;
  }
}

// The standard counts its statements through; a gap would be a statement that we overlooked.
TEST(CatalogueGuard, NumbersOfASectionHaveNoGaps) {
  std::map<std::string, std::set<int>> numbers;
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    const std::size_t dash = requirement.id.rfind('-');
    if (requirement.numbered || requirement.version == codec::Version::v3_1) {
      numbers[requirement.id.substr(0, dash)].insert(std::stoi(requirement.id.substr(dash + 1)));
    }
  }
  for (const auto& [section, found] : numbers) {
    // The one place where the standard itself begins with 2.
    const int first = section == "5.0:MQTT-2.2.1" ? 2 : 1;
    EXPECT_EQ(*found.begin(), first) << section;
    EXPECT_EQ(*found.rbegin() - first + 1, static_cast<int>(found.size())) << section;
  }
}

TEST(CatalogueGuard, EveryStatementSaysWhatATestWouldDo) {
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    EXPECT_FALSE(requirement.summary.empty()) << requirement.id;
    EXPECT_FALSE(requirement.title.empty()) << requirement.id;
    if (requirement.testable == "client-only" || requirement.testable == "untestable") continue;
    EXPECT_FALSE(requirement.test_idea.empty()) << requirement.id;
    EXPECT_FALSE(requirement.violation.empty()) << requirement.id;
  }
}

TEST(CatalogueGuard, WhatNeedsWaitingSaysHowLong) {
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    EXPECT_EQ(requirement.testable == "timed" && requirement.wait_s == 0, false) << requirement.id;
  }
}

// Prints the catalogue's shape and holds it against itself: each way of counting reaches the total.
TEST(CatalogueGuard, CountsAddUpHoweverTheyAreTaken) {
  Counts counts;
  const auto& all = Catalogue::embedded().all();
  for (const Requirement& requirement : all) {
    ++counts["file"][file_of(requirement)];
    ++counts["class"][requirement.testable];
    ++counts["actor"][requirement.actor];
    ++counts["level"][requirement.level];
    ++counts["reaction"][requirement.reaction.empty() ? "(no fault)" : requirement.reaction];
  }
  for (const auto& [by, values] : counts) {
    int total = 0;
    std::string line;
    for (const auto& [value, count] : values) {
      line += fmt::format("  {} {}", value, count);
      total += count;
    }
    fmt::print("by {}:{}\n", by, line);
    EXPECT_EQ(static_cast<std::size_t>(total), all.size()) << by;
  }
}

}  // namespace
}  // namespace mqttspec::catalogue
