#include "conformance/executor/live/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/live_suite.hpp"
#include "conformance/executor/live/test_scenario.hpp"

namespace mqttspec::executor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

Duration wait_of(const std::string& steps) {
  const auto instances = instances_of(scenario_file(scenario_text("x", steps)), "x.json");
  return instances.empty() ? Duration{-1} : mandated_wait(instances.front());
}

TEST(MandatedWait, IsTheSumOfWaitsAndWithins) {
  EXPECT_EQ(wait_of(R"({ "client": "a", "connect": {} },
                       { "wait": "2s" },
                       { "client": "a", "silence": "CLOSED", "within": "500ms", "check": "c" })"),
            milliseconds(2500));
}

TEST(MandatedWait, CountsFromTheMarkThatAStepNames) {
  EXPECT_EQ(wait_of(R"({ "client": "a", "connect": {}, "mark": "m" },
                       { "wait": "2s" },
                       { "client": "a", "silence": "CLOSED", "within": "3s", "since": "m",
                         "check": "c" })"),
            seconds(3));
}

TEST(MandatedWait, ARepetitionCountsAsOftenAsItRunsAndLanesCountOnce) {
  EXPECT_EQ(wait_of(R"({ "client": "a", "connect": {} },
                       { "repeat": 3, "as": "n", "steps": [{ "wait": "1s" }] },
                       { "parallel": [[{ "client": "a", "ping": {} }, { "wait": "1s" }],
                                      [{ "client": "b", "connect": {} }, { "wait": "2s" }]] },
                       { "client": "a", "silence": "CLOSED", "check": "c" })"),
            seconds(5));
}

TEST(MandatedWait, WhatDependsOnAnAnswerCountsWithItsDefault) {
  EXPECT_EQ(wait_of(R"({ "client": "a", "connect": {}, "as": "connack" },
                       { "wait": "${1.5 * connack.server_keep_alive|2}s" },
                       { "client": "a", "silence": "CLOSED", "check": "c" })"),
            seconds(3));
}

TEST(Schedule, LongestWaitsComeFirst) {
  const auto instances = instances_of(
      scenario_file(scenario_text("short", ping_steps) + "," +
                    scenario_text("long", std::string(ping_steps) + R"(, { "wait": "9s" })")),
      "x.json");
  std::vector<Job> jobs;
  for (const auto& instance : instances) jobs.push_back(*make_job(instance, jobs.size(), "run"));
  sort_by_wait(jobs);
  std::vector<std::string> order;
  for (const Job& job : jobs) order.push_back(job.instance->scenario->id);
  EXPECT_THAT(order, ElementsAre("long", "short"));
}

TEST(Schedule, EveryInstanceHasANamespaceOfItsOwn) {
  const auto instances = instances_of(
      scenario_file(scenario_text("one", ping_steps) + "," + scenario_text("two", ping_steps)),
      "x.json");
  const auto one = make_job(instances.at(0), 0, "run");
  EXPECT_EQ(one->ns.size(), 12U);
  EXPECT_NE(one->ns, make_job(instances.at(1), 1, "run")->ns);
  EXPECT_NE(one->ns, make_job(instances.at(0), 0, "nur")->ns);
}

TEST(Schedule, ABrokerStepAConfigurationAndAWordOfTheAuthorNeedTheBrokerAlone) {
  const auto alone = [](const std::string& steps, const std::string& more) {
    const auto instances = instances_of(scenario_file(scenario_text("x", steps, more)), "x.json");
    return needs_broker_alone(*instances.at(0).scenario);
  };
  EXPECT_FALSE(alone(ping_steps, ""));
  EXPECT_TRUE(alone(ping_steps, R"("exclusive": "it reads all topics",)"));
  EXPECT_TRUE(alone(ping_steps, R"("config": { "maximum_qos": 1 },)"));
  EXPECT_TRUE(alone(std::string(ping_steps) + R"(, { "broker": "restart" })", ""));
}

TEST(Schedule, WhatWouldDisturbOthersIsUnsafe) {
  const auto danger = [](const std::string& steps, const std::string& more) {
    const auto instances = instances_of(scenario_file(scenario_text("x", steps, more)), "x.json");
    return unsafe(instances.at(0)).value_or("safe");
  };
  EXPECT_EQ(danger(ping_steps, ""), "safe");
  EXPECT_THAT(danger(ping_steps, R"("exclusive": "it reads all topics",)"),
              HasSubstr("it needs the broker to itself (it reads all topics)"));

  const std::string flood =
      R"(, { "repeat": 5000, "as": "n", "steps": [{ "client": "a", "ping": {} }] })";
  EXPECT_THAT(danger(ping_steps + flood, ""), HasSubstr("floods"));
  const std::string big =
      R"j(, { "client": "a", "publish": { "topic_name": "${ns}/t",
              "payload": { "bytes": "200000*('x')" } } })j";
  EXPECT_THAT(danger(ping_steps + big, ""), HasSubstr("very large"));
  EXPECT_EQ(danger(ping_steps, R"("config": { "maximum_qos": 1 },)"), "safe")
      << "it gets a broker of its own, or is not run";
}

TEST(Schedule, AConfigurationChangesWhatConditionsSee) {
  const Capabilities before = {{"maximum_qos", 2}, {"retain_available", true}};
  const Capabilities after = with_config(
      before, scenario::Object{{"maximum_qos", 1}, {"users", scenario::Object{{"a", "b"}}}});
  EXPECT_EQ(after.at("maximum_qos"), scenario::Value(1));
  EXPECT_EQ(after.at("retain_available"), scenario::Value(true));
  EXPECT_EQ(after.size(), 2U);
}

}  // namespace
}  // namespace mqttspec::executor
