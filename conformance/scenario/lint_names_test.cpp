// Lint: names, checks, clients, and the order of things.
#include <gmock/gmock.h>

#include "conformance/scenario/lint_testing.hpp"

namespace mqttspec::scenario {
namespace {

using test::lint_of;
using test::lint_steps;
using test::LintFile;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Lint, FindsNothingInAGoodFile) {
  EXPECT_THAT(lint_of({}), IsEmpty());
}

TEST(Lint, RefusesIdsThatOccurTwice) {
  std::vector<Problem> problems;
  std::vector<File> files;
  for (const char* path : {"a.json", "b.json"}) {
    files.push_back(*parse_file(LintFile{}.text(), path, problems));
  }
  const std::vector<Problem> found = lint_ids(files);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(to_string(found[0]),
            "b.json:1: scenarios[0].id: \"x\" is the id of the scenario at a.json:1 already");
}

TEST(Lint, RefusesNamesThatClash) {
  LintFile file;
  file.file_vars = R"({"v": 1, "ns": 2})";
  file.more = R"("matrix": {"v": [1]}, "vars": {"version": 1, "job": 2},)";
  EXPECT_THAT(lint_of(file),
              ElementsAre("1: vars.ns: \"ns\" is already the name of a variable that always exists",
                          "3: matrix.v: \"v\" is already the name of a variable of the file "
                          "(vars.v)",
                          "3: vars.version: \"version\" is already the name of a variable that "
                          "always exists"));
}

TEST(Lint, RefusesCapturesMarksAndCountersThatClash) {
  LintFile file;
  file.more = R"("vars": {"job": 2},)";
  EXPECT_THAT(lint_steps(R"({"client": "a", "ping": {}, "as": "job", "mark": "m"},
{"client": "a", "ping": {}, "as": "m"},
{"client": "a", "expect": "PUBLISH", "as": "p"},
{"client": "a", "expect": "PUBLISH", "count": 1, "as": "p"},
{"repeat": 2, "as": "p", "steps": [{"client": "a", "ping": {}}]},
{"repeat": 2, "as": "n", "steps": [
{"repeat": 2, "as": "n", "steps": [{"client": "a", "ping": {}}]}]})",
                         file),
              ElementsAre("7: steps[1].as: \"job\" is already the name of a variable of the "
                          "scenario (scenarios[0].vars.job)",
                          "8: steps[2].as: \"m\" is already the name of a mark "
                          "(scenarios[0].steps[1].mark)",
                          "10: steps[4].as: \"p\" is already the name of a captured packet "
                          "(scenarios[0].steps[3].as)",
                          "11: steps[5].as: \"p\" is already the name of a captured packet "
                          "(scenarios[0].steps[3].as)",
                          "13: steps[6].steps[0].as: the repeat around this one counts in \"n\" as "
                          "well"));
}

TEST(Lint, AllowsACaptureToBeTakenAgainAndTwoRepeatsToCountAlike) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "ping": {}, "as": "p"},
{"client": "a", "ping": {}, "as": "p", "mark": "m"},
{"repeat": 2, "as": "n", "steps": [{"client": "a", "ping": {}, "mark": "m"}]},
{"repeat": 2, "as": "n", "steps": [{"client": "a", "ping": {}}]})"),
              IsEmpty());
}

TEST(Lint, RefusesAVerifyThatDoesNotFitItsCapture) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "expect": "PUBLISH", "as": "one"},
{"client": "a", "expect": "PUBLISH", "count": 2, "as": "many"},
{"verify": "one", "every": {"qos": 1}},
{"verify": "many", "is": {"qos": 1}},
{"verify": "many", "distinct": "payload"},
{"client": "a", "expect": ["PUBLISH", "PUBACK"], "as": "both"},
{"verify": "both", "is": {"packet_identifier": 1}})"),
              ElementsAre("9: steps[3].every: \"one\" is a single packet; compare it with is",
                          "10: steps[4].is: \"many\" is a list; compare it with every or some",
                          "13: steps[7].is: \"both\" is a list; compare it with every or some"));
}

TEST(Lint, RefusesChecksThatNobodyDecidesOrNobodyKnows) {
  LintFile file;
  file.checks = R"({"refused": {"level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"]}})";
  EXPECT_THAT(lint_of(file), ElementsAre("4: checks.refused: no step decides this check",
                                         "6: steps[0].check: there is no check \"c\""));
  file.steps = R"({"client": "a", "connect": {}, "check": "refusd"})";
  EXPECT_THAT(
      lint_of(file),
      ElementsAre("4: checks.refused: no step decides this check",
                  "6: steps[0].check: there is no check \"refusd\"; did you mean refused?"));
}

TEST(Lint, RefusesGivesForWhatTheStepDoesNotDecide) {
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "expect": {"any_of": [
"PUBLISH",
{"PUBACK": {}, "gives": {"d": "fail"}}]}, "check": "c"})"),
      ElementsAre("9: steps[1].expect: gives grades \"d\", which the step does not decide"));
}

TEST(Lint, RefusesClientsThatAreNotDeclaredOrNotUsed) {
  LintFile file;
  file.clients = R"({"a": {}, "watch": {}})";
  EXPECT_THAT(lint_steps(R"({"client": "wach", "connect": {}})", file),
              ElementsAre("5: clients.watch: no step uses this client",
                          "7: steps[1].client: there is no client \"wach\"; did you mean watch?"));
}

TEST(Lint, SaysNothingOfClientsWhereNoInstanceIsLeft) {
  LintFile file;
  file.more = R"("matrix": {"k": [{"name": "never", "when": "version == 3.1"}]},)";
  EXPECT_THAT(lint_of(file),
              ElementsAre("1: matrix: no combination of versions and values is left"));
}

TEST(Lint, FollowsClientsThatAVariableNames) {
  LintFile file;
  file.clients = R"({"a": {}, "b": {}, "d": {}})";
  EXPECT_THAT(lint_steps(R"({"repeat": ["b", "x"], "as": "who", "steps": [
{"client": "${who}", "connect": {}}]})",
                         file),
              ElementsAre("5: clients.d: no step uses this client",
                          "8: steps[1].steps[0].client: there is no client \"x\""));
}

TEST(Lint, RefusesAClientInTwoLanes) {
  EXPECT_THAT(lint_steps(R"({"parallel": [[{"wait": "1s"}, {"client": "a", "ping": {}}],
[{"client": "a", "ping": {}}]]})"),
              ElementsAre("8: steps[1].parallel[1][0].client: \"a\" is in lane 0 already; a client "
                          "belongs to one lane"));
}

TEST(Lint, RefusesAWaitRightBeforeAnObservation) {
  EXPECT_THAT(lint_steps(R"({"wait": "1s"},
{"client": "a", "silence": "PUBLISH"},
{"repeat": 2, "steps": [{"wait": "1s"}, {"client": "a", "expect": "PUBLISH"}]},
{"wait": "1s"},
{"client": "a", "ping": {}, "expect": "PINGRESP"},
{"parallel": [[{"wait": "1s"}, {"client": "a", "expect": "PUBLISH"}], [{"wait": "1s"}]]})"),
              ElementsAre("7: steps[1]: a wait right before silence: say \"within\" there instead",
                          "9: steps[3].steps[0]: a wait right before expect: say \"within\" there "
                          "instead",
                          "12: steps[6].parallel[0][0]: a wait right before expect: say "
                          "\"within\" there instead"));
}

TEST(Lint, RefusesAScenarioThatStartsWithAnObservation) {
  LintFile file;
  file.steps = R"({"client": "a", "expect": "PUBLISH", "check": "c"})";
  const std::string why = ": the scenario starts with an observation: nothing has happened yet";
  EXPECT_THAT(lint_of(file), ElementsAre("6: steps[0]" + why));
  file.steps = R"({"repeat": 2, "steps": [{"client": "a", "expect": "PUBLISH", "check": "c"}]})";
  EXPECT_THAT(lint_of(file), ElementsAre("6: steps[0].steps[0]" + why));
  file.steps =
      R"({"parallel": [[{"client": "a", "expect": "PUBLISH", "check": "c"}], [{"wait": "1s"}]]})";
  EXPECT_THAT(lint_of(file), ElementsAre("6: steps[0].parallel[0][0]" + why));
}

TEST(Lint, RefusesRequirementsThatNameNoCapability) {
  LintFile file;
  file.more = R"("requires": ["maximum_qs >= 1", "restart or", "versions has ${version}"],)";
  EXPECT_THAT(lint_of(file),
              ElementsAre("1: requires[0]: there is no capability \"maximum_qs\"; did you mean "
                          "maximum_qos?",
                          "1: requires[1]: the condition \"restart or\" lacks an operand"));
}

TEST(Lint, RefusesARequirementThatIsAVariableAndNothingElse) {
  LintFile file;
  file.more = R"("vars": {"need": "maximum_qos >= 1"}, "requires": ["${need}", "restart"],)";
  EXPECT_THAT(lint_of(file),
              ElementsAre("1: requires[0]: this asks about no capability: a variable brings in a "
                          "value, not a condition"));
}

}  // namespace
}  // namespace mqttspec::scenario
