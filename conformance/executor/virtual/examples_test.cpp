// Every scenario of the source tree against the built-in broker: each check must pass, whatever the
// tolerances, and however the bytes are cut, delayed and interleaved.
#include <gtest/gtest.h>

#include "conformance/executor/virtual/suite.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::executor {
namespace {

std::vector<scenario::Instance> all_instances() {
  std::vector<scenario::Instance> instances;
  for (const auto& [path, text] : scenario::test::scenario_files()) {
    std::vector<scenario::Problem> problems;
    auto file = scenario::parse_file(text, path, problems);
    if (file) {
      auto more =
          scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
      instances.insert(instances.end(), more.begin(), more.end());
    }
    for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  }
  return instances;
}

std::string told(const InstanceOutcome& outcome) {
  std::string text =
      outcome.id + ": " + std::string(to_string(outcome.verdict)) + " " + outcome.reason + "\n";
  for (const CheckOutcome& check : outcome.checks) {
    text +=
        "  " + check.name + ": " + std::string(to_string(check.verdict)) + " " + check.why + "\n";
  }
  for (const MonitorFinding& finding : outcome.monitor_findings) {
    text += "  monitor " + finding.monitor + " (" + finding.client + "): " + finding.message + "\n";
  }
  for (const TraceEntry& entry : outcome.trace) {
    text += "    " + std::to_string(entry.at.count() / 1'000'000) + " ms " + entry.client + " " +
            (entry.kind == TraceEntry::Kind::sent ? "-> " : "<- ") + entry.text + " " +
            entry.problem + "\n";
  }
  return text;
}

bool good(const InstanceOutcome& outcome) {
  if (!outcome.scenario_errors.empty() || !outcome.monitor_findings.empty()) return false;
  for (const CheckOutcome& check : outcome.checks) {
    const bool fine = check.verdict == Verdict::pass || check.verdict == Verdict::info ||
                      check.verdict == Verdict::not_asked ||
                      check.verdict == Verdict::not_applicable;
    if (!fine) return false;
  }
  return true;
}

void expect_all_good(const SuiteOptions& options) {
  const auto instances = all_instances();
  ASSERT_GT(instances.size(), 20U);
  const auto outcomes = run_suite(instances, options);
  ASSERT_EQ(outcomes.size(), instances.size());
  for (const InstanceOutcome& outcome : outcomes) EXPECT_TRUE(good(outcome)) << told(outcome);
}

TEST(Examples, PassAgainstTheReferenceWithoutAnyTolerance) {
  expect_all_good({});
}

TEST(Examples, PassAgainstTheReferenceWithTheTolerancesOfLiveRuns) {
  SuiteOptions options;
  options.instance.tolerance = Tolerance::live();
  expect_all_good(options);
}

TEST(Examples, PassHoweverBytesAreCutDelayedAndInterleaved) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SuiteOptions options;
    options.instance.seed = seed;
    expect_all_good(options);
  }
}

TEST(Examples, PassOverWebSocketHoweverItsBytesAreCut) {
  for (const std::uint64_t seed : {0U, 6U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SuiteOptions options;
    options.instance.transport = "ws";
    options.instance.seed = seed;
    expect_all_good(options);
  }
}

}  // namespace
}  // namespace mqttspec::executor
