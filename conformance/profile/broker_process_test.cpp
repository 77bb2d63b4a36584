#include "conformance/profile/broker_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace mqttspec::profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// A "broker" that is a shell script; it never opens its port unless the script does.
Profile scripted(const std::string& script) {
  Profile profile;
  profile.name = "scripted";
  profile.start.emplace();
  profile.start->command = {"/bin/sh", "${dir}/run.sh"};
  profile.start->files = {{"run.sh", {{Line::Kind::plain, script, {}}}}};
  profile.start->ready_within = milliseconds(100);
  profile.start->stop_within = milliseconds(100);
  return profile;
}

std::unique_ptr<BrokerProcess> started(const Profile& profile, const scenario::Value& config = {}) {
  auto broker = BrokerProcess::start(profile, config);
  EXPECT_TRUE(broker.ok()) << (broker ? "" : broker.error());
  return broker ? std::move(*broker) : nullptr;
}

bool exists(int pid) {
  return kill(pid, 0) == 0;
}

TEST(BrokerProcess, OneThatDiesAtOnceIsToldWithItsLastWords) {
  const auto broker = started(scripted("echo cannot bind; exit 7"));
  EXPECT_EQ(broker->wait_until_ready(),
            "scripted exited with status 7 instead of accepting connections; its last words:\n"
            "  cannot bind");
}

TEST(BrokerProcess, EachTransportHasAPortOfItsOwn) {
  Profile profile = scripted("echo ${port} ${tls_port} ${ws_port}; exit 7");
  profile.listeners.resize(2);
  profile.listeners[0].transport = "tls";
  profile.listeners[1].transport = "ws";
  const auto broker = started(profile);
  const auto ports = broker->ports();
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_EQ(broker->port(), ports[0]);
  EXPECT_EQ(broker->port("tls"), ports[1]);
  EXPECT_EQ(broker->port("ws"), ports[2]);
  EXPECT_NE(ports[1], ports[2]);
  const auto problem = broker->wait_until_ready();
  ASSERT_TRUE(problem);
  EXPECT_THAT(*problem, HasSubstr(std::to_string(ports[0]) + " " + std::to_string(ports[1]) + " " +
                                  std::to_string(ports[2])));
}

TEST(BrokerProcess, FurtherPortsAreGivenAndNotWaitedFor) {
  Profile profile = scripted("echo $EPMD ${epmd_port} ${port}; exit 7");
  profile.start->ports = {"epmd"};
  profile.start->environment = {{"EPMD", "${epmd_port}"}};
  const auto broker = started(profile);
  const std::string epmd = broker->fill_in("${epmd_port}");
  EXPECT_EQ(broker->ports().size(), 1U);
  EXPECT_NE(epmd, std::to_string(broker->port()));
  const auto problem = broker->wait_until_ready();
  ASSERT_TRUE(problem);
  EXPECT_THAT(*problem, HasSubstr(epmd + " " + epmd + " " + std::to_string(broker->port())));
}

TEST(BrokerProcess, WhatPreparesItRunsFirst) {
  Profile profile = scripted("cat made; exit 7");
  profile.start->environment = {{"INTO", "${dir}/made"}};
  profile.start->prepare = {{"/bin/sh", "-c", "echo by the preparation > $INTO"}};
  const auto broker = started(profile);
  const auto problem = broker->wait_until_ready();
  ASSERT_TRUE(problem);
  EXPECT_THAT(*problem, HasSubstr("by the preparation"));
}

TEST(BrokerProcess, NobodyWaitsForWhatPreparesIt) {
  Profile profile = scripted("exit 7");
  profile.start->prepare = {{"tail", "-f", "/dev/null"}};
  profile.start->ready_within = seconds(600);
  const auto broker = BrokerProcess::begin(profile, {});
  ASSERT_TRUE(broker.ok());
  for (int i = 0; i < 3; ++i) {
    const auto runs = (*broker)->go_on();
    ASSERT_TRUE(runs.ok());
    EXPECT_FALSE(*runs);
  }
}

TEST(BrokerProcess, WhatPreparesItMustComeToAnEnd) {
  Profile profile = scripted("exit 7");
  profile.start->prepare = {{"tail", "-f", "/dev/null"}};
  const auto broker = BrokerProcess::start(profile, {});
  ASSERT_FALSE(broker.ok());
  EXPECT_THAT(broker.error(), HasSubstr("tail does not come to an end"));
}

TEST(BrokerProcess, WhatPreparesItMustNotFail) {
  Profile profile = scripted("exit 0");
  profile.start->prepare = {{"/bin/sh", "-c", "echo no entropy; exit 3"}};
  const auto broker = BrokerProcess::start(profile, {});
  ASSERT_FALSE(broker.ok());
  EXPECT_THAT(broker.error(), HasSubstr("cannot prepare scripted"));
  EXPECT_THAT(broker.error(), HasSubstr("no entropy"));
}

TEST(BrokerProcess, OneThatNeverOpensItsPortIsGivenUpInTime) {
  const auto broker = started(scripted("exec tail -f /dev/null"));
  const auto problem = broker->wait_until_ready();
  ASSERT_TRUE(problem);
  EXPECT_THAT(*problem, HasSubstr("does not accept connections on port " +
                                  std::to_string(broker->port()) + " after 0.10 s"));
}

TEST(BrokerProcess, WaitingForOneIsGivenUpWhenAsked) {
  Profile profile = scripted("exec tail -f /dev/null");
  profile.start->ready_within = seconds(60);
  const auto broker = started(profile);
  EXPECT_EQ(broker->wait_until_ready([] { return true; }), "given up while scripted was starting");
}

TEST(BrokerProcess, LeavesNeitherProcessNorDirectoryBehind) {
  auto broker = started(scripted("trap '' TERM; while :; do tail -f /dev/null; done"));
  const int pid = broker->pid();
  const std::string directory = broker->directory();
  EXPECT_TRUE(exists(pid));
  EXPECT_TRUE(std::filesystem::exists(directory));
  broker.reset();
  EXPECT_FALSE(exists(pid));
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(BrokerProcess, StoppingOneThatIgnoresSigtermKillsIt) {
  const auto broker =
      started(scripted("trap '' TERM; touch ${dir}/ready; while :; do tail -f "
                       "/dev/null; done"));
  const auto ready = [&] { return std::filesystem::exists(broker->directory() + "/ready"); };
  (void)broker->wait_until_ready(ready);
  broker->stop();
  EXPECT_EQ(broker->exited(), "was killed by signal 9 (Killed)");
}

TEST(BrokerProcess, APreparationThatFailsIsTold) {
  Profile profile = scripted("exec tail -f /dev/null");
  profile.config = {{"queue", {}, {{"/bin/sh", "-c", "echo no queue; exit 2"}}, {}}};
  const auto broker =
      BrokerProcess::start(profile, scenario::Value(scenario::Object{{"queue", 1}}));
  ASSERT_FALSE(broker.ok());
  EXPECT_EQ(broker.error(),
            "cannot prepare scripted: /bin/sh exited with status 2; its last words:\n  no queue");
}

class Mosquitto : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<scenario::Problem> problems;
    auto profile = load_profile(MQTTSPEC_SOURCE_DIR "/scenarios/profiles/mosquitto.json", problems);
    ASSERT_TRUE(profile) << to_string(problems.at(0));
    profile_ = std::move(*profile);
    const auto broker = BrokerProcess::start(profile_, {});
    if (!broker) GTEST_SKIP() << broker.error();
  }
  Profile profile_;
};

TEST_F(Mosquitto, StartsIsReadyAndStopsInOrder) {
  const auto broker = started(profile_);
  EXPECT_EQ(broker->wait_until_ready(), std::nullopt);
  EXPECT_FALSE(broker->exited());
  broker->stop();
  EXPECT_EQ(broker->exited(), "exited with status 0");
  EXPECT_FALSE(broker->accepts());
}

TEST_F(Mosquitto, StartsAgainOnTheSamePort) {
  const auto broker = started(profile_);
  ASSERT_EQ(broker->wait_until_ready(), std::nullopt);
  const auto port = broker->port();
  broker->kill();
  ASSERT_EQ(broker->start_again(), std::nullopt);
  EXPECT_EQ(broker->wait_until_ready(), std::nullopt);
  EXPECT_EQ(broker->port(), port);
}

TEST_F(Mosquitto, TakesEveryConfigurationThatItsProfileMaps) {
  using scenario::Object;
  using scenario::Value;
  const Value config(Object{{"maximum_qos", 1},
                            {"retain_available", false},
                            {"receive_maximum", 5},
                            {"maximum_packet_size", 4000},
                            {"topic_alias_maximum", 3},
                            {"queue", 7},
                            {"users", Object{{"ann", "secret"}}}});
  const Value denied(
      Object{{"deny", scenario::Array{Object{{"action", "publish"}, {"topic_filter", "a"}},
                                      Object{{"action", "subscribe"}, {"topic_filter", "b/#"}}}}});
  const auto strict = started(profile_, denied);
  ASSERT_NE(strict, nullptr);
  EXPECT_EQ(strict->wait_until_ready(), std::nullopt);
  const auto broker = started(profile_, config);
  ASSERT_NE(broker, nullptr);
  EXPECT_EQ(broker->wait_until_ready(), std::nullopt);
}

}  // namespace
}  // namespace mqttspec::profile
