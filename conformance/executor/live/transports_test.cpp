// The suite, live, against the reference broker over each transport: all of it passes.
//
// MQTTSPEC_LIVE_ALL=1 runs all instances; without it those that wait for nothing, one in ten, and
// all about WebSocket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/live_suite.hpp"
#include "conformance/profile/profile.hpp"
#include "reference/server/certificates.hpp"

namespace mqttspec::executor {
namespace {

using testing::HasSubstr;

// The broker as a profile starts it, listening on all transports.
profile::Profile reference_broker(const std::filesystem::path& certificates) {
  const auto file = [&](const char* name) { return (certificates / name).string(); };
  const std::string tls = "?cert=" + file("server.crt") + "&key=" + file("server.key");
  profile::Profile profile;
  profile.name = "mqttspec-broker";
  profile.start.emplace();
  profile.start->command = {MQTTSPEC_BINARY_DIR "/reference/server/mqttspec-broker"};
  for (const std::string& url :
       {std::string("mqtt://127.0.0.1:${port}"), "mqtts://127.0.0.1:${tls_port}" + tls,
        std::string("ws://127.0.0.1:${ws_port}/mqtt"), "wss://127.0.0.1:${wss_port}/mqtt" + tls}) {
    profile.start->command.insert(profile.start->command.end(), {"--listen", url});
  }
  profile.start->at_once = 2;
  for (const char* transport : {"tls", "ws", "wss"}) {
    profile::Listener& listener = profile.listeners.emplace_back();
    listener.transport = transport;
    if (listener.transport != "ws") listener.ca = file("ca.crt");
  }
  return profile;
}

std::vector<scenario::Instance> selection() {
  auto instances = all_instances(MQTTSPEC_SOURCE_DIR "/scenarios");
  if (std::getenv("MQTTSPEC_LIVE_ALL") != nullptr) return instances;
  std::size_t place = 0;
  std::erase_if(instances, [&](const scenario::Instance& instance) {
    if (instance.id.starts_with("websocket-")) return false;
    return mandated_wait(instance) > Duration{} || place++ % 10 != 0;
  });
  return instances;
}

class OverEachTransport : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mqttspec-live-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    server::make_certificates(folder_);
    profile_ = reference_broker(folder_);
    options_.profile = &profile_;
    options_.transport = GetParam();
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path folder_;
  profile::Profile profile_;
  LiveOptions options_;
};

TEST_P(OverEachTransport, TheSuitePasses) {
  const LiveResult result = run_live(selection(), options_);
  ASSERT_EQ(result.trouble, "");
  EXPECT_THAT(result.notes, testing::IsEmpty());
  EXPECT_EQ(result.capabilities.at("transports").array()->size(), 4U);
  std::size_t passed = 0;
  for (const InstanceOutcome& outcome : result.instances) {
    for (const std::string& error : outcome.scenario_errors) {
      ADD_FAILURE() << outcome.id << ": " << error;
    }
    for (const CheckOutcome& check : outcome.checks) {
      passed += check.verdict == Verdict::pass ? 1 : 0;
      if (check.verdict >= Verdict::pass) continue;
      ADD_FAILURE() << outcome.id << '#' << check.name << ' ' << to_string(check.verdict) << ": "
                    << check.why << " (" << outcome.reason << ')';
    }
    for (const MonitorFinding& finding : outcome.monitor_findings) {
      ADD_FAILURE() << outcome.id << " monitor:" << finding.monitor << ' ' << finding.message;
    }
  }
  EXPECT_GT(passed, 50U);
  std::cout << result.target << ": " << result.instances.size() << " instances, " << passed
            << " checks passed, " << std::chrono::duration<double>(result.wall).count() << " s\n";
}

INSTANTIATE_TEST_SUITE_P(Transports, OverEachTransport, testing::Values("tcp", "tls", "ws", "wss"),
                         [](const auto& tested) { return std::string(tested.param); });

using OverTls = OverEachTransport;

TEST_P(OverTls, ACertificateOfAnUnknownCaIsTroubleWithWhatToDo) {
  for (profile::Listener& listener : profile_.listeners) listener.ca.clear();
  const LiveResult result = run_live({}, options_);
  EXPECT_THAT(result.trouble, HasSubstr("the broker's certificate is not trusted"));
  EXPECT_THAT(result.trouble, HasSubstr("--ca FILE"));
  options_.tls.insecure = true;
  EXPECT_EQ(run_live({}, options_).trouble, "");
}

TEST_P(OverTls, ABrokerOfItsOwnBringsItsOwnCertificates) {
  auto& start = *profile_.start;
  start.prepare = {{start.command.front(), "certificates", "${dir}/own"}};
  for (std::string& word : start.command) {
    if (const auto at = word.find("?cert="); at != std::string::npos) {
      word = word.substr(0, at) + "?cert=${dir}/own/server.crt&key=${dir}/own/server.key";
    }
  }
  for (profile::Listener& listener : profile_.listeners) {
    if (!listener.ca.empty()) listener.ca = "${dir}/own/ca.crt";
  }
  profile_.config = {
      {"queue", {{"unused", {{profile::Line::Kind::plain, "${value}", {}}}}}, {}, {}}};
  const auto instances = instances_of(R"({ "$schema": "s", "theme": "t", "scenarios": [{
    "id": "own-broker", "title": "A broker answers", "versions": ["5.0"], "config": { "queue": 1 },
    "checks": { "served": { "level": "MUST", "statements": ["5.0:MQTT-3.12.4-1"] } },
    "clients": { "a": {} },
    "steps": [{ "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "served" }]
  }] })",
                                      "own.json");
  const LiveResult result = run_live(instances, options_);
  ASSERT_EQ(result.trouble, "");
  EXPECT_EQ(verdict_lines(result.instances, true),
            std::vector<std::string>{"own-broker@5.0#served pass"});
}

INSTANTIATE_TEST_SUITE_P(Transports, OverTls, testing::Values("tls", "wss"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace mqttspec::executor
