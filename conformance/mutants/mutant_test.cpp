#include "conformance/mutants/mutant.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace mqttspec::mutants {
namespace {

TEST(Mutants, HaveSlugsOfTheirOwn) {
  std::set<std::string> slugs;
  const std::regex form("[a-z0-9]+(-[a-z0-9]+)*");
  for (const auto& row : mutant_table()) {
    EXPECT_TRUE(slugs.insert(row.slug).second) << row.slug;
    EXPECT_TRUE(std::regex_match(row.slug, form)) << row.slug;
  }
  for (const auto& row : variant_table()) {
    EXPECT_TRUE(slugs.insert(row.slug).second) << row.slug;
    EXPECT_TRUE(std::regex_match(row.slug, form)) << row.slug;
  }
}

TEST(Mutants, AreMadeAnewEachTime) {
  for (const auto& row : mutant_table()) {
    const auto first = row.make();
    const auto second = row.make();
    ASSERT_NE(first, nullptr) << row.slug;
    EXPECT_NE(first, second) << row.slug;
  }
}

TEST(Mutants, CiteAtLeastOneStatementEach) {
  for (const auto& row : mutant_table()) {
    EXPECT_FALSE(row.statements.empty()) << row.slug;
    EXPECT_EQ(std::set<std::string>(row.statements.begin(), row.statements.end()).size(),
              row.statements.size())
        << row.slug;
  }
}

TEST(Variants, DifferFromTheReferenceInSomething) {
  for (const auto& row : variant_table()) {
    EXPECT_TRUE(row.make || row.configure) << row.slug;
    EXPECT_FALSE(row.section.empty()) << row.slug;
  }
}

TEST(Mutants, AreFoundBySlug) {
  EXPECT_EQ(find_mutant("puback-is-missing")->slug, "puback-is-missing");
  EXPECT_EQ(find_mutant("no-such-mutant"), nullptr);
  EXPECT_EQ(find_variant("closes-without-disconnect")->slug, "closes-without-disconnect");
  EXPECT_EQ(find_variant("no-such-variant"), nullptr);
}

}  // namespace
}  // namespace mqttspec::mutants
