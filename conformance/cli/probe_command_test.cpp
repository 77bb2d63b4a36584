// mqttspec probe, against the reference broker as a process of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/profile/broker_process.hpp"

namespace mqttspec::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A broker with these further words on its command line.
std::unique_ptr<profile::BrokerProcess> start(const std::string& config) {
  const std::string text = R"({ "name": "broker", "start": {
    "command": [")" MQTTSPEC_BINARY_DIR
                           R"(/reference/server/mqttspec-broker",
      "--config", "${dir}/broker.json", "--listen", "mqtt://127.0.0.1:${port}"],
    "files": { "broker.json": [")" +
                           config + R"("] }, "ready_within": "60s" } })";
  std::vector<scenario::Problem> problems;
  const auto profile = profile::parse_profile(text, "p.json", problems);
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  if (!profile) return nullptr;
  auto started = profile::BrokerProcess::start(*profile, {});
  if (!started) {
    ADD_FAILURE() << started.error();
    return nullptr;
  }
  EXPECT_EQ((*started)->wait_until_ready({}).value_or(""), "");
  return std::move(*started);
}

struct Probed {
  int code = -1;
  std::string said;
};
Probed probe(const ProbeArguments& arguments) {
  std::ostringstream out;
  const int code = probe_command(arguments, out);
  return {code, out.str()};
}

TEST(ProbeCommand, TellsOfALiveBrokerAndWritesItsProfile) {
  const auto broker = start(R"({ \"maximum_qos\": 1, \"receive_maximum\": 9 })");
  ASSERT_TRUE(broker);
  ProbeArguments arguments;
  arguments.broker.target = "mqtt://127.0.0.1:" + std::to_string(broker->port());
  arguments.out = ::testing::TempDir() + "mqttspec_probed.json";
  const Probed probed = probe(arguments);
  EXPECT_EQ(probed.code, exit_ok) << probed.said;
  EXPECT_THAT(
      probed.said,
      AllOf(HasSubstr("speaks MQTT 3.1, 3.1.1, 5.0"), HasSubstr("not announced; does not work"),
            HasSubstr("9 (announced)"), HasSubstr("are published"),
            HasSubstr("mqttspec run --profile"), Not(HasSubstr("against the standard"))));
  std::vector<scenario::Problem> problems;
  const auto profile = profile::load_profile(arguments.out, problems);
  std::filesystem::remove(arguments.out);
  ASSERT_TRUE(profile) << to_string(problems.at(0));
  EXPECT_EQ(profile->address->port, broker->port());
  EXPECT_THAT(profile->capabilities,
              ::testing::Contains(scenario::Member{"maximum_qos", scenario::Value(1)}));
}

TEST(ProbeCommand, RestartsABrokerThatItsProfileStartsToSeeWhatItKeeps) {
  const auto persistence_with = [](const std::string& more) {
    ProbeArguments arguments;
    arguments.broker.profile = ::testing::TempDir() + "mqttspec_started.json";
    arguments.out = "-";
    write_file(arguments.broker.profile, [&](std::ostream& out) {
      out << R"({ "name": "broker", "start": { "command": [")" MQTTSPEC_BINARY_DIR
             R"(/reference/server/mqttspec-broker", "--listen", "mqtt://127.0.0.1:${port}")"
          << more << R"(], "ready_within": "60s", "stop_within": "30s" } })";
    });
    const Probed probed = probe(arguments);
    std::filesystem::remove(arguments.broker.profile);
    EXPECT_EQ(probed.code, exit_ok) << probed.said;
    return probed.said;
  };
  EXPECT_THAT(persistence_with(R"(, "--store", "${dir}/sessions.db")"),
              HasSubstr("\"persistence\": true"));
  EXPECT_THAT(persistence_with(""), HasSubstr("\"persistence\": false"));
}

TEST(ProbeCommand, AsksNothingThatOthersCouldNoticeIfItShallNot) {
  const auto broker = start("{}");
  ASSERT_TRUE(broker);
  ProbeArguments arguments;
  arguments.broker.target = "mqtt://127.0.0.1:" + std::to_string(broker->port());
  arguments.broker.safe = true;
  const Probed probed = probe(arguments);
  EXPECT_EQ(probed.code, exit_ok) << probed.said;
  EXPECT_THAT(probed.said, HasSubstr("not asked; --unsafe asks"));
}

TEST(ProbeCommand, NeedsTheRightCredentials) {
  const auto broker = start(R"({ \"users\": { \"anna\": \"secret\" } })");
  ASSERT_TRUE(broker);
  const std::string address = "127.0.0.1:" + std::to_string(broker->port());
  ProbeArguments arguments;
  arguments.broker.target = "mqtt://" + address;
  EXPECT_THROW((void)probe(arguments), std::runtime_error);
  arguments.broker.target = "mqtt://anna:secret@" + address;
  arguments.out = "-";
  const Probed probed = probe(arguments);
  EXPECT_EQ(probed.code, exit_ok);
  EXPECT_THAT(probed.said, AllOf(HasSubstr("\"user_name\": \"anna\""), Not(HasSubstr("secret")),
                                 HasSubstr("clients without credentials: are refused")));
}

}  // namespace
}  // namespace mqttspec::cli
