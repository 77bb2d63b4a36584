#include "conformance/mutants/matrix/combinations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/mutants/matrix/matrix.hpp"
#include "conformance/scenario/test_files.hpp"
#include "reference/broker/config.hpp"

namespace mqttspec::mutants {
namespace {

using scenario::Instance;
using ::testing::HasSubstr;

std::vector<Instance> expand_text(const std::string& path, const std::string& text) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(text, path, problems);
  for (const auto& problem : problems) ADD_FAILURE() << scenario::to_string(problem);
  if (!file) return {};
  return scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
}

std::vector<std::string> slugs_of(const std::vector<VariantRow>& rows) {
  std::vector<std::string> slugs;
  for (const auto& row : rows) slugs.push_back(row.slug);
  return slugs;
}

// Does it matter which of the two is asked first? Then they settle the same thing.
bool settle_the_same(const VariantRow& a, const VariantRow& b) {
  if (!a.configure || !b.configure) return false;
  broker::Config a_first;
  a.configure(a_first);
  b.configure(a_first);
  broker::Config b_first;
  b.configure(b_first);
  a.configure(b_first);
  return !(a_first == b_first);
}

TEST(Combinations, WhatSettlesTheSameThingIsDeclaredToClash) {
  const auto& table = variant_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t k = i + 1; k < table.size(); ++k) {
      if (!settle_the_same(table[i], table[k])) continue;
      EXPECT_TRUE(clash(table[i].slug, table[k].slug))
          << table[i].slug << " and " << table[k].slug
          << " set the same field of the configuration: add them to the clashes of "
          << "conformance/mutants/matrix/combinations.cpp";
    }
  }
}

TEST(Combinations, WhatIsDeclaredToClashExistsAndSaysWhy) {
  for (const Clash& pair : variant_clashes()) {
    EXPECT_NE(find_variant(pair.first), nullptr) << pair.first;
    EXPECT_NE(find_variant(pair.second), nullptr) << pair.second;
    EXPECT_FALSE(pair.about.empty());
    EXPECT_TRUE(clash(pair.second, pair.first)) << "either way round";
  }
}

TEST(Combinations, ASeedGivesTheSameOnesAgainAndAnotherGivesOthers) {
  const auto ones = slugs_of(random_combinations(20, 1, {}));
  EXPECT_EQ(ones.size(), 20u);
  EXPECT_EQ(ones, slugs_of(random_combinations(20, 1, {})));
  EXPECT_NE(ones, slugs_of(random_combinations(20, 2, {})));
}

TEST(Combinations, HoldTwoToSixThatDoNotClash) {
  for (const auto& row : random_combinations(300, 7, {})) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t plus = 0; plus != row.slug.npos; from = plus + 1) {
      plus = row.slug.find('+', from);
      parts.push_back(row.slug.substr(from, plus == row.slug.npos ? plus : plus - from));
    }
    EXPECT_GE(parts.size(), 2u) << row.slug;
    EXPECT_LE(parts.size(), 6u) << row.slug;
    for (const auto& one : parts) {
      EXPECT_NE(find_variant(one), nullptr) << one;
      for (const auto& other : parts) EXPECT_FALSE(clash(one, other)) << row.slug;
    }
  }
}

TEST(Combinations, EndWhereThereAreNoMore) {
  const auto two = [](const std::string& slug) {
    return slug == "explains-nothing" || slug == "acknowledges-late";
  };
  EXPECT_THAT(slugs_of(random_combinations(5, 1, two)),
              ::testing::ElementsAre("explains-nothing+acknowledges-late"));
  const auto clashing = [](const std::string& slug) { return slug.starts_with("grants-at-most"); };
  EXPECT_TRUE(random_combinations(5, 1, clashing).empty());
}

TEST(Combinations, AreAllOfTheirPartsAtOnce) {
  const VariantRow row =
      combine({find_variant("closes-without-disconnect"), find_variant("explains-nothing"),
               find_variant("acknowledges-late")});
  broker::Config config;
  row.configure(config);
  EXPECT_FALSE(config.disconnect_before_close);
  EXPECT_FALSE(config.reason_strings);
  EXPECT_NE(row.make(), nullptr);
  EXPECT_TRUE(row.against_a_should);
  EXPECT_THAT(row.sentence, HasSubstr("sends no Reason String; acknowledges after 0.8 s"));
}

TEST(Combinations, FindACheckThatForbidsWhatTheyDo) {
  const VariantRow row =
      combine({find_variant("explains-nothing"), find_variant("closes-without-disconnect")});
  const auto results = run_variants(expand_text("x.json", R"({
  "$schema": "x", "theme": "Too strict", "scenarios": [ {
    "id": "too-strict", "title": "DISCONNECT comes before the close", "versions": ["5.0"],
    "checks": { "told": { "level": "MUST", "statements": ["5.0:V5-4.13.1-a"] } },
    "clients": { "a": {} },
    "steps": [ { "client": "a", "connect": {} },
      { "client": "a", "send": { "bytes": "00 00" }, "illegal": "type 0",
        "expect": { "CLOSED": { "farewell": "DISCONNECT" } }, "check": "told" } ] } ] })"),
                                    {&row}, {});
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].worsened.size(), 1u);
  EXPECT_EQ(results[0].worsened[0].check, "told");
}

TEST(Combinations, OfVariantsAreSparedByTheWholeSuite) {
  // With sanitizers a sample of the instances; ./test.sh runs all of them without.
  std::vector<Instance> instances;
  std::size_t place = 0;
  for (const auto& [path, text] : scenario::test::scenario_files()) {
    for (auto& instance : expand_text(path, text)) {
      if (place++ % MQTTSPEC_SAMPLE == 0) instances.push_back(std::move(instance));
    }
  }
  constexpr std::uint64_t seed = 20261120;
  const auto rows = random_combinations(6, seed, {});
  std::vector<const VariantRow*> wanted;
  for (const auto& row : rows) wanted.push_back(&row);
  for (const auto& result : run_variants(instances, wanted, {})) {
    for (const auto& entry : result.worsened) {
      ADD_FAILURE() << result.row->slug << " (seed " << seed << ") wrongly caught by "
                    << entry.instance << " " << entry.check << ": " << entry.why;
    }
  }
}

}  // namespace
}  // namespace mqttspec::mutants
