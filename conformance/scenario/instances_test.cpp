// expand(): versions, axes, levels and statements.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/scenario/model.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Expansion {
  std::vector<Instance> instances;
  std::vector<std::string> ids;
  std::vector<std::string> problems;
};

Expansion expanded(const std::string& text, const std::string& path = "x.json") {
  Expansion out;
  std::vector<Problem> problems;
  std::optional<File> file = parse_file(text, path, problems);
  if (file) out.instances = expand(std::make_shared<File>(std::move(*file)), problems);
  for (const Instance& instance : out.instances) out.ids.push_back(instance.id);
  for (const Problem& problem : problems) out.problems.push_back(to_string(problem));
  return out;
}

std::string scenario(const std::string& header, const std::string& file_vars = "{}") {
  return R"({"$schema": "s", "theme": "t", "vars": )" + file_vars +
         R"(, "scenarios": [{"id": "a", "title": "a good broker does so",
"steps": [{"client": "a", "connect": {}}],)" +
         header + "}]}";
}

const char* const plain =
    R"("versions": ["3.1.1", "5.0"], "clients": {"a": {}},
"checks": {"c": {"level": "MUST", "statements": ["3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-1"]}})";

TEST(Instances, AreOneForEachVersionWithoutAMatrix) {
  const Expansion all = expanded(scenario(plain));
  EXPECT_THAT(all.ids, ElementsAre("a@3.1.1", "a@5.0"));
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_EQ(all.instances.at(1).version, Version::v5_0);
  EXPECT_EQ(all.instances.at(1).variables.at(0), (Member{"version", Value("5.0")}));
}

TEST(Instances, AreAllCombinationsThatTheirConditionsAllow) {
  const Expansion all = expanded(scenario(std::string(plain) + R"(, "matrix": {"qos": [0, 1],
"case": [{"name": "both"}, {"name": "new", "when": "version == 5.0"}]})"));
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_THAT(all.ids, ElementsAre("a@3.1.1[qos=0,case=both]", "a@3.1.1[qos=1,case=both]",
                                   "a@5.0[qos=0,case=both]", "a@5.0[qos=0,case=new]",
                                   "a@5.0[qos=1,case=both]", "a@5.0[qos=1,case=new]"));
  EXPECT_EQ(all.instances.at(4).variables.at(1), (Member{"qos", Value(1)}));
}

TEST(Instances, TakeAnAxisFromAVariableOfTheFileOrTheScenario) {
  const Expansion all = expanded(
      scenario(std::string(plain) + R"(, "matrix": {"x": "${of-file}", "y": "${of-scenario}"},
"vars": {"of-scenario": [true, "w"]})",
               R"({"of-file": [{"name": "n", "bytes": "00"}]})"));
  EXPECT_THAT(all.ids, ElementsAre("a@3.1.1[x=n,y=true]", "a@3.1.1[x=n,y=w]", "a@5.0[x=n,y=true]",
                                   "a@5.0[x=n,y=w]"));
}

TEST(Instances, RefuseAnAxisThatIsNoList) {
  EXPECT_THAT(expanded(scenario(std::string(plain) + R"(, "matrix": {"x": "${of-fil}"})",
                                R"({"of-file": [1]})"))
                  .problems,
              ElementsAre("x.json:3: scenarios[0].matrix.x: there is no variable "
                          "\"of-fil\"; did you mean of-file?"));
  EXPECT_THAT(
      expanded(scenario(std::string(plain) + R"(, "matrix": {"x": "${v}"}, "vars": {"v": 1})"))
          .problems,
      ElementsAre("x.json:3: scenarios[0].matrix.x: the variable \"v\" is no list of "
                  "values"));
}

TEST(Instances, RefuseTwoThatHaveOneId) {
  EXPECT_THAT(expanded(scenario(std::string(plain) + R"(, "matrix": {"x": ["1", 1]})")).problems,
              ElementsAre("x.json:1: scenarios[0].matrix: two combinations are both called "
                          "a@3.1.1[x=1]; give the values names",
                          "x.json:1: scenarios[0].matrix: two combinations are both called "
                          "a@5.0[x=1]; give the values names"));
}

TEST(Instances, RefuseAScenarioOfWhichNothingIsLeft) {
  EXPECT_THAT(expanded(scenario(std::string(plain) +
                                R"(, "matrix": {"x": [{"name": "n", "when": "version == 3.1"}]})"))
                  .problems,
              ElementsAre("x.json:1: scenarios[0].matrix: no combination of versions and values is "
                          "left"));
}

TEST(Instances, AreNotAsManyAsASlipInAMatrixMayAskFor) {
  std::string values = "0";
  for (int i = 1; i < 28; ++i) values += "," + std::to_string(i);
  const auto axis = [&](const char* name) {
    return "\"" + std::string(name) + "\": [" + values + "]";
  };
  const Expansion all = expanded(scenario(std::string(plain) + ", \"matrix\": {" + axis("x") + "," +
                                          axis("y") + "," + axis("z") + "}"));
  EXPECT_THAT(all.instances, IsEmpty());
  ASSERT_FALSE(all.problems.empty());
  EXPECT_EQ(all.problems[0],
            "x.json:3: scenarios[0].matrix: the matrix has more than 20000 combinations");
}

TEST(Instances, TakeAClientsVersionFromAVariable) {
  const std::string header = R"("versions": ["3.1.1"], "clients": {"a": {"version": "${v}"}},
"checks": {"c": {"level": "MUST", "statements": ["3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-1"]}})";
  const Expansion all = expanded(scenario(header, R"({"v": "5.0"})"));
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_THAT(all.instances.at(0).checks.at(0).statements, ElementsAre("5.0:MQTT-1.5.4-1"));
  EXPECT_THAT(expanded(scenario(header, R"({"v": "4.0"})")).problems,
              ElementsAre("x.json:2: scenarios[0].clients.a.version: \"4.0\" is no version"));
}

TEST(Instances, CountStatementsOfTheVersionsThatTheirClientsSpeak) {
  const Expansion all = expanded(scenario(R"("versions": ["3.1", "3.1.1"],
"clients": {"a": {}, "b": {"version": "5.0"}},
"checks": {"both": {"level": "MUST", "statements": ["3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-1"]},
"old": {"level": {"3.1.1": "SHOULD"}, "statements": ["3.1.1:MQTT-1.5.3-1"]}})"));
  EXPECT_THAT(all.problems, IsEmpty());
  EXPECT_THAT(all.instances.at(0).checks.at(0).statements, ElementsAre("5.0:MQTT-1.5.4-1"));
  EXPECT_FALSE(all.instances.at(0).checks.at(1).asked());
  EXPECT_THAT(all.instances.at(1).checks.at(0).statements,
              ElementsAre("3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-1"));
  EXPECT_EQ(all.instances.at(1).checks.at(1).level, Level::should);
}

TEST(Instances, TakeLevelsAndStatementsFromMatrixValues) {
  const Expansion all = expanded(scenario(R"("versions": ["3.1.1", "5.0"], "clients": {"a": {}},
"matrix": {"case": [
  {"name": "x", "level": {"3.1.1": "MUST", "5.0": "MAY"},
   "statements": ["3.1.1:MQTT-1.5.3-1", "5.0:MQTT-1.5.4-1"]},
  {"name": "y", "level": "SHOULD", "statements": []}]},
"checks": {"c": {"level": "${case.level}", "statements": [
"${case.statements}", "5.0:MQTT-1.5.4-1"]}})"));
  EXPECT_THAT(all.problems, IsEmpty());
  std::map<std::string, Check> checks;
  for (const Instance& instance : all.instances) checks[instance.id] = instance.checks.at(0);
  EXPECT_EQ(checks["a@3.1.1[case=x]"].level, Level::must);
  EXPECT_EQ(checks["a@5.0[case=x]"].level, Level::may);
  EXPECT_THAT(checks["a@5.0[case=x]"].statements, ElementsAre("5.0:MQTT-1.5.4-1"));
  EXPECT_FALSE(checks["a@3.1.1[case=y]"].asked());
  EXPECT_EQ(checks["a@5.0[case=y]"].level, Level::should);
}

TEST(Instances, TellWhatIsNoLevelAndNoStatement) {
  EXPECT_THAT(expanded(scenario(R"("versions": ["3.1.1", "5.0"], "clients": {"a": {}},
"vars": {"word": "must", "text": "MQTT-1", "old": "4"},
"checks": {
"a": {"level": "${word}", "statements": ["5.0:MQTT-1.5.4-1"]},
"b": {"level": {"3.1.1": "MAY"}, "statements": ["5.0:MQTT-1.5.4-1"]},
"c": {"level": "MUST", "statements": ["${text}"]}})"))
                  .problems,
              ElementsAre("x.json:3: scenarios[0].checks.c.statements: \"MQTT-1\" is no statement",
                          "x.json:5: scenarios[0].checks.a.level: \"must\" is no level; levels are "
                          "MUST, SHOULD and MAY",
                          "x.json:6: scenarios[0].checks.b.level: no level is given for 5.0"));
}

TEST(Instances, OfTheScenarioFilesExpandWithoutAProblem) {
  std::size_t count = 0;
  for (const auto& [path, text] : test::scenario_files()) {
    const Expansion all = expanded(text, path);
    EXPECT_THAT(all.problems, IsEmpty()) << path;
    count += all.instances.size();
  }
  EXPECT_GT(count, 250U);
}

}  // namespace
}  // namespace mqttspec::scenario
