// The result of a run: the one model that is written as results.json and that all other reports are
// rendered from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "conformance/executor/outcome.hpp"

namespace mqttspec::report {

using executor::Verdict;

struct Deviation {  // of a profile: what is known to fail, and why
  std::string instance;  // glob over instance ids
  std::string check;     // glob over check names
  std::string statement;
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

struct RunResult {
  std::string format = "mqttspec-results/1";
  std::string version;     // of mqttspec
  std::string started;     // RFC 3339, UTC
  std::string target;      // "builtin:", "mqtt://127.0.0.1:1883"
  std::string broker;      // name and version if known: "mosquitto 2.0.11"
  std::string mode;        // "virtual", "live"
  std::string profile;     // file or name, or ""
  std::string command;     // how to run the same again
  std::uint64_t seed = 0;
  executor::Duration wall{};             // real time of the run
  executor::Duration longest_wait{};     // longest protocol time that a scenario mandates
  bool interrupted = false;
  std::map<std::string, scenario::Value> capabilities;
  std::vector<executor::InstanceOutcome> instances;
  std::vector<StatementResult> statements;
  std::vector<Deviation> deviations;
};

// Counts by verdict, in the order of Verdict's values.
using Counts = std::map<Verdict, std::uint64_t>;
struct Summary {
  Counts statements;
  Counts checks;
  Counts scenarios;  // a scenario's verdict is the worst of its instances
  Counts instances;
};
[[nodiscard]] Summary summarise(const RunResult& result);

// Is this check listed as a known deviation?
[[nodiscard]] const Deviation* deviation_of(const RunResult& result,
                                            const executor::InstanceOutcome& instance,
                                            const executor::CheckOutcome& check);
// DESIGN section 6: 0, 1 or 2.
[[nodiscard]] int exit_code(const RunResult& result, bool strict);

}  // namespace mqttspec::report
