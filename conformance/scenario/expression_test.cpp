#include "conformance/scenario/expression.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "conformance/scenario/expression_testing.hpp"

namespace mqttspec::scenario {
namespace {

using namespace std::chrono_literals;

class Expression : public test::WithVariables {};

using Error = test::WrongText;

struct Substitution {
  Value input;
  Value output;
};

TEST_F(Expression, SubstitutesVariables) {
  const std::vector<Substitution> table = {
      // Without variables all stays as it is.
      {"plain", "plain"},
      {"$5 {x} }", "$5 {x} }"},
      {nullptr, nullptr},
      {1.5, 1.5},
      // Anywhere in a string; the whole of it gives the value itself.
      {"${ns}/t", "abc123def456/t"},
      {"a${qos}b${qos}c", "a2b2c"},
      {"${qos}", 2},
      {"${on}", true},
      {"x${on}", "xtrue"},
      {"${none}", nullptr},
      {"${half}", 0.5},
      {"${half}s", "0.5s"},
      {"${ill}", Object{{"bytes", "ED A0"}}},
      {"${nothing}", Array{}},
      // In turn.
      {"${group}", "$share/abc123def456g/abc123def456/t"},
      {"${outer}", "<$share/abc123def456g/abc123def456/t>"},
      {"${case.why}", "qos-3 on 3.1.1"},
      // Deeply, keys aside.
      {Object{{"${ns}", Array{"${qos}", Object{{"a", "${ns}"}}}}},
       Object{{"${ns}", Array{2, Object{{"a", "abc123def456"}}}}}},
      {"'${ns}' ${ill.bytes}", "'abc123def456' ED A0"},
      // Captures.
      {"${job.packet_identifier}", 7},
      {"${copies.1.qos}", 2},
      {"${copies.count}", 2},
      {"${nothing.count}", 0},
      {"${copies.0}", Object{{"packet_identifier", 7}, {"qos", 1}, {"content_type", "text/plain"}}},
      // Defaults.
      {"${connack.topic_alias_maximum|0}", 10},
      {"${connack.receive_maximum|65535}", 65535},
      {"${connack.maximum_packet_size|null}", nullptr},
      {"${job.response_topic|none-at-all}", "none-at-all"},
      {"${job.response_topic|qos}", 2},
      {"${job.x|job.y|job.qos}", 1},
      {"${never|0x10}", 16},
      {"${copies.9.qos|3}", 3},
      {"${job.x|}", ""},
      // Choices.
      {"${choice}", "0x01"},
      {"<${choice}>", "<0x01>"},
      {"${deep-choice.code}", "0x01"},
      {Object{{"by", "qos"}, {"of", Object{{"2", "two"}}}}, "two"},
      {Object{{"by", "on"}, {"of", Object{{"true", 1}, {"false", 0}}}}, 1},
      // An object with other members is no choice.
      {Object{{"by", "qos"}, {"of", Object{{"2", "two"}}}, {"x", 1}},
       Object{{"by", "qos"}, {"of", Object{{"2", "two"}}}, {"x", 1}}},
  };
  for (const Substitution& row : table) {
    const Result<Value> result = substitute(row.input, lookup());
    const std::string* text = row.input.string();
    ASSERT_TRUE(result.ok()) << (text != nullptr ? *text : "") << ": " << result.error();
    EXPECT_TRUE(*result == row.output) << (text != nullptr ? *text : "an object");
  }
}

struct Arithmetic {
  std::string text;
  Value result;
};

TEST_F(Expression, CalculatesInTheUsualOrder) {
  const std::vector<Arithmetic> table = {
      {"1 + 2", 3},
      {"3 - copies.count", 1},
      {"2 * qos + 1", 5},
      {"1 + 2 * qos", 5},
      {"10 - 2 - 3", 5},
      {"10 - 2 * 3 + 1", 5},
      {"12 / 2 / 3", 2},
      {"12 / 2 * 3", 18},
      {"7 / 2", 3.5},
      {"half * 2", 1},
      {"1.5 * connack.server_keep_alive|2 + 15", 22.5},
      {"1.5 * connack.missing|2 + 15", 18},
      {"connack.topic_alias_maximum|0 + 1", 11},
      {"code + 1", 130},
      {"0x10 - 1", 15},
      {"-3 + 1", -2},
      {"9223372036854775807", std::int64_t{9223372036854775807}},
      {"9007199254740993 * 1", std::int64_t{9007199254740993}},
      {"0 - 9223372036854775807 - 1", std::numeric_limits<std::int64_t>::min()},
      {"9007199254740993 / -1", std::int64_t{-9007199254740993}},
      {"half * 2 + 9007199254740993", std::int64_t{9007199254740994}},
  };
  for (const Arithmetic& row : table) {
    const Result<Value> result = substitute("${" + row.text + "}", lookup());
    ASSERT_TRUE(result.ok()) << row.text << ": " << result.error();
    EXPECT_TRUE(*result == row.result) << row.text;
  }
  EXPECT_EQ(*substitute_text("${1.5 * connack.server_keep_alive|2 + 15}s", lookup()), "22.5s");
  EXPECT_EQ(*substitute_text("${1.5 * connack.missing|2 + 15}s", lookup()), "18s");
}

TEST_F(Expression, ErrorsSayWhatIsWrong) {
  const std::vector<Error> table = {
      {"${jib}", "there is no variable \"jib\"; did you mean job?"},
      {"${xyzzy}", "there is no variable \"xyzzy\""},
      {"${job.packet_identifer}",
       "job has no \"packet_identifer\"; did you mean packet_identifier? "
       "(${job.packet_identifer|0} would give 0 instead)"},
      {"${copies.2.qos}",
       "copies has no \"2\"; it is a list of 2 (${copies.2|0} would give 0 instead)"},
      {"${copies.-1}",
       "copies has no \"-1\"; it is a list of 2 (${copies.-1|0} would give 0 instead)"},
      {"${qos.x}", "qos has no \"x\"; it is a number (${qos.x|0} would give 0 instead)"},
      {"${}", "there is nothing between \"${\" and \"}\""},
      {"${ }", "there is nothing between \"${\" and \"}\""},
      {"a${ns", "a \"${\" is not closed in \"a${ns\""},
      {"${a${ns}}", "a \"{\" stands within ${...} in \"${a${ns}}\""},
      {"${1 / 0}", "division by zero in \"1 / 0\""},
      {"${1 / zero}", "division by zero in \"1 / zero\""},
      {"${1 / 0.0}", "division by zero in \"1 / 0.0\""},
      {"${9223372036854775807 + 1}",
       "9223372036854775807 + 1 is too large in \"9223372036854775807 + 1\""},
      {"${4611686018427387904 * 2}",
       "4611686018427387904 * 2 is too large in \"4611686018427387904 * 2\""},
      {"${ns + 1}", "\"ns\" is text, but \"ns + 1\" needs numbers"},
      {"${1 + none}", "\"none\" is null, but \"1 + none\" needs numbers"},
      {"${1 2 3}", "\"2\" stands where + - * or / is expected in \"1 2 3\""},
      {"${1 +}", "\"1 +\" ends where a number is expected"},
      {"${qos+1}", "there is no variable \"qos+1\"; + - * and / need blanks around them"},
      {"${qos-1}", "there is no variable \"qos-1\"; + - * and / need blanks around them"},
      {"${1+qos}", "\"1+qos\" is no number; + - * and / need blanks around them"},
      {"${3.1.1}", "\"3.1.1\" is no number"},
      {"x${none}", "${none} is null, which cannot stand within other text"},
      {"x${copies}", "${copies} is a list, which cannot stand within other text"},
      {"${no-choice}", "version is \"3.1.1\", but \"of\" has only 3.1 or 5.0"},
      {"${self}", "variable \"self\" contains itself"},
      {"${circle}", "variable \"circle\" contains itself"},
  };
  for (const Error& row : table) {
    const Result<Value> result = substitute(row.text, lookup());
    ASSERT_FALSE(result.ok()) << row.text;
    EXPECT_EQ(result.error(), row.message) << row.text;
  }
}

TEST_F(Expression, ChoicesSelectByScalarsThatExist) {
  const auto error = [&](const char* by) {
    return substitute(Object{{"by", by}, {"of", Object{}}}, lookup()).error();
  };
  EXPECT_EQ(error("verson"), "there is no variable \"verson\"; did you mean version?");
  EXPECT_EQ(error("copies"), "\"by\" names \"copies\", which is a list and selects nothing");
  EXPECT_EQ(error("qos"), "qos is \"2\", but \"of\" has only nothing");
}

TEST_F(Expression, VariablesThatMultiplyEndInAnError) {
  set("v0", std::string(1000, 'x'));
  for (int i = 1; i < 40; ++i) {
    const std::string inner = "${v" + std::to_string(i - 1) + "}";
    set("v" + std::to_string(i), inner + inner + inner);
  }
  const Result<Value> result = substitute("${v39}", lookup());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error(), "substitution gives more than 32 MiB");
}

TEST_F(Expression, DeeplyNestedValuesEndInAnError) {
  Value deep = "x";
  for (int i = 0; i < 1000; ++i) deep = Value(Array{std::move(deep)});
  const Result<Value> result = substitute(deep, lookup());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error(), "values are nested too deeply");
}

TEST_F(Expression, TextNeedsAScalar) {
  EXPECT_EQ(*substitute_text("${qos}", lookup()), "2");
  EXPECT_EQ(substitute_text("${copies}", lookup()).error(),
            "${copies} is a list where text is needed");
}

TEST_F(Expression, SubstitutedValuesKeepTheirLine) {
  Value value("${qos}");
  value.line = 41;
  EXPECT_EQ(substitute(value, lookup())->line, 41U);
}

TEST(ExpressionNames, AreFoundInValues) {
  const Value value = Object{
      {"a", Array{"${ns}/${job.packet_identifier} ${ns}", 1}},
      {"b", "${1.5 * connack.server_keep_alive|fallback + 0x10}s"},
      {"c", Object{{"by", "version"}, {"of", Object{{"5.0", "${x|y|z}"}}}}},
      {"d", "${unclosed"},
  };
  EXPECT_EQ(names_in(value),
            (std::vector<std::string>{"ns", "job", "connack", "version", "x", "y"}));
}

TEST(Duration, HasANumberAndAUnit) {
  EXPECT_EQ(*parse_duration("250ms"), 250ms);
  EXPECT_EQ(*parse_duration("3s"), 3s);
  EXPECT_EQ(*parse_duration("2min"), 2min);
  EXPECT_EQ(*parse_duration("1h"), 1h);
  EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(*parse_duration("22.5s"), 22500ms);
  EXPECT_EQ(*parse_duration("0s"), 0s);
  EXPECT_EQ(*parse_duration("0.1ms"), 100us);
  EXPECT_EQ(*parse_duration("1.001s"), 1001ms) << "rounded, since no double is 1.001";
}

TEST(Duration, ErrorsSayWhatIsWrong) {
  for (const char* text : {"", "3", "s", "ms", "3 s", "s3", "3x", "1e3s", "infs", "1..5s"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
  EXPECT_EQ(parse_duration("3").error(),
            "\"3\" is no duration: a number and one of ms, s, min, h, as in 250ms or 1.5s");
  EXPECT_EQ(parse_duration("-1s").error(), "\"-1s\" is negative");
  EXPECT_EQ(parse_duration("9000h").error(), "\"9000h\" is longer than a year");
}

}  // namespace
}  // namespace mqttspec::scenario
