#include "conformance/scenario/disturbance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Instance> instances_of(const std::string& text, const std::string& path) {
  std::vector<Problem> problems;
  auto file = parse_file(text, path, problems);
  std::vector<Instance> instances;
  if (file) instances = expand(std::make_shared<const File>(std::move(*file)), problems);
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  return instances;
}

// What is said about a scenario with these steps, of clients a and b.
std::vector<std::string> said(const std::string& steps, const std::string& more = "") {
  const auto instances = instances_of(
      R"({ "$schema": "x", "theme": "t", "scenarios": [ {
    "id": "x", "title": "A good broker answers", "versions": ["5.0"], )" +
          more + R"( "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.12.4-1"] } },
    "clients": { "a": {}, "b": {} }, "steps": [ { "client": "a", "connect": {} }, )" +
          steps + R"(, { "client": "a", "ping": {}, "check": "c" } ] } ] })",
      "x.json");
  std::vector<std::string> out;
  if (instances.empty()) return out;
  for (const Disturbance& each : disturbances(instances.front())) out.push_back(each.what);
  return out;
}

TEST(Disturbance, IsNothingThatStaysWithinTheNamespace) {
  EXPECT_THAT(said(R"({ "client": "a", "subscribe": ["${ns}/#", "$share/${ns}/${ns}/t"] },
              { "client": "b", "connect": { "will": { "will_topic": "${ns}/will" } } },
              { "client": "b", "publish": { "topic_name": "${ns}/t", "qos": 1 } },
              { "client": "b", "publish": { "topic_name": "", "topic_alias": 1 }, "illegal": "x" },
              { "client": "a", "send": { "bytes": "82 v[ u16:7 00 s['${ns}/t'] 01 ]" } })"),
              IsEmpty());
}

TEST(Disturbance, IsASubscriptionThatMatchesWhatOthersPublish) {
  EXPECT_THAT(said(R"({ "client": "a", "subscribe": ["#"] })"),
              ElementsAre(R"(it subscribes to "#", which is not its own)"));
  EXPECT_THAT(said(R"({ "client": "a", "subscribe": ["+/#"] })"), ::testing::SizeIs(1));
  EXPECT_THAT(said(R"({ "client": "a", "subscribe": ["$SYS/#"] })"), ::testing::SizeIs(1));
  EXPECT_THAT(said(R"({ "client": "a", "subscribe": ["$share/${ns}/t"] })"), ::testing::SizeIs(1));
}

TEST(Disturbance, IsFoundInRawBytesToo) {
  EXPECT_THAT(said(R"({ "client": "a", "send": { "bytes": "82 v[ u16:7 00 s['#'] 01 ]" } })"),
              ElementsAre(R"(it subscribes to "#", which is not its own)"));
}

TEST(Disturbance, IsAPublicationOrAWillOnSomebodysTopic) {
  EXPECT_THAT(said(R"({ "client": "a", "publish": { "topic_name": "t" } })"),
              ElementsAre(R"(it publishes to "t", which is not its own)"));
  EXPECT_THAT(said(R"({ "client": "b", "connect": { "will": { "will_topic": "t" } } })"),
              ElementsAre(R"(its Will goes to "t", which is not its own)"));
}

TEST(Disturbance, IsAClientIdentifierThatSomebodyMayHave) {
  EXPECT_THAT(said(R"({ "client": "b", "connect": { "client_identifier": "q" } })"),
              ElementsAre(R"(it connects as "q", who may be somebody else)"));
  EXPECT_THAT(said(R"({ "client": "b", "connect": { "client_identifier": "" } })"), IsEmpty());
}

TEST(Disturbance, IsAPacketOfMoreThanAHundredThousandBytes) {
  EXPECT_THAT(said(R"j({ "client": "a", "publish": { "topic_name": "${ns}/t",
                        "payload": { "bytes": "10*( 11000*('x') )" } } })j"),
              ElementsAre(HasSubstr("very large packet, 1100")));
  EXPECT_THAT(said(R"j({ "client": "a", "publish": { "topic_name": "${ns}/t",
                        "payload": { "bytes": "${big}" } } })j",
                   R"j("vars": { "big": "99000*('x')" },)j"),
              IsEmpty());
}

TEST(Disturbance, IsAFloodCountedOverNestedRepeats) {
  const auto flood = [](int outer, int inner) {
    return said(R"({ "repeat": )" + std::to_string(outer) + R"(, "as": "n", "steps": [
      { "repeat": )" +
                std::to_string(inner) + R"(, "as": "m", "steps": [
        { "client": "a", "publish": { "topic_name": "${ns}/t" } } ] } ] })");
  };
  EXPECT_THAT(flood(10, 90), IsEmpty());
  EXPECT_THAT(flood(50, 50), ElementsAre(HasSubstr("floods the broker with 2502 packets")));
}

TEST(Disturbance, IsARestartOfTheBroker) {
  EXPECT_THAT(said(R"({ "broker": "restart" }, { "client": "a", "connect": {} })"),
              ElementsAre("it restarts the broker"));
}

TEST(Disturbance, IsToldWithItsPlace) {
  const auto instances = instances_of(R"({ "$schema": "x", "theme": "t", "scenarios": [ {
    "id": "x", "title": "A good broker answers", "versions": ["5.0"],
    "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.12.4-1"] } }, "clients": { "a": {} },
    "steps": [ { "client": "a", "connect": {} },
      { "client": "a", "subscribe": ["#"], "check": "c" } ] } ] })",
                                      "x.json");
  const auto found = disturbances(instances.at(0));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].json_path, "steps[1]");
  EXPECT_EQ(found[0].line, 5u);
}

TEST(Disturbance, OfTheProjectsScenariosIsKnownToTheirFiles) {
  // What leaves its namespace has to say so; floods and large packets are found by rule alone.
  std::size_t disturbing = 0;
  for (const auto& [path, text] : test::scenario_files()) {
    for (const Instance& instance : instances_of(text, path)) {
      const Scenario& scenario = *instance.scenario;
      for (const Disturbance& each : disturbances(instance)) {
        ++disturbing;
        const bool reaches = each.what.find("not its own") != std::string::npos ||
                             each.what.find("somebody else") != std::string::npos;
        EXPECT_TRUE(!reaches || !scenario.exclusive.empty() || !scenario.config.is_null())
            << instance.id << ": " << each.what;
      }
    }
  }
  EXPECT_GT(disturbing, 0u);
}

}  // namespace
}  // namespace mqttspec::scenario
