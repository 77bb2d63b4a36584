#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/scenario/model.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

using ::testing::ElementsAre;

// The messages for a file, each "line: path: message".
std::vector<std::string> problems_in(const std::string& text) {
  std::vector<Problem> problems;
  const std::optional<File> file = parse_file(text, "x.json", problems);
  EXPECT_EQ(file.has_value(), problems.empty());
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(to_string(problem).substr(7));
  return out;
}

// A file whose scenario has these steps, one a line from line 4 on.
std::string with_steps(const std::string& steps, const std::string& more = "") {
  return R"({"$schema": "s", "theme": "t", "scenarios": [{"id": "a", "title": "a good broker does so",
"versions": ["5.0"], "checks": {"c": {"level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"]}},
"clients": {"a": {}, "b": {}},)" +
         more + R"("steps": [
)" + steps +
         "]}]}";
}

// What is wrong with one step, without its place.
std::vector<std::string> problems_in_step(const std::string& step) {
  std::vector<std::string> out;
  for (const std::string& problem : problems_in(with_steps(step))) {
    const std::string place = "4: scenarios[0].steps[0]";
    EXPECT_EQ(problem.substr(0, place.size()), place);
    out.push_back(problem.substr(place.size()));
  }
  return out;
}

TEST(Parser, NamesFileLinePathAndWhatWasMeant) {
  std::vector<Problem> problems;
  const std::string text = with_steps(R"({"client": "a", "connect": {}},
{"client": "a", "ping": {}},
{"client": "a",
 "send": "PINGREQ",
 "expect": {"PUBREK": {}}})");
  EXPECT_FALSE(parse_file(text, "scenarios/qos2.json", problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(to_string(problems[0]),
            "scenarios/qos2.json:8: scenarios[0].steps[2].expect.PUBREK: unknown packet; did you "
            "mean PUBREC?");
}

TEST(Parser, ReportsEveryProblemOfAFileAtOnce) {
  EXPECT_THAT(
      problems_in(R"({"theme": "",
"scenarios": [{"id": "A", "version": ["5.0"], "checks": {}, "clients": {"a-b": {}},
"steps": [{"client": "a", "conect": {}}]}], "extra": 1})"),
      ElementsAre("3: extra: unknown key; known are $schema, theme, note, vars or scenarios",
                  "1: \"$schema\" is missing", "1: theme: expected a text, not \"\"",
                  "2: scenarios[0].version: unknown key; did you mean versions?",
                  "2: scenarios[0]: \"title\" is missing",
                  "2: scenarios[0]: \"versions\" is missing",
                  "2: scenarios[0].id: an id is small letters, digits and single dashes, "
                  "not \"A\"",
                  "2: scenarios[0].checks: the object is empty",
                  "2: scenarios[0].clients.a-b: a name here is a small letter, then at most "
                  "ten small letters and digits",
                  "3: scenarios[0].steps[0].conect: unknown key; did you mean connect?",
                  "3: scenarios[0].steps[0]: the step does nothing: it has neither an "
                  "action nor an observation"));
}

TEST(Parser, WantsOneActionAndOneObservation) {
  EXPECT_THAT(problems_in_step(R"({"client": "a", "ping": {}, "close": "fin"})"),
              ElementsAre(": a step has at most one action; this one has \"ping\" and \"close\""));
  EXPECT_THAT(
      problems_in_step(R"({"client": "a", "expect": "PUBLISH", "silence": "PUBACK"})"),
      ElementsAre(": a step has at most one observation; this one has \"expect\" and \"silence\""));
  EXPECT_THAT(problems_in_step(R"({"connect": {}})"),
              ElementsAre(": \"client\" is missing: who acts or listens?"));
  EXPECT_THAT(problems_in_step(R"({"client": ["a", "b"], "ping": {}})"),
              ElementsAre(".client: only an observation may have several clients"));
  EXPECT_THAT(problems_in_step(R"({"client": ["a", "a"], "silence": "ANY"})"),
              ElementsAre(".client[1]: \"a\" is named twice"));
}

TEST(Parser, TellsWhatAKeyNeedsBesideIt) {
  EXPECT_THAT(problems_in_step(R"({"client": "a", "ping": {}, "illegal": "x"})"),
              ElementsAre(".illegal: stands only beside connect, subscribe, unsubscribe, publish, "
                          "send or disconnect"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "publish": {}, "frame": "text"})"),
              ElementsAre(".frame: stands only beside send"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "publish": {}, "pause": "5ms"})"),
              ElementsAre(".pause: stands only beside segments"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "ping": {}, "within": "1s", "count": 1})"),
              ElementsAre(".count: stands only beside expect or verify",
                          ".within: stands only beside expect or silence"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "close": "fin", "as": "x", "check": "c"})"),
              ElementsAre(".check: stands only beside an observation or a request",
                          ".as: stands only beside expect or repeat, or a request that awaits its "
                          "answer"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "ping": {}, "since": "m"})"),
              ElementsAre(".since: stands only beside expect, silence, verify or wait"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "wait": "1s"})"),
              ElementsAre(".client: no client acts or listens in this step"));
  EXPECT_THAT(problems_in_step(R"({"repeat": 2})"), ElementsAre(": \"repeat\" needs \"steps\""));
  EXPECT_THAT(problems_in_step(R"({"verify": "x"})"),
              ElementsAre(": \"verify\" needs one of is, every, some, distinct or count"));
  EXPECT_THAT(problems_in_step(R"({"verify": "x", "is": {"qos": 1}, "count": 1})"),
              ElementsAre(": \"verify\" takes one comparison; this one has \"is\" and \"count\""));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "wait": "1s", "silence": "ANY"})"),
              ElementsAre(": a wait has no observation; \"within\" says how long to wait"));
}

TEST(Parser, KnowsTheFieldsOfEachPacket) {
  EXPECT_THAT(problems_in_step(R"({"client": "a", "publish": {"topic": "x"}})"),
              ElementsAre(".publish.topic: PUBLISH has no such field; did you mean topic_name?"));
  EXPECT_THAT(
      problems_in_step(R"({"client": "a", "connect": {"will": {"topic": "x"}}})"),
      ElementsAre(".connect.will.topic: a Will has no such field; did you mean will_topic?"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "send": {"PINGREQ": {"reason_code": "0x00"}}})"),
              ElementsAre(".send.PINGREQ.reason_code: PINGREQ has no such field"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "expect": "SUBSCRIBE"})"),
              ElementsAre(".expect: no server sends SUBSCRIBE"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "disconnect": {"reason_code": "0x8e"}})"),
              ElementsAre(".disconnect.reason_code: \"0x8e\" is no reason code; write two capital "
                          "digits: \"0x8E\""));
  EXPECT_THAT(
      problems_in_step(R"({"client": "a", "disconnect": {"reason_code": "session_taken"}})"),
      ElementsAre(".disconnect.reason_code: \"session_taken\" is no reason code; did you mean "
                  "session_taken_over?"));
}

TEST(Parser, KnowsWhichMatcherFitsWhichField) {
  EXPECT_THAT(problems_in_step(R"({"client": "a", "expect": {"PUBLISH": {"qos": {"size": 1}}}})"),
              ElementsAre(".expect.PUBLISH.qos.size: does not fit this field; what does: min, max, "
                          "one_of or not"));
  EXPECT_THAT(problems_in_step(R"({"client": "a", "expect": {"PUBLISH": {"qos": {"mim": 1}}}})"),
              ElementsAre(".expect.PUBLISH.qos.mim: unknown matcher; did you mean min?"));
  EXPECT_THAT(
      problems_in_step(R"({"client": "a", "expect": {"PUBLISH": {"elapsed": {"min": "2"}}}})"),
      ElementsAre(".expect.PUBLISH.elapsed.min: expected a duration with its unit, such as "
                  "\"250ms\", \"3s\", \"2min\" or \"1h\", not \"2\""));
}

TEST(Parser, TakesGivesOnlyInTheAlternativesOfAnExpect) {
  EXPECT_THAT(
      problems_in_step(R"({"client": "a", "expect": {"CLOSED": {}, "gives": {"c": "pass"}}})"),
      ElementsAre(".expect.gives: \"gives\" stands only in the alternatives of an expect"));
  EXPECT_THAT(
      problems_in_step(
          R"({"client": "a", "expect": {"any_of": ["PUBACK", {"CLOSED": {}, "gives": {"c": "passed"}}]}})"),
      ElementsAre(".expect.any_of[1].gives.c: expected pass, nonstrict, fail, yes or no, not "
                  "\"passed\"; did you mean pass?"));
}

TEST(Parser, NamesStepsWithinSteps) {
  EXPECT_THAT(
      problems_in(with_steps(R"({"repeat": 2, "steps": [{"client": "a", "pong": {}}]},
{"parallel": [[{"wait": "1s"}], [{"wait": "1s"}, {"wait": 1}]]})")),
      ElementsAre("4: scenarios[0].steps[0].steps[0].pong: unknown key; did you mean ping?",
                  "4: scenarios[0].steps[0].steps[0]: the step does nothing: it has neither "
                  "an action nor an observation",
                  "5: scenarios[0].steps[1].parallel[1][1].wait: expected a duration with "
                  "its unit, such as \"250ms\", \"3s\", \"2min\" or \"1h\", not 1"));
}

TEST(Parser, PutsEveryKeyInItsPlace) {
  std::vector<Problem> problems;
  const std::optional<File> file = parse_file(
      with_steps(R"({"note": "n", "when": "w", "client": "a", "send": "PINGREQ", "illegal": "i",
"segments": 1, "pause": "5ms", "frame": "text", "expect": {"PUBACK": {}}, "count": 2,
"since": "s", "within": "1s", "as": "x", "mark": "m", "check": ["c", "d"]},
{"verify": "x", "every": {"qos": 1}, "since": "m"},
{"repeat": [1], "as": "n", "steps": [{"parallel": [[{"wait": "1s"}], [{"broker": "kill"}]]}]})",
                 R"("requires": ["restart"], "exclusive": "why", "config": {"queue": 1},
"matrix": {"q": [1]}, "vars": {"v": 1},)"),
      "x.json", problems);
  ASSERT_TRUE(file) << to_string(problems.at(0));
  const Scenario& scenario = file->scenarios.at(0);
  EXPECT_THAT(scenario.requirements, ElementsAre("restart"));
  EXPECT_EQ(scenario.exclusive, "why");
  EXPECT_EQ(*scenario.config.find("queue"), Value(1));
  EXPECT_EQ(scenario.matrix.at(0).name, "q");
  EXPECT_EQ(*scenario.vars.find("v"), Value(1));
  EXPECT_THAT(scenario.versions, ElementsAre(Version::v5_0));
  const Step& send = scenario.steps.at(0);
  EXPECT_EQ(send.path, "steps[0]");
  EXPECT_EQ(send.line, 5U);
  EXPECT_EQ(send.action, ActionKind::send);
  EXPECT_EQ(send.argument, Value("PINGREQ"));
  EXPECT_EQ(send.observation, ObservationKind::expect);
  EXPECT_EQ(send.count, Value(2));
  EXPECT_EQ((std::vector{send.note, send.when, send.illegal, send.pause, send.frame, send.since,
                         send.within, send.as, send.mark}),
            (std::vector<std::string>{"n", "w", "i", "5ms", "text", "s", "1s", "x", "m"}));
  EXPECT_THAT(send.checks, ElementsAre("c", "d"));
  const Step& verify = scenario.steps.at(1);
  EXPECT_EQ(verify.verify, "x");
  EXPECT_EQ(verify.verify_kind, "every");
  EXPECT_EQ(*verify.verify_argument.find("qos"), Value(1));
  const Step& lanes = scenario.steps.at(2).steps.at(0);
  EXPECT_EQ(lanes.path, "steps[2].steps[0]");
  EXPECT_EQ(lanes.lanes.at(1).at(0).path, "steps[2].steps[0].parallel[1][0]");
  EXPECT_EQ(lanes.lanes.at(1).at(0).action, ActionKind::broker);
}

TEST(Parser, SurvivesEveryScenarioFileCutAnywhere) {
  for (const auto& [path, text] : test::scenario_files()) {
    for (std::size_t size = 0; size < text.size(); size += 97) {
      std::vector<Problem> problems;
      EXPECT_FALSE(parse_file(text.substr(0, size), path, problems));
      EXPECT_FALSE(problems.empty());
    }
  }
}

}  // namespace
}  // namespace mqttspec::scenario
