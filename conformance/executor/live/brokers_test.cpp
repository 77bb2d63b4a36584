// The suite, live, against four brokers as their profiles start them. What fails there has been
// read against the standard: it is a deviation of the broker's and listed in its profile, or this
// test fails.
//
// mosquitto, which starts in no time, gets the whole suite. Of the others, by default, a part: what
// waits for nothing and needs no broker of its own, one in ten.
//
// MQTTSPEC_LIVE_ALL=1 runs the whole suite against each.
// MQTTSPEC_LIVE_RUNS=10 runs it that often, and wants the same verdicts each time.
// MQTTSPEC_LIVE_ONLY=text runs only the instances whose id contains the text, and prints
// everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/live_suite.hpp"
#include "conformance/executor/live/schedule.hpp"
#include "conformance/profile/process.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::executor {
namespace {

// npm's packages that the profile's note names (aedes@0.51.3), fetched into the build folder once.
std::string fetch_npm_packages(const std::string& note) {
  const std::filesystem::path folder = MQTTSPEC_BINARY_DIR "/conformance/executor/live/aedes";
  const std::filesystem::path modules = folder / "node_modules";
  setenv("NODE_PATH", modules.c_str(), 1);
  if (std::filesystem::exists(modules / "aedes") && std::filesystem::exists(modules / "ws")) {
    return "";
  }
  std::filesystem::create_directories(folder);
  profile::ChildOptions npm;
  npm.command = {"npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder};
  std::istringstream words(note);
  for (std::string word; words >> word;) {
    if (word.find('@') != std::string::npos) npm.command.push_back(word);
  }
  npm.directory = folder;
  npm.log = folder / "npm.log";
  auto started = profile::Child::start(npm);
  if (!started) return started.error();
  profile::Child& child = *started;
  if (child.wait(std::chrono::minutes(3)) && child.succeeded()) return "";
  return "npm cannot install aedes and ws; see " + npm.log;
}

class BrokerSuite : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string name = GetParam();
    std::vector<scenario::Problem> problems;
    auto profile = profile::load_profile(
        MQTTSPEC_SOURCE_DIR "/scenarios/profiles/" + name + ".json", problems);
    ASSERT_TRUE(profile) << to_string(problems.at(0));
    profile_ = std::move(*profile);
    if (name == "aedes") {
      const std::string trouble = fetch_npm_packages(profile_.note);
      if (!trouble.empty()) GTEST_SKIP() << trouble;
    }
    const std::string missing = missing_program(name);
    if (!missing.empty()) GTEST_SKIP() << missing << " is not in PATH";
    whole_ = name == "mosquitto" || std::getenv("MQTTSPEC_LIVE_ALL") != nullptr;
    instances_ = all_instances(MQTTSPEC_SOURCE_DIR "/scenarios");
    if (const char* only = std::getenv("MQTTSPEC_LIVE_ONLY")) {
      only_ = only;
      std::erase_if(instances_, [&](const auto& instance) {
        return instance.id.find(only_) == std::string::npos;
      });
    } else if (!whole_) {
      leave_a_part();
    }
  }
  static std::string missing_program(const std::string& broker) {
    const auto is_there = [](const std::string& program) {
      return std::system(("command -v " + program + " > /dev/null").c_str()) == 0;
    };
    // What Debian's packages of both consist of lies beside Erlang's own programs.
    const std::string beside = "\"$(dirname \"$(command -v erl)\")\"/../lib/";
    if (broker == "mosquitto") return is_there("mosquitto") ? "" : broker;
    if (broker == "aedes") return is_there("node") ? "" : "node";
    if (!is_there("erl")) return "erl";
    const std::string file =
        broker == "rabbitmq" ? "rabbitmq/bin/rabbitmq-server" : "*/ejabberd-*/ebin/mod_mqtt.beam";
    return std::system(("ls " + beside + file + " > /dev/null 2>&1").c_str()) == 0 ? "" : broker;
  }
  void leave_a_part() {
    std::size_t place = 0;
    std::erase_if(instances_, [&](const scenario::Instance& instance) {
      const bool quick =
          mandated_wait(instance) == Duration{} && !needs_broker_alone(*instance.scenario);
      return !quick || place++ % 10 != 0;
    });
  }
  LiveResult run() {
    LiveOptions options;
    options.profile = &profile_;
    LiveResult result = run_live(instances_, options);
    EXPECT_EQ(result.trouble, "");
    for (const std::string& note : result.notes) std::cout << "note: " << note << '\n';
    return result;
  }
  profile::Profile profile_;
  std::vector<scenario::Instance> instances_;
  std::string only_;
  bool whole_ = false;
};

report::RunResult to_report(const LiveResult& live, const profile::Profile& profile) {
  report::RunResult result;
  result.instances = live.instances;
  for (const auto& deviation : profile.deviations) {
    result.deviations.push_back(
        {deviation.instance, deviation.check, deviation.statement, deviation.reason});
  }
  return result;
}

void print_trace(const InstanceOutcome& outcome) {
  std::cout << outcome.id << ": " << to_string(outcome.verdict) << ' ' << outcome.reason << '\n';
  for (const TraceEntry& entry : outcome.trace) {
    static constexpr const char* arrows[] = {"open ", "  -->", "<--  ", "  --x", "x--  ", "note "};
    std::cout << "  " << std::chrono::duration<double>(entry.at).count() << "s "
              << arrows[static_cast<int>(entry.kind)] << ' ' << entry.client << ' ' << entry.text
              << ' ' << entry.problem << entry.illegal << '\n';
  }
}

TEST_P(BrokerSuite, HasNoProblemThatItsProfileDoesNotList) {
  const LiveResult live = run();
  const report::RunResult result = to_report(live, profile_);
  for (const InstanceOutcome& outcome : live.instances) {
    if (!only_.empty()) print_trace(outcome);
    for (const std::string& error : outcome.scenario_errors) {
      ADD_FAILURE() << outcome.id << ": " << error;
    }
    for (const CheckOutcome& check : outcome.checks) {
      if (!only_.empty()) {
        std::cout << "  " << check.name << ": " << to_string(check.verdict) << ' ' << check.why
                  << '\n';
      }
      if (check.verdict > Verdict::inconclusive) continue;
      if (report::deviation_of(result, outcome, check) != nullptr) continue;
      ADD_FAILURE() << outcome.file << ' ' << outcome.id << '#' << check.name << ' '
                    << to_string(check.verdict) << ": " << check.why << " (" << outcome.reason
                    << ')';
    }
    for (const MonitorFinding& finding : outcome.monitor_findings) {
      if (report::deviation_of(result, outcome, finding) != nullptr) continue;
      ADD_FAILURE() << outcome.id << " monitor:" << finding.monitor << ' ' << finding.statement
                    << ' ' << (finding.ours ? "(ours) " : "") << finding.message;
    }
  }
  if (only_.empty() && whole_) {
    EXPECT_EQ(report::exit_code(result, false), 0);
  }
  using Seconds = std::chrono::duration<double>;
  std::cout << live.instances.size() << " instances in " << Seconds(live.wall).count()
            << " s; the longest mandated wait is " << Seconds(live.longest_wait).count() << " s\n";
}

INSTANTIATE_TEST_SUITE_P(Brokers, BrokerSuite,
                         testing::Values("mosquitto", "aedes", "ejabberd", "rabbitmq"),
                         [](const auto& tested) { return std::string(tested.param); });

const char* const runs_wanted = std::getenv("MQTTSPEC_LIVE_RUNS");

std::vector<const char*> repeated_brokers() {
  if (runs_wanted == nullptr) return {"mosquitto"};
  return {"mosquitto", "aedes", "ejabberd", "rabbitmq"};
}

using SteadyBroker = BrokerSuite;

TEST_P(SteadyBroker, GivesTheSameVerdictsEachTime) {
  const auto first = verdict_lines(run().instances, false);
  for (int again = runs_wanted == nullptr ? 2 : std::atoi(runs_wanted); again > 1; --again) {
    const auto now = verdict_lines(run().instances, true);
    ASSERT_EQ(now.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(now[i].substr(0, now[i].find(": ")), first[i]) << now[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Brokers, SteadyBroker, testing::ValuesIn(repeated_brokers()),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace mqttspec::executor
