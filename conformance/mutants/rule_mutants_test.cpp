#include "conformance/mutants/rule_mutants.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {
namespace {

std::string slug(const codec::RuleRow& row, std::string_view version) {
  std::string text = std::string(version) + "-tolerates-" + std::string(row.name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

bool is_excluded(codec::Rule rule) {
  const auto all = excluded_rules();
  return std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.rule == rule; });
}

TEST(RuleMutants, EveryRuleOfTheCodecIsToleratedByOneOrSaysWhyNot) {
  for (const auto& row : codec::rule_table()) {
    const bool v3 = find_mutant(slug(row, "v3")) != nullptr;
    const bool v5 = find_mutant(slug(row, "v5")) != nullptr;
    EXPECT_NE(v3 || v5, is_excluded(row.rule)) << row.name;
  }
}

TEST(RuleMutants, AMutantCitesItsRulesOwnStatementFirst) {
  const auto* row = find_mutant("v5-tolerates-publish-qos-3");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->statements.front(), "5.0:MQTT-3.3.1-4");
}

TEST(RuleMutants, EachVersionHasItsOwn) {
  const auto* v3 = find_mutant("v3-tolerates-publish-qos-3");
  ASSERT_NE(v3, nullptr);
  for (const auto& id : v3->statements) EXPECT_FALSE(id.starts_with("5.0:")) << id;
}

}  // namespace
}  // namespace mqttspec::mutants
