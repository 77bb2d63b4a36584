// Runs that are made from the sample: evil ones and large ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {

using executor::CheckOutcome;
using executor::Evidence;
using executor::InstanceOutcome;
using executor::TraceEntry;

RunResult hostile_run() {
  RunResult run = sample_run();
  const std::string evil(hostile_text);
  for (std::string* text : {&run.version, &run.started, &run.target, &run.broker, &run.mode,
                            &run.profile, &run.command, &run.replay}) {
    *text += evil;
  }
  run.capabilities[evil] = evil;
  for (ScenarioInfo& scenario : run.scenarios) {
    scenario.title += evil;
    scenario.theme += evil;
    scenario.notes[evil] = evil;
  }
  for (StatementResult& statement : run.statements) {
    for (std::string* text : {&statement.summary, &statement.level, &statement.reason})
      *text += evil;
  }
  for (InstanceOutcome& instance : run.instances) {
    instance.reason += evil;
    instance.file += evil;
    for (CheckOutcome& check : instance.checks) {
      check.name += evil;
      check.why += evil;
      check.statements.push_back(evil);
      for (Evidence& evidence : check.evidence) {
        for (std::string* text :
             {&evidence.step, &evidence.expected, &evidence.received, &evidence.why}) {
          *text += evil;
        }
        evidence.trace.push_back(1'000'000);  // points nowhere
      }
    }
    for (TraceEntry& entry : instance.trace) {
      for (std::string* text : {&entry.client, &entry.text, &entry.problem, &entry.illegal}) {
        *text += evil;
      }
      entry.bytes += evil;
    }
    for (auto& finding : instance.monitor_findings) {
      finding.message += evil;
      finding.monitor += evil;
      finding.trace = 1'000'000;
    }
    instance.id += evil;
    instance.scenario_errors = {evil};
  }
  run.deviations.push_back({evil, evil, evil, evil, false});
  return run;
}

namespace {

// Every instance of a real run has a name space of its own, so that no two frames are alike.
void rename_space(InstanceOutcome& instance, std::size_t number) {
  const std::string sample = "k3w9x0a7b2q1";
  const std::string space = fmt::format("{:012x}", number * 0x9E3779B97F4AULL & 0xFFFFFFFFFFFFULL);
  for (TraceEntry& entry : instance.trace) {
    for (std::string* text : {&entry.bytes, &entry.text}) {
      for (std::size_t at = 0; (at = text->find(sample, at)) != std::string::npos;) {
        text->replace(at, space.size(), space);
      }
    }
  }
}

}  // namespace

RunResult large_run(std::size_t instances) {
  const RunResult sample = sample_run();
  RunResult run = sample;
  run.instances.clear();
  run.scenarios.clear();
  for (std::size_t i = 0; i < instances; ++i) {
    // 3.1 and 3.1.1 pass; one in fifty is the failing one of 5.0, the others are its Will.
    InstanceOutcome it = sample.instances[i % 50 == 2 ? 2 : i % 3 == 2 ? 3 : i % 3];
    it.scenario = fmt::format("scenario-number-{}", i / 6);
    it.file = fmt::format("scenarios/theme-{}/file.json", i / 60);
    it.id = fmt::format("{}@{}[case={}]", it.scenario, codec::to_string(it.version), i % 6);
    rename_space(it, i);
    if (i % 6 == 0) {
      run.scenarios.push_back({it.scenario,
                               "A scenario among many that says one thing of a broker",
                               fmt::format("Theme {}", i / 60),
                               it.file,
                               {}});
    }
    run.instances.push_back(std::move(it));
  }
  return run;
}

namespace {

TEST(LargeRun, HoldsAsManyInstancesAsAskedFor) {
  const RunResult run = large_run(120);
  EXPECT_EQ(run.instances.size(), 120U);
  EXPECT_EQ(run.scenarios.size(), 20U);
  EXPECT_NE(run.instances[0].trace[1].bytes, run.instances[3].trace[1].bytes);
  EXPECT_EQ(summarise(run).instances.at(Verdict::fail), 3U);
}

}  // namespace
}  // namespace mqttspec::report
