// Conditions of `when` and `requires`.
#include <gtest/gtest.h>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/expression_testing.hpp"

namespace mqttspec::scenario {
namespace {

class Conditions : public test::WithVariables {};

using Error = test::WrongText;

struct Condition {
  std::string text;
  bool holds;
};

const std::vector<Condition> conditions = {
    // A name by itself: false, null, 0, "", empty lists, absent and unknown do not hold.
    {"on", true},
    {"off", false},
    {"none", false},
    {"zero", false},
    {"qos", true},
    {"half", true},
    {"-0.5", true},
    {"0.0", false},
    {"empty", false},
    {"ns", true},
    {"nothing", false},
    {"copies", true},
    {"connack", true},
    {"job.content_type", true},
    {"job.response_topic", false},
    {"never", false},
    {"true", true},
    {"false", false},
    {"not off", true},
    {"not on", false},
    {"not never", true},
    {"not job.response_topic", true},
    // Equality.
    {"qos == 2", true},
    {"qos == 1", false},
    {"qos != 1", true},
    {"qos != 2", false},
    {"code == 129", true},
    {"code == 0x81", true},
    {"129 == code", true},
    {"half == 0.50", true},
    {"version == 3.1.1", true},
    {"version == 5.0", false},
    {"version != 5.0", true},
    {"case.name == qos-3", true},
    {"case.name == qos-4", false},
    {"on == true", true},
    {"on == false", false},
    {"none == null", true},
    {"job.response_topic == null", true},
    {"job.content_type == text/plain", true},
    {"ns == null", false},
    {"copies == copies", true},
    // Order: numbers as numbers, all else as text.
    {"qos > 10", false},
    {"qos < 10", true},
    {"qos >= 2", true},
    {"qos <= 2", true},
    {"qos > 2", false},
    {"qos < 2", false},
    {"half < qos", true},
    {"version < 5.0", true},
    {"version >= 3.1.1", true},
    {"version > 3.1", true},
    {"connack.topic_alias_maximum|0 > 0", true},
    {"connack.receive_maximum|0 > 0", false},
    {"copies.count == 2", true},
    {"copies.count > 1", true},
    // Arithmetic beside a comparison.
    {"copies.count + 1 == 3", true},
    {"3 == 1 + qos", true},
    // Lists.
    {"versions has 5.0", true},
    {"versions has 3.1.1", true},
    {"versions has 3.1", false},
    {"versions has version", true},
    {"nothing has x", false},
    {"job.response_topic has x", false},
    // ${...}
    {"${version} == 3.1.1 or never", true},
    {"${on}", true},
    {"${off}", false},
    {"qos >= ${qos}", true},
    {"qos >= ${qos + 1}", false},
    {"x${qos} == x2", true},
    // or
    {"off or on", true},
    {"off or zero or qos == 2", true},
    {"off or not on", false},
    {"qos == 1 or version == 3.1.1", true},
};

TEST_F(Conditions, EvaluatesConditions) {
  for (const Condition& row : conditions) {
    const Result<bool> result = evaluate_condition(row.text, lookup());
    ASSERT_TRUE(result.ok()) << row.text << ": " << result.error();
    EXPECT_EQ(*result, row.holds) << row.text;
  }
}

TEST_F(Conditions, WrongConditionsSayWhy) {
  const std::vector<Error> table = {
      {"", "the condition \"\" lacks an operand"},
      {"or on", "the condition \"or on\" lacks an operand"},
      {"on or", "the condition \"on or\" lacks an operand"},
      {"qos ==", "the condition \"qos ==\" lacks an operand"},
      {"== 2", "the condition \"== 2\" lacks an operand"},
      {"not", "the condition \"not\" lacks an operand"},
      {"not not on", "\"not\" cannot stand there in the condition \"not not on\""},
      {"not qos == 2",
       "the condition \"not qos == 2\": \"not\" takes a single name; turn the comparison round "
       "instead"},
      {"qos == 2 == 2", "\"==\" cannot stand there in the condition \"qos == 2 == 2\""},
      {"on and off",
       "\"and\" cannot stand there in the condition \"on and off\"; of \"requires\" all must hold"},
      {"on off", "\"off\" stands where + - * or / is expected in \"on off\""},
      {"maximum_qs >= 1", "there is no variable \"maximum_qs\""},
      {"verson < 5.0", "there is no variable \"verson\"; did you mean version?"},
      {"job.x > 1", "job has no \"x\" (${job.x|0} would give 0 instead)"},
      {"copies > 1", "a list has no order: \">\" needs a number or text"},
      {"qos has 1", "\"has\" needs a list, and this is a number"},
      {"verions has 5.0", "there is no variable \"verions\"; did you mean versions?"},
      {"${never} == 1", "there is no variable \"never\""},
      {"${qos} + 1 == 3", "\"${qos} + 1\": arithmetic belongs within the braces of ${...}"},
  };
  for (const Error& row : table) {
    const Result<bool> result = evaluate_condition(row.text, lookup());
    ASSERT_FALSE(result.ok()) << row.text;
    EXPECT_EQ(result.error(), row.message) << row.text;
  }
}

TEST_F(Conditions, RequirementsTakeCapabilitiesByNameAndVariablesInBraces) {
  const Value maximum_qos(1);
  const Lookup capabilities = [&](std::string_view name) {
    return name == "maximum_qos" ? &maximum_qos : nullptr;
  };
  EXPECT_FALSE(*evaluate_condition("maximum_qos >= ${qos}", capabilities, lookup()));
  set("qos", 1);
  EXPECT_TRUE(*evaluate_condition("maximum_qos >= ${qos}", capabilities, lookup()));
  EXPECT_TRUE(*evaluate_condition("${version} == 3.1.1 or subscription_identifier_available",
                                  capabilities, lookup()));
  set("version", "5.0");
  EXPECT_FALSE(*evaluate_condition("${version} == 3.1.1 or subscription_identifier_available",
                                   capabilities, lookup()));
}

TEST(ConditionNames, AreThoseThatAreNoText) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_in_condition("dies.name == after-pubrec"), Names{"dies"});
  EXPECT_EQ(names_in_condition("connack.topic_alias_maximum|0 > limit"),
            (Names{"connack", "limit"}));
  EXPECT_EQ(names_in_condition("versions has 5.0 or not again or maximum_qos >= ${qos}"),
            (Names{"versions", "again", "maximum_qos", "qos"}));
  EXPECT_EQ(names_in_condition("${version} == 3.1.1"), Names{"version"});
  EXPECT_EQ(names_in_condition("transports has wss"), Names{"transports"});
}

}  // namespace
}  // namespace mqttspec::scenario
