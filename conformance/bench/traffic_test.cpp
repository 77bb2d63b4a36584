// The generator against the reference broker, right and wrong, each as a process of its own.
#include "conformance/bench/traffic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "conformance/bench/idle.hpp"
#include "conformance/bench/subject.hpp"

namespace mqttspec::bench {
namespace {

using ::testing::HasSubstr;

Station reference(const std::string& options = "") {
  const auto subject = started_subject(
      MQTTSPEC_BINARY_DIR "/reference/server/mqttspec-broker --listen mqtt://127.0.0.1:${port}" +
      options);
  EXPECT_TRUE(subject) << subject.error();
  auto station = occupy(*subject);
  EXPECT_TRUE(station) << station.error();
  return std::move(*station);
}

Load counted(std::uint64_t messages) {
  Load load;
  load.messages = messages;
  return load;
}

Measurement run(const Load& load, const std::string& options = "") {
  const auto station = reference(options);
  TrafficOptions traffic;
  traffic.broker_pid = station.pid();
  const auto result = run_load(station.broker, load, traffic);
  EXPECT_TRUE(result) << result.error();
  return result ? *result : Measurement{};
}

TEST(Traffic, DeliversEverythingAtEachQosAndVersion) {
  const auto station = reference();
  for (const auto version : {codec::Version::v3_1, codec::Version::v3_1_1, codec::Version::v5_0}) {
    for (const auto qos : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
      Load load = counted(300);
      load.publishers = load.subscribers = load.topics = 3;
      load.qos = qos;
      load.version = version;
      const auto result = run_load(station.broker, load, {});
      ASSERT_TRUE(result) << result.error();
      EXPECT_EQ(result->delivered, 300U);
      EXPECT_EQ(result->lost + result->repeated, 0U);
      EXPECT_GT(result->latency_p50, Duration::zero());
      EXPECT_GE(result->latency_max, result->latency_p99);
    }
  }
}

TEST(Traffic, AFanOutReachesEverySubscriber) {
  Load load = counted(20);
  load.subscribers = 15;
  load.window = 3;
  EXPECT_EQ(run(load).delivered, 300U);
}

TEST(Traffic, APublisherKeepsToTheReceiveMaximumOfTheBroker) {
  Load load = counted(50);
  load.qos = 2;
  load.version = codec::Version::v5_0;
  const std::string file = ::testing::TempDir() + "mqttspec_bench_receive_maximum.json";
  std::ofstream(file) << R"({ "receive_maximum": 2 })";
  // It ends the connection of one who has more than that under way.
  EXPECT_EQ(run(load, " --config " + file).delivered, 50U);
  std::filesystem::remove(file);
}

TEST(Traffic, ALastingLoadIsMeasuredForAsLongAsItWasAskedTo) {
  Load load;
  load.publishers = load.topics = 5;
  load.subscribers = 0;
  load.everyone_subscribes = true;
  load.qos = 1;
  load.rate = 100;
  load.duration = std::chrono::milliseconds(300);
  const auto result = run(load);
  EXPECT_GE(result.seconds, 0.3);
  // No broker can deliver more than was due in that time and the warm-up before.
  EXPECT_GT(result.delivered, 0U);
  EXPECT_LE(static_cast<double>(result.delivered), 500 * (result.seconds + 0.5) + 5);
  EXPECT_EQ(result.lost, 0U);
  ASSERT_TRUE(result.broker_resident_bytes);
  EXPECT_GT(*result.broker_resident_bytes, 1'000'000U);
}

TEST(Traffic, ABrokerThatLosesMessagesIsFoundOut) {
  const auto station = reference(" --mutant qos0-is-lost");
  TrafficOptions options;
  options.patience = std::chrono::milliseconds(100);
  const auto result = run_load(station.broker, counted(10), options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), HasSubstr("nothing has come from the broker"));
}

TEST(Traffic, MessagesThatComeTwiceAreCounted) {
  const auto result = run(counted(50), " --mutant qos0-comes-twice");
  EXPECT_EQ(result.delivered, 50U);
  EXPECT_GT(result.repeated, 0U);
}

TEST(Traffic, ABrokerThatGoesAwayIsAnError) {
  auto station = reference();
  station.process->kill();
  const auto result = run_load(station.broker, counted(1), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), HasSubstr("cannot connect: Connection refused"));
}

TEST(Idle, TellsTheMemoryOfTheConnections) {
  const auto station = reference();
  const auto result = run_idle(station.broker, *station.pid(), 150, codec::Version::v5_0);
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->connections, 150U);
  EXPECT_GT(result->resident_before, 0U);
  EXPECT_GE(result->resident_after, result->resident_before);
}

TEST(Subject, WhatCannotBeStartedIsExplained) {
  const auto wrong = started_subject("no-port-here");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error(), HasSubstr("${port}"));
  const auto missing = started_subject("no-such-profile.json");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("no-such-profile.json"));
}

}  // namespace
}  // namespace mqttspec::bench
