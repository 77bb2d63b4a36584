#include "conformance/cli/suite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace mqttspec::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string file_of(const std::string& id) {
  return R"({"$schema": "scenario.schema.json", "theme": "t", "scenarios": [{"id": ")" + id +
         R"(", "title": "A good broker accepts", "versions": ["3.1.1", "5.0"],
  "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.1.0-1"] } },
  "clients": { "x": {} }, "steps": [{ "client": "x", "connect": {}, "check": "c" }]}]})";
}

TEST(Suite, TheEmbeddedOneIsTheDirectoryOfTheProject) {
  std::set<std::string> embedded, on_disk;
  for (const auto& [path, text] : scenario_texts("")) embedded.insert(text);
  for (const auto& [path, text] : scenario_texts(MQTTSPEC_SOURCE_DIR "/scenarios")) {
    on_disk.insert(text);
  }
  EXPECT_EQ(embedded, on_disk);
}

TEST(Suite, EveryEmbeddedScenarioParses) {
  EXPECT_FALSE(load_suite("").instances.empty());
}

TEST(Suite, AnIdInTwoFilesIsAProblem) {
  std::vector<scenario::Problem> problems;
  (void)parse_suite({{"a.json", file_of("same")}, {"b.json", file_of("same")}}, problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(
      to_string(problems[0]),
      HasSubstr("b.json:1: scenarios[0].id: \"same\" is the id of the scenario at a.json:1"));
}

TEST(Suite, CitationsCountOncePerCheckHoweverManyInstances) {
  std::vector<scenario::Problem> problems;
  const Suite suite = parse_suite({{"a.json", file_of("one")}}, problems);
  EXPECT_EQ(suite.instances.size(), 2U);
  EXPECT_THAT(citations_of(suite),
              ElementsAre(catalogue::Citation{"one", "c", "5.0:MQTT-3.1.0-1"}));
}

TEST(Suite, MayBeOneFile) {
  const auto texts = scenario_texts(MQTTSPEC_SOURCE_DIR "/scenarios/ping/ping.json");
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_THAT(texts[0].second, HasSubstr("ping-is-answered"));
}

TEST(Suite, ADirectoryThatIsNotThereIsAnError) {
  EXPECT_THROW((void)load_suite("/no/such/directory"), std::runtime_error);
}

}  // namespace
}  // namespace mqttspec::cli
