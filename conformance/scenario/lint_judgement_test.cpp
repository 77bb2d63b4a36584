// Lint: observations, statements and levels.
#include <gmock/gmock.h>

#include "conformance/scenario/lint_testing.hpp"

namespace mqttspec::scenario {
namespace {

using test::lint_of;
using test::lint_steps;
using test::LintFile;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

LintFile with_check(const std::string& level, const std::string& statements) {
  LintFile file;
  file.checks = R"({"c": {"level": ")" + level + R"(", "statements": [)" + statements + "]}}";
  return file;
}

TEST(LintJudgement, RefusesAPatternThatPassesAnyCode) {
  LintFile file;
  file.checks = R"({"c": {"level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"]},
"code": {"level": "MAY", "statements": ["5.0:MQTT-1.5.4-1"]}})";
  // One line further down than usual, since the checks take two.
  const std::string why =
      "\"code\" asks about the code, and here any code passes it: state reason_code, or let gives "
      "grade it";
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "expect": "CLOSED", "check": ["c", "code"], "as": "end"},
{"client": "a", "expect": {"any_of": [{"CLOSED": {"reason_code": "0x81"}}, {"PUBACK": {}},
 {"CLOSED": {}, "gives": {"code": "fail"}}]}, "check": ["c", "code"]},
{"verify": "end", "is": {"farewell": null}, "check": "code"},
{"verify": "end", "is": {"reason_code": "0x81"}, "check": "code"})",
                 file),
      ElementsAre("8: steps[1].expect: " + why, "9: steps[2].expect: " + why,
                  "11: steps[3].is: " + why));
}

TEST(LintJudgement, KnowsACheckOnTheCodeByAWordOfItsName) {
  const auto found = [](const std::string& check, const std::string& packet) {
    LintFile file;
    file.checks = "{\"c\": {\"level\": \"MUST\", \"statements\": [\"5.0:MQTT-1.5.4-1\"]}, \"" +
                  check + "\": {\"level\": \"MAY\", \"statements\": [\"5.0:MQTT-1.5.4-1\"]}}";
    return lint_steps(
               R"({"client": "a", "expect": ")" + packet + R"(", "check": ")" + check + "\"}", file)
        .size();
  };
  EXPECT_EQ(found("code", "CLOSED"), 1U);
  EXPECT_EQ(found("reason-code", "SUBACK"), 1U);
  EXPECT_EQ(found("code-of-first", "PUBACK"), 1U);
  EXPECT_EQ(found("code", "ANY"), 1U) << "it may be one that has a code";
  EXPECT_EQ(found("decoded", "CLOSED"), 0U);
  EXPECT_EQ(found("code", "PINGRESP"), 0U) << "it has none";
}

TEST(LintJudgement, RefusesWhatVariablesMakeOfPatternsFieldsAndCounts) {
  LintFile file;
  file.more = R"("vars": {"bad": {"PUBLISH": {"qoss": 1}}},)";
  EXPECT_THAT(lint_steps(R"({"client": "a", "expect": "${bad}", "as": "p"},
{"verify": "p", "is": {"qos": "${bad.PUBLISH}"}},
{"client": "a", "expect": "PUBLISH", "count": "${many}"})",
                         file),
              ElementsAre("7: steps[1].expect: PUBLISH.qoss: PUBLISH has no such field; did you "
                          "mean qos?",
                          "8: steps[2].is: qos.qoss: unknown matcher",
                          "9: steps[3].count: there is no variable \"many\""));
}

TEST(LintJudgement, RefusesAnExpectationOfNone) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "expect": "PUBLISH", "count": 0})"),
              ElementsAre("7: steps[1].count: to expect none is a silence: write \"silence\" "
                          "instead"));
}

TEST(LintJudgement, RefusesAMinimumAboveTheMaximum) {
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "expect": {"PUBLISH": {"qos": {"min": 2, "max": "0x01"}}}},
{"client": "a", "expect": "PUBLISH", "count": {"min": 3, "max": 2}, "as": "l"},
{"verify": "l", "every": {"elapsed": {"min": "1min", "max": "2s"}}})"),
      ElementsAre("7: steps[1].expect.PUBLISH.qos: min is above max",
                  "8: steps[2].count: min is above max",
                  "9: steps[3].every.elapsed: min is above max"));
}

TEST(LintJudgement, RefusesPropertiesWhereNobodySpeaks5) {
  LintFile file;
  file.versions = R"(["3.1.1"])";
  file.checks = R"({"c": {"level": "MUST", "statements": ["3.1.1:MQTT-1.5.3-1"]}})";
  file.clients = R"({"a": {"connect": {"receive_maximum": 1}}})";
  const std::string steps =
      R"({"client": "a", "publish": {"topic_name": "${ns}/t", "topic_alias": 1}},
{"client": "a", "expect": {"PUBLISH": {"content_type": null}}, "as": "p"},
{"verify": "p", "is": {"user_property": null}})";
  const std::string why = " is a property, and no client here speaks 5.0";
  EXPECT_THAT(lint_steps(steps, file), ElementsAre("5: clients.a.connect: receive_maximum" + why,
                                                   "7: steps[1].publish: topic_alias" + why,
                                                   "8: steps[2]: content_type" + why,
                                                   "9: steps[3].is: user_property" + why));
  file.clients = R"({"a": {"version": "5.0"}, "b": {}})";
  EXPECT_THAT(lint_steps(steps + R"(, {"client": "b", "connect": {}})", file), IsEmpty());
  file.file_vars = R"({"newest": "5.0"})";
  file.clients = R"({"a": {"version": "${newest}"}, "b": {}})";
  EXPECT_THAT(lint_steps(steps + R"(, {"client": "b", "connect": {}})", file), IsEmpty());
}

TEST(LintJudgement, RefusesStatementsThatDoNotExist) {
  EXPECT_THAT(
      lint_of(with_check("MUST", R"("5.0:MQTT-1.5.4-11")")),
      ElementsAre("4: checks.c.statements: there is no statement 5.0:MQTT-1.5.4-11; did you "
                  "mean 5.0:MQTT-1.5.4-1?"));
}

TEST(LintJudgement, RefusesStatementsOfAVersionThatNobodySpeaks) {
  EXPECT_THAT(lint_of(with_check("MUST", R"("5.0:MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-1")")),
              ElementsAre("4: checks.c.statements: 3.1.1:MQTT-1.5.3-1 never counts: no client here "
                          "speaks 3.1.1"));
}

TEST(LintJudgement, LetsAVariableBringInStatementsThatAreMeantForOthersToo) {
  LintFile file = with_check("MUST", R"("${ids}")");
  file.file_vars = R"({"ids": ["5.0:MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-1"]})";
  EXPECT_THAT(lint_of(file), IsEmpty());
}

TEST(LintJudgement, RefusesALevelStricterThanWhatIsCited) {
  const auto refusal = [](const std::string& level, const std::string& allowed) {
    return "4: checks.c.level: " + level + " is stricter than what is cited, which allows " +
           allowed;
  };
  EXPECT_THAT(lint_of(with_check("MUST", R"("5.0:V5-1-a")")),
              ElementsAre(refusal("MUST", "SHOULD")));
  EXPECT_THAT(lint_of(with_check("MUST", R"("5.0:V5-1-c")")),
              ElementsAre(refusal("MUST", "SHOULD")));
  EXPECT_THAT(lint_of(with_check("SHOULD", R"("5.0:V5-1-b")")),
              ElementsAre(refusal("SHOULD", "MAY")));
  EXPECT_THAT(lint_of(with_check("MUST", R"("5.0:V5-1-a", "5.0:MQTT-1.5.4-1")")), IsEmpty());
  EXPECT_THAT(lint_of(with_check("SHOULD", R"("5.0:MQTT-1.5.4-1")")), IsEmpty());
}

TEST(LintJudgement, RefusesAMustOnNoticingWhatNoServerHasToLookFor) {
  const std::string fault = R"({"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t",
"topic_alias": 0}}, "illegal": "Topic Alias 0", "expect": "CLOSED", "check": "c"})";
  const auto refusal = [](const std::string& level, const std::string& allowed) {
    return "4: checks.c.level: " + level +
           " for noticing a fault that no statement cited here obliges a server to look for; their "
           "reactions allow " +
           allowed;
  };
  EXPECT_THAT(lint_steps(fault, with_check("MUST", R"("5.0:V5-1-d", "5.0:MQTT-4.13.1-1")")),
              ElementsAre(refusal("MUST", "SHOULD")));
  EXPECT_THAT(lint_steps(fault, with_check("SHOULD", R"("5.0:V5-1-f")")),
              ElementsAre(refusal("SHOULD", "MAY")));
  EXPECT_THAT(lint_steps(fault, with_check("MUST", R"("5.0:V5-1-d", "5.0:V5-1-e")")), IsEmpty());
  EXPECT_THAT(lint_steps(fault, with_check("SHOULD", R"("5.0:V5-1-d")")), IsEmpty());
  // The close may also be expected by a step of its own.
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t",
"topic_alias": 0}}, "illegal": "Topic Alias 0"}, {"client": "a", "expect": {"any_of": [
{"CLOSED": {}}, "PUBACK"]}, "check": "c"})",
                         with_check("MUST", R"("5.0:V5-1-d")")),
              ElementsAre(refusal("MUST", "SHOULD")));
  // What says in general that a fault closes leaves the level to what is cited beside it.
  LintFile older = with_check("MUST", R"("3.1.1:V311-1-d", "3.1.1:MQTT-4.8.0-1")");
  older.versions = R"(["3.1.1"])";
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"bytes": "C1 00"}, "illegal": "flags",
"expect": "CLOSED", "check": "c"})",
                         older),
              ElementsAre(refusal("MUST", "SHOULD")));
  EXPECT_THAT(lint_steps(fault, with_check("MUST", R"("5.0:MQTT-4.13.1-1")")), IsEmpty());
  // To stay connected is no noticing, and another action may lead to a close of its own.
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t",
"topic_alias": 0}}, "illegal": "Topic Alias 0", "silence": "CLOSED", "check": "c"})",
                         with_check("MUST", R"("5.0:V5-1-d")")),
              IsEmpty());
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t",
"topic_alias": 0}}, "illegal": "Topic Alias 0"}, {"client": "a", "connect": {}},
{"client": "a", "expect": "CLOSED", "check": "c"})",
                         with_check("MUST", R"("5.0:V5-1-d")")),
              IsEmpty());
  // A close that no fault of ours brings about is judged by the level alone.
  EXPECT_THAT(lint_steps(R"({"client": "a", "expect": "CLOSED", "check": "c"})",
                         with_check("MUST", R"("5.0:V5-1-d")")),
              IsEmpty());
}

TEST(LintJudgement, LeavesStatementsAloneWithoutACatalogue) {
  std::vector<Problem> problems;
  const std::optional<File> file =
      parse_file(with_check("MUST", R"("5.0:MQTT-9.9.9-9")").text(), "x.json", problems);
  ASSERT_TRUE(file);
  EXPECT_TRUE(lint(*file, {}).empty());
}

}  // namespace
}  // namespace mqttspec::scenario
