// mqttspec bench, from its options to its table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"

namespace mqttspec::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string reference =
    MQTTSPEC_BINARY_DIR "/reference/server/mqttspec-broker --listen mqtt://127.0.0.1:${port}";

std::string complaint_of(const BenchArguments& arguments) {
  std::ostringstream out;
  try {
    static_cast<void>(bench_command(arguments, out));
    return "none";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Bench, ComparesBrokersInTurnAndWritesEveryRound) {
  BenchArguments arguments;
  arguments.start = {reference, reference};
  arguments.publishers = arguments.subscribers = 2;
  arguments.qos = 1;
  arguments.messages = 40;
  arguments.rounds = 2;
  arguments.json = ::testing::TempDir() + "mqttspec_bench.json";
  std::ostringstream out;
  EXPECT_EQ(bench_command(arguments, out), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("2 publishers, 2 subscribers on 2 topics, QoS 1"));
  const auto json = nlohmann::json::parse(read_file(arguments.json));
  std::filesystem::remove(arguments.json);
  ASSERT_EQ(json.at(0).at("brokers").size(), 2U);
  for (const auto& broker : json.at(0).at("brokers")) {
    ASSERT_EQ(broker.at("rounds").size(), 2U);
    for (const auto& round : broker.at("rounds")) EXPECT_EQ(round.at("delivered"), 40);
  }
}

TEST(Bench, ANamedLoadKeepsItsNameUnlessItIsChanged) {
  BenchArguments arguments;
  arguments.start = {reference};
  arguments.loads = {"one-pair-qos0"};
  arguments.seconds = 0.01;
  std::ostringstream out;
  EXPECT_EQ(bench_command(arguments, out), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("one-pair-qos0: 1 publisher, 1 subscriber"));
  arguments.payload = 100;
  out.str("");
  EXPECT_EQ(bench_command(arguments, out), exit_ok);
  EXPECT_THAT(out.str(), Not(HasSubstr("one-pair-qos0")));
  EXPECT_THAT(out.str(), HasSubstr("100 bytes"));
}

TEST(Bench, MessagesThatAreLostShowInTheExitCode) {
  BenchArguments arguments;
  arguments.start = {reference + " --mutant order-is-lost"};
  arguments.messages = 40;
  std::ostringstream out;
  EXPECT_EQ(bench_command(arguments, out), exit_findings);
}

TEST(Bench, IdleConnectionsAreCountedAndWeighed) {
  BenchArguments arguments;
  arguments.start = {reference};
  arguments.idle = 50;
  std::ostringstream out;
  EXPECT_EQ(bench_command(arguments, out), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("50 idle connections"));
  EXPECT_THAT(out.str(), HasSubstr("bytes per connection"));
}

TEST(Bench, WhatCannotBeRunIsExplained) {
  BenchArguments arguments;
  EXPECT_THAT(complaint_of(arguments), HasSubstr("say which broker"));
  arguments.target = "builtin:";
  EXPECT_THAT(complaint_of(arguments), HasSubstr("a broker with an address"));
  for (const char* other : {"mqtts://127.0.0.1", "ws://127.0.0.1:1", "wss://u:p@127.0.0.1/mqtt"}) {
    arguments.target = other;
    EXPECT_THAT(complaint_of(arguments), HasSubstr("plain MQTT over TCP only")) << other;
  }
  arguments.target = "mqtt://127.0.0.1:1";
  EXPECT_THAT(complaint_of(arguments), HasSubstr("Connection refused"));
  arguments.qos = 259;
  EXPECT_THAT(complaint_of(arguments), HasSubstr("QoS is 0, 1 or 2"));
}

}  // namespace
}  // namespace mqttspec::cli
