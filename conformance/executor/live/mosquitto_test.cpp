// The whole suite, live, against Debian's mosquitto. What fails there has been read against the
// standard: it is a deviation of the broker's and listed in its profile, or this test fails.
//
// MQTTSPEC_LIVE_RUNS=10 runs the suite that often and wants the same verdicts each time.
// MQTTSPEC_LIVE_ONLY=text runs only the instances whose id contains the text, and prints
// everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/live_suite.hpp"
#include "conformance/profile/broker_process.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::executor {
namespace {

class MosquittoSuite : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<scenario::Problem> problems;
    auto profile =
        profile::load_profile(MQTTSPEC_SOURCE_DIR "/scenarios/profiles/mosquitto.json", problems);
    ASSERT_TRUE(profile) << to_string(problems.at(0));
    profile_ = std::move(*profile);
    const auto broker = profile::BrokerProcess::start(profile_, {});
    if (!broker) GTEST_SKIP() << broker.error();
    instances_ = all_instances(MQTTSPEC_SOURCE_DIR "/scenarios");
    if (const char* only = std::getenv("MQTTSPEC_LIVE_ONLY")) {
      only_ = only;
      std::erase_if(instances_, [&](const auto& instance) {
        return instance.id.find(only_) == std::string::npos;
      });
    }
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

TEST_F(MosquittoSuite, HasNoProblemThatItsProfileDoesNotList) {
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
  if (only_.empty()) {
    EXPECT_EQ(report::exit_code(result, false), 0);
  }
  using Seconds = std::chrono::duration<double>;
  std::cout << live.instances.size() << " instances in " << Seconds(live.wall).count()
            << " s; the longest mandated wait is " << Seconds(live.longest_wait).count() << " s\n";
}

TEST_F(MosquittoSuite, GivesTheSameVerdictsEachTime) {
  // Twice, or as often as MQTTSPEC_LIVE_RUNS says.
  const char* runs = std::getenv("MQTTSPEC_LIVE_RUNS");
  const auto first = verdict_lines(run().instances, false);
  for (int again = runs == nullptr ? 2 : std::atoi(runs); again > 1; --again) {
    const auto now = verdict_lines(run().instances, true);
    ASSERT_EQ(now.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(now[i].substr(0, now[i].find(": ")), first[i]) << now[i];
    }
  }
}

}  // namespace
}  // namespace mqttspec::executor
