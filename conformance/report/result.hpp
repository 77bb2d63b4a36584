// The result of a run: the one model that is written as results.json and that all other reports are
// rendered from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/executor/outcome.hpp"

namespace mqttspec::report {

using executor::Verdict;

struct Deviation {        // of a profile: what is known to fail, and why
  std::string instance;   // glob over instance ids; empty: any
  std::string check;      // glob over check names ("monitor:slug" for a monitor's); empty: any
  std::string statement;  // catalogue id; empty: any
  std::string reason;
  bool occurred = false;
};

struct StatementResult {
  std::string id;
  std::string level;
  std::string summary;
  std::string coverage;  // "proven", "cited", "reasoned", "open"
  std::string reason;    // of reasoned
  Verdict verdict = Verdict::not_asked;
  std::vector<std::string> checks;  // "instance#check"
};

// What a scenario says about itself, so that reports can speak in sentences.
struct ScenarioInfo {
  std::string id;
  std::string title;
  std::string theme;
  std::string file;
  std::map<std::string, std::string> notes;  // of its checks, by name; only those that have one
};

struct RunResult {
  std::string format = "mqttspec-results/1";
  std::string version;  // of mqttspec
  std::string started;  // RFC 3339, UTC
  std::string target;   // "builtin:", "mqtt://127.0.0.1:1883"
  std::string broker;   // name and version if known: "mosquitto 2.0.11"
  std::string mode;     // "virtual", "live"
  std::string profile;  // file or name, or ""
  std::string command;  // how to run the same again
  std::string replay;   // how to run one instance again; its id stands where "{}" is
  std::uint64_t seed = 0;
  executor::Duration wall{};          // real time of the run
  executor::Duration longest_wait{};  // longest protocol time that a scenario mandates
  bool interrupted = false;
  std::map<std::string, scenario::Value> capabilities;
  std::vector<ScenarioInfo> scenarios;
  std::vector<executor::InstanceOutcome> instances;
  std::vector<StatementResult> statements;
  std::vector<Deviation> deviations;
};

// Counts by verdict, in the order of Verdict's values; verdicts that did not occur are left out.
using Counts = std::map<Verdict, std::uint64_t>;
struct Summary {
  Counts statements;
  Counts checks;
  Counts scenarios;  // a scenario's verdict is the worst of its instances
  Counts instances;  // by verdict_of(), so that an instance with a monitor's finding is no pass
  Counts monitors;   // pass: saw occasions and no fault; not applicable: saw no occasion
};
[[nodiscard]] Summary summarise(const RunResult& result);

// What a monitor's finding weighs: fail; nonstrict if its statement is a SHOULD; inconclusive if it
// was our own side that broke the rule.
[[nodiscard]] Verdict verdict_of(const RunResult& result, const executor::MonitorFinding& finding);
// The worst of the instance's own verdict, its checks and what the monitors found.
[[nodiscard]] Verdict verdict_of(const RunResult& result,
                                 const executor::InstanceOutcome& instance);

// Is this check listed as a known deviation?
[[nodiscard]] const Deviation* deviation_of(const RunResult& result,
                                            const executor::InstanceOutcome& instance,
                                            const executor::CheckOutcome& check);
[[nodiscard]] const Deviation* deviation_of(const RunResult& result,
                                            const executor::InstanceOutcome& instance,
                                            const executor::MonitorFinding& finding);

// Why a run ends with the exit code it ends with, one sentence a reason.
struct Judgement {
  int code = 0;
  std::vector<std::string> reasons;  // empty only with code 0
};
[[nodiscard]] Judgement judge(const RunResult& result, bool strict);
// DESIGN section 6: 0, 1 or 2.
[[nodiscard]] int exit_code(const RunResult& result, bool strict);

// Listed deviations that did not occur, or match nothing: one sentence each. None of an interrupted
// run, and none that an inconclusive check leaves open.
[[nodiscard]] std::vector<std::string> stale_deviations(const RunResult& result);

// Sets `occurred` of each listed deviation from what happened in the instances.
void mark_deviations(RunResult& result);

// nullptr if there is none of this id.
[[nodiscard]] const StatementResult* statement_of(const RunResult& result, std::string_view id);
[[nodiscard]] const ScenarioInfo* scenario_of(const RunResult& result, std::string_view id);

}  // namespace mqttspec::report
