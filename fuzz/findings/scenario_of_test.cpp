// Programs as scenarios.
#include "fuzz/findings/scenario_of.hpp"

#include <gtest/gtest.h>

namespace mqttspec::fuzz {
namespace {

Program program_of(std::uint64_t seed) {
  codec::SeededChoices choices(seed);
  return make_program(choices);
}

TEST(ScenarioOf, EveryProgramIsOneThatTheReferencePasses) {
  std::size_t left_out = 0;
  std::size_t checks = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const Program program = program_of(seed);
    if (program.empty()) continue;
    const auto scripted =
        scenario_of(program, {"found-x", "The broker stays faithful to everyone", "seed"});
    EXPECT_EQ(scripted.trouble, "") << seed << '\n' << print(program) << scripted.text;
    left_out += scripted.left_out.size();
    for (const auto& check : play(scripted.file).checks) {
      checks += check.evidence.size();
    }
  }
  EXPECT_LT(left_out, 3U) << "of what the reference did";
  EXPECT_GT(checks, 150U);
}

TEST(ScenarioOf, WhatBreaksARuleSaysSoAndWhatNeedsItsBytesHasThem) {
  Operation connect;
  connect.kind = Operation::Kind::connect;
  Operation publish;
  publish.kind = Operation::Kind::send;
  publish.packet = codec::Publish{.topic_name = "a/#", .payload = "x"};
  const auto scripted =
      scenario_of({connect, publish}, {"found-x", "A wildcard ends the connection", "by hand"});
  EXPECT_EQ(scripted.trouble, "");
  const auto& step = scripted.file.scenarios.front().steps.at(1);
  EXPECT_NE(step.illegal, "") << scripted.text;
  EXPECT_EQ(step.pattern, scenario::Value("CLOSED"));
  publish.kind = Operation::Kind::raw;
  publish.bytes = "\x30";  // half a packet: nothing comes of it
  const auto half = scenario_of({connect, publish}, {"found-y", "Half a packet waits", "by hand"});
  EXPECT_EQ(half.trouble, "");
  EXPECT_NE(half.text.find("\"bytes\""), std::string::npos) << half.text;
}

TEST(ScenarioOf, ARestartIsOneOfTheBroker) {
  Operation connect;
  connect.kind = Operation::Kind::connect;
  Operation restart;
  restart.kind = Operation::Kind::restart;
  const auto scripted =
      scenario_of({connect, restart, connect}, {"found-x", "The broker comes back", "by hand"});
  EXPECT_EQ(scripted.trouble, "") << scripted.text;
  EXPECT_TRUE(scripted.left_out.empty());
  EXPECT_NE(scripted.text.find("{ \"broker\": \"kill\" }"), std::string::npos) << scripted.text;
}

TEST(ScenarioOf, WithoutAnyClientThereIsNothingToPlay) {
  EXPECT_NE(scenario_of({}, {"found-x", "Nobody is there", ""}).trouble, "");
}

}  // namespace
}  // namespace mqttspec::fuzz
