// Lint: what walking through the steps of each instance shows.
#include <gmock/gmock.h>

#include "conformance/scenario/lint_testing.hpp"

namespace mqttspec::scenario {
namespace {

using test::lint_of;
using test::lint_steps;
using test::LintFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LintWalk, RefusesVariablesThatNobodyDefines) {
  LintFile file;
  file.more = R"("matrix": {"case": [{"name": "one", "bytes": "00"}]},)";
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "publish": {"topic_name": "${ns}/t", "payload": "${cas}"}},
{"client": "a", "publish": {"topic_name": "${ns}/t", "payload": "${case.byte}"}},
{"client": "a", "expect": {"PUBLISH": {"payload": "${nothing}"}}})",
                 file),
      ElementsAre("7: steps[1].publish: there is no variable \"cas\"; did you mean case? "
                  "(in x@5.0[case=one])",
                  "8: steps[2].publish: case has no \"byte\"; did you mean bytes? "
                  "(${case.byte|0} would give 0 instead) (in x@5.0[case=one])",
                  "9: steps[3].expect: there is no variable \"nothing\" (in "
                  "x@5.0[case=one])"));
}

TEST(LintWalk, RefusesCapturesThatAreUsedTooEarly) {
  EXPECT_THAT(
      lint_steps(
          R"({"client": "a", "send": {"PUBACK": {"packet_identifier": "${m.packet_identifier}"}}},
{"when": "m.qos == 1", "client": "a", "ping": {}},
{"verify": "m", "is": {"qos": 1}},
{"client": "a", "silence": "PUBLISH", "since": "m"},
{"client": "a", "expect": "PUBLISH", "as": "m"},
{"client": "a", "send": {"PUBACK": {"packet_identifier": "${m.packet_identifier}"}}})"),
      ElementsAre("7: steps[1].send: \"m\" is used before it can exist",
                  "8: steps[2].when: \"m\" is used before it can exist",
                  "9: steps[3].verify: \"m\" is used before it can exist",
                  "10: steps[4].since: \"m\" is used before it can exist"));
}

TEST(LintWalk, RefusesWhatAnotherLaneCaptures) {
  LintFile file;
  file.clients = R"({"a": {}, "b": {}})";
  EXPECT_THAT(lint_steps(R"({"parallel": [
[{"client": "a", "ping": {}, "mark": "m"}],
[{"client": "b", "connect": {}, "expect": "CONNACK", "since": "m"}]]},
{"client": "b", "silence": "PUBLISH", "since": "m"})",
                         file),
              ElementsAre("9: steps[1].parallel[1][0].since: \"m\" is used before it can exist"));
}

TEST(LintWalk, RefusesVerifyAndSinceOfWhatNobodyNames) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "ping": {}, "as": "pong", "mark": "sent"},
{"verify": "pung", "is": {"packet_size": 2}},
{"client": "a", "silence": "PUBLISH", "since": "send"})"),
              ElementsAre("8: steps[2].verify: nothing captures \"pung\"; did you mean pong?",
                          "9: steps[3].since: there is no mark or capture \"send\"; did you mean "
                          "sent?"));
}

TEST(LintWalk, LeavesOutStepsThatAnInstanceSkips) {
  LintFile file;
  file.more = R"("matrix": {"k": [{"name": "with", "v": 1}, {"name": "without"}]},)";
  EXPECT_THAT(lint_steps(R"({"when": "k.name == with", "client": "a",
 "publish": {"topic_name": "${ns}/t", "qos": "${k.v}"}})",
                         file),
              IsEmpty());
  EXPECT_THAT(lint_steps(R"({"when": "k.name == with", "client": "a", "ping": {}, "as": "p"},
{"verify": "p", "is": {"packet_size": 2}})",
                         file),
              IsEmpty());
}

TEST(LintWalk, RefusesConditionsAndDurationsThatCannotBeRead) {
  LintFile file;
  file.more = R"("vars": {"delay": "2 parsecs"},)";
  EXPECT_THAT(lint_steps(R"({"when": "version and version", "client": "a", "ping": {}},
{"when": "versoin == 5.0", "client": "a", "ping": {}},
{"wait": "${delay}"})",
                         file),
              ElementsAre("7: steps[1].when: \"and\" cannot stand there in the condition \"version "
                          "and version\"; of \"requires\" all must hold",
                          "8: steps[2].when: there is no variable \"versoin\"; did you mean "
                          "version?",
                          "9: steps[3].wait: \"2 parsecs\" is no duration: a number and one of "
                          "ms, s, min, h, as in 250ms or 1.5s"));
}

TEST(LintWalk, RefusesDurationsThatVariablesBreak) {
  LintFile file;
  file.more = R"("vars": {"delay": "2 parsecs"},)";
  const std::string why =
      ": \"2 parsecs\" is no duration: a number and one of ms, s, min, h, as in 250ms or 1.5s";
  EXPECT_THAT(lint_steps(R"({"client": "a", "silence": "PUBLISH", "within": "${delay}"},
{"client": "a", "send": "PINGREQ", "segments": 1, "pause": "${delay}"})",
                         file),
              ElementsAre("7: steps[1].within" + why, "8: steps[2].pause" + why));
}

TEST(LintWalk, ReadsTheLastTurnOfARepeatAndForgetsItsCounterThen) {
  EXPECT_THAT(lint_steps(R"({"repeat": 3, "as": "n", "steps": [
{"when": "n == 3", "client": "a", "publish": {"topic_name": "${ns}/${m}"}}]},
{"client": "a", "publish": {"topic_name": "${ns}/${n}"}})"),
              ElementsAre("8: steps[1].steps[0].publish: there is no variable \"m\"",
                          "9: steps[2].publish: there is no variable \"n\""));
}

TEST(LintWalk, RefusesClientsThatVariablesBreak) {
  LintFile file;
  file.more = R"("vars": {"way": "tpc"},)";
  file.clients = R"({"a": {"transport": "${way}", "connect": {"user_name": "${nobody}"}}})";
  EXPECT_THAT(lint_of(file), ElementsAre("5: clients.a.connect: there is no variable \"nobody\""));
  file.clients = R"({"a": {"transport": "${way}"}})";
  EXPECT_THAT(lint_of(file),
              ElementsAre("5: clients.a.transport: \"tpc\" is no transport; did you mean tcp?"));
}

TEST(LintWalk, BuildsAConnectFromWhatItsClientStartsFrom) {
  LintFile file;
  file.clients = R"({"a": {"connect": {"will": {"will_topic": "${ns}/w", "will_qos": 3}}}})";
  EXPECT_THAT(lint_of(file),
              ElementsAre(::testing::StartsWith("6: steps[0].connect: this is against the rules")));
  file.steps = R"({"client": "a", "connect": {"will": null}, "check": "c"})";
  EXPECT_THAT(lint_of(file), IsEmpty());
}

TEST(LintWalk, RefusesARepeatThatRepeatsNothing) {
  LintFile file;
  file.more = R"("vars": {"none": []},)";
  EXPECT_THAT(lint_steps(R"({"repeat": "${none}", "steps": [{"client": "a", "ping": {}}]})", file),
              ElementsAre("7: steps[1].repeat: this is neither a number from 1 up nor a list of "
                          "values"));
}

TEST(LintWalk, RefusesSettingsThatNoBrokerCanHave) {
  LintFile file;
  file.more = R"("matrix": {"n": [1, 3]}, "config": {"maximum_qos": "${n}", "queue": "${m}"},)";
  EXPECT_THAT(lint_of(file), ElementsAre("3: config: there is no variable \"m\" (in x@5.0[n=1])"));
  file.more = R"("matrix": {"n": [1, 3]}, "config": {"maximum_qos": "${n}"},)";
  EXPECT_THAT(lint_of(file),
              ElementsAre("3: config.maximum_qos: expected a number from 0 to 2, not "
                          "3 (in x@5.0[n=3])"));
}

TEST(LintWalk, RefusesPacketsThatCannotBeBuilt) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "publish": {"topic_name": "${ns}/t", "qos": 4}},
{"client": "a", "send": {"bytes": "ZZ"}},
{"client": "a", "send": {"PINGREQ": {}, "edits": [{"remove": "topic_name"}]}, "illegal": "x"})"),
              ElementsAre(::testing::StartsWith("7: steps[1].publish: "),
                          ::testing::StartsWith("8: steps[2].send: "),
                          ::testing::StartsWith("9: steps[3].send: ")));
}

TEST(LintWalk, RefusesWhatIsOutsideItsNamespace) {
  LintFile file;
  file.clients = R"({"a": {}, "b": {"connect": {"client_identifier": "b"}}})";
  const std::string steps = R"({"client": "b", "connect": {"will": {"will_topic": "w"}}},
{"client": "a", "publish": {"topic_name": "t"}},
{"client": "a", "subscribe": ["${ns}/a", "#", {"topic_filter": "$share/g/${ns}/a"}]},
{"client": "a", "subscribe": ["$share/${ns}g/${ns}/a"]},
{"client": "a", "unsubscribe": [{"bytes": "'u'"}]},
{"client": "a", "send": {"SUBSCRIBE": {"topic_filters": ["s"]}}},
{"client": "a", "subscribe": ["$share/${ns}g/a"]},
{"client": "a", "publish": {"topic_name": 7}})";
  const std::string why =
      " does not begin with ${ns}, so that it could meet other scenarios; if it has to, say why in "
      "\"exclusive\"";
  EXPECT_THAT(lint_steps(steps, file),
              ElementsAre("5: clients.b.connect.client_identifier: \"b\"" + why,
                          "7: steps[1].connect.will.will_topic: \"w\"" + why,
                          "8: steps[2].publish.topic_name: \"t\"" + why,
                          "9: steps[3].subscribe[1]: \"#\"" + why,
                          "9: steps[3].subscribe[2]: \"$share/g/nsnsnsnsnsns/a\"" + why,
                          "11: steps[5].unsubscribe[0]: \"u\"" + why,
                          "12: steps[6].send.SUBSCRIBE.topic_filters[0]: \"s\"" + why,
                          "13: steps[7].subscribe[0]: \"$share/nsnsnsnsnsnsg/a\"" + why,
                          "14: steps[8].publish.topic_name: \"7\"" + why));
  file.more = R"("exclusive": "it needs all topics",)";
  EXPECT_THAT(lint_steps(steps, file), IsEmpty());
  file.more = R"("config": {"queue": 1},)";
  EXPECT_THAT(lint_steps(steps, file), IsEmpty());
  file.more = "";
  EXPECT_THAT(lint_steps(steps + R"(, {"broker": "restart"})", file), IsEmpty());
}

TEST(LintWalk, LooksIntoBytesAndEditsAsIntoFields) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"bytes": "30 v[ s['other'] v[ ] 'x' ]"}},
{"client": "a", "send": {"bytes": "30 v[ s['${ns}/t'] v[ ] 'x' ]"}},
{"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t", "payload": "x"},
 "edits": [{"set": "topic_name.content", "to": "'other'"}]}})"),
              ElementsAre(HasSubstr("7: steps[1].send: \"other\" does not begin with ${ns}"),
                          HasSubstr("9: steps[3].send: \"other\" does not begin with ${ns}")));
}

TEST(LintWalk, RefusesBytesThatAreAWholePacketAndBreakARule) {
  EXPECT_THAT(lint_steps(R"({"client": "a", "send": {"bytes": "C0 01 00"}},
{"client": "a", "send": {"bytes": "C0 01 00"}, "illegal": "PINGREQ has no content"},
{"client": "a", "send": {"bytes": "C0 01"}},
{"client": "a", "send": {"bytes": "C0 00"}})"),
              ElementsAre(HasSubstr("7: steps[1].send: this is against the rules")));
}

TEST(LintWalk, RefusesIdentifiersThatTheClientMayChooseItself) {
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "publish": {"topic_name": "${ns}/t", "qos": 1,
"packet_identifier": 10001}},
{"client": "a", "send": {"PUBREL": {"packet_identifier": "0x2710"}}},
{"client": "a", "send": {"PUBREL": {"packet_identifier": "0xFFFF"}}})"),
      ElementsAre("8: steps[1].publish.packet_identifier: identifiers from 10001 up are the "
                  "client's own choice; take a smaller one",
                  "10: steps[3].send.PUBREL.packet_identifier: identifiers from 10001 up "
                  "are the client's own choice; take a smaller one"));
}

TEST(LintWalk, RefusesFaultsThatAreNotCalledIllegal) {
  EXPECT_THAT(
      lint_steps(R"({"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t", "qos": 3,
"packet_identifier": 1}}},
{"client": "a", "send": {"PINGREQ": {}, "edits": [{"insert": "00", "after": "remaining_length"}]}},
{"client": "a", "send": {"PUBLISH": {"topic_name": "${ns}/t", "topic_alias": 0}},
 "illegal": "Topic Alias 0"})"),
      ElementsAre(
          "7: steps[1].send: this is against the rules (QoS is 3); if that is meant, say so "
          "in \"illegal\"",
          ::testing::StartsWith("9: steps[2].send: this is against the rules (")));
}

}  // namespace
}  // namespace mqttspec::scenario
