// Counting and judging: what a RunResult says as a whole.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "conformance/report/result.hpp"
#include "conformance/report/text.hpp"
#include "conformance/scenario/glob.hpp"

namespace mqttspec::report {
namespace {

using executor::CheckOutcome;
using executor::InstanceOutcome;
using executor::MonitorFinding;

bool matches(const Deviation& deviation, const InstanceOutcome& instance, std::string_view check,
             const std::vector<std::string>& statements) {
  const auto fits = [](const std::string& pattern, std::string_view text) {
    return pattern.empty() || scenario::glob_matches(pattern, text);
  };
  return fits(deviation.instance, instance.id) && fits(deviation.check, check) &&
         (deviation.statement.empty() ||
          std::find(statements.begin(), statements.end(), deviation.statement) != statements.end());
}
bool matches(const Deviation& deviation, const InstanceOutcome& instance,
             const CheckOutcome& check) {
  return matches(deviation, instance, check.name, check.statements);
}
bool matches(const Deviation& deviation, const InstanceOutcome& instance,
             const MonitorFinding& finding) {
  return matches(deviation, instance, "monitor:" + finding.monitor, {finding.statement});
}

template <class Thing>
const Deviation* find_deviation(const RunResult& result, const InstanceOutcome& instance,
                                const Thing& thing) {
  for (const Deviation& deviation : result.deviations) {
    if (matches(deviation, instance, thing)) return &deviation;
  }
  return nullptr;
}

bool counts_as_failure(Verdict verdict, bool strict) {
  return verdict <= Verdict::blocked || (strict && verdict == Verdict::nonstrict);
}

// What became of a listed deviation.
enum class Fate { occurred, unknown, gone, unmatched };

Fate fate_of(const RunResult& result, const Deviation& deviation) {
  Fate fate = Fate::unmatched;
  // A nonstrict outcome is a deviation too, whether this run fails for it or not.
  const auto see = [&](Verdict verdict) {
    if (counts_as_failure(verdict, true)) fate = Fate::occurred;
    if (fate == Fate::occurred) return;
    fate = verdict == Verdict::inconclusive || fate == Fate::unknown ? Fate::unknown : Fate::gone;
  };
  for (const InstanceOutcome& instance : result.instances) {
    for (const CheckOutcome& check : instance.checks) {
      if (matches(deviation, instance, check)) see(check.verdict);
    }
    for (const MonitorFinding& finding : instance.monitor_findings) {
      if (matches(deviation, instance, finding)) see(verdict_of(result, finding));
    }
  }
  return fate;
}

std::string describe(const Deviation& deviation) {
  std::string text = deviation.instance.empty() ? "*" : deviation.instance;
  if (!deviation.check.empty()) text += "#" + deviation.check;
  if (!deviation.statement.empty()) text += " (" + deviation.statement + ")";
  return printable(text);
}

// A monitor is watched over the whole run: its findings in any instance, else its occasions.
Counts count_monitors(const RunResult& result) {
  std::map<std::pair<std::string_view, std::string_view>, Verdict> monitors;
  const auto see = [&](std::string_view monitor, std::string_view statement, Verdict verdict) {
    const auto [at, fresh] = monitors.try_emplace({monitor, statement}, verdict);
    if (!fresh) at->second = executor::worst(at->second, verdict);
  };
  for (const InstanceOutcome& instance : result.instances) {
    for (const MonitorFinding& finding : instance.monitor_findings) {
      see(finding.monitor, finding.statement, verdict_of(result, finding));
    }
    for (const executor::MonitorOccasions& row : instance.monitor_occasions) {
      // Rules without a statement watch our own side: they count only where they found something.
      if (row.statement.empty()) continue;
      see(row.monitor, row.statement, row.occasions > 0 ? Verdict::pass : Verdict::not_applicable);
    }
  }
  Counts counts;
  for (const auto& [name, verdict] : monitors) ++counts[verdict];
  return counts;
}

// How many checks and findings fail unlisted, are inconclusive, or pass.
struct Tally {
  Counts unlisted;
  std::uint64_t inconclusive = 0;
  std::uint64_t passed = 0;
  std::uint64_t script_errors = 0;
};

Tally tally(const RunResult& result, bool strict) {
  Tally tally;
  for (const InstanceOutcome& instance : result.instances) {
    const auto see = [&](Verdict verdict, const auto& thing) {
      if (counts_as_failure(verdict, strict)) {
        if (deviation_of(result, instance, thing) == nullptr) ++tally.unlisted[verdict];
      } else if (verdict == Verdict::inconclusive) {
        ++tally.inconclusive;
      }
    };
    for (const CheckOutcome& check : instance.checks) {
      see(check.verdict, check);
      if (check.verdict == Verdict::pass) ++tally.passed;
    }
    for (const MonitorFinding& finding : instance.monitor_findings) {
      see(verdict_of(result, finding), finding);
    }
    // The broker can be gone before any check is reached.
    if (instance.checks.empty() && counts_as_failure(instance.verdict, strict)) {
      see(instance.verdict, CheckOutcome{});
    }
    if (instance.checks.empty() && instance.verdict == Verdict::inconclusive) ++tally.inconclusive;
    tally.script_errors += instance.scenario_errors.size();
  }
  return tally;
}

}  // namespace

Verdict verdict_of(const RunResult& result, const MonitorFinding& finding) {
  if (finding.ours) return Verdict::inconclusive;
  const StatementResult* statement = statement_of(result, finding.statement);
  const bool should = statement != nullptr && statement->level.starts_with("SHOULD");
  return should ? Verdict::nonstrict : Verdict::fail;
}

Verdict verdict_of(const RunResult& result, const InstanceOutcome& instance) {
  Verdict verdict = instance.verdict;
  for (const CheckOutcome& check : instance.checks) {
    verdict = executor::worst(verdict, check.verdict);
  }
  for (const MonitorFinding& finding : instance.monitor_findings) {
    verdict = executor::worst(verdict, verdict_of(result, finding));
  }
  return verdict;
}

Summary summarise(const RunResult& result) {
  Summary summary;
  std::map<std::string_view, Verdict> scenarios;
  for (const InstanceOutcome& instance : result.instances) {
    const Verdict verdict = verdict_of(result, instance);
    ++summary.instances[verdict];
    for (const CheckOutcome& check : instance.checks) ++summary.checks[check.verdict];
    const auto [at, fresh] = scenarios.try_emplace(instance.scenario, verdict);
    if (!fresh) at->second = executor::worst(at->second, verdict);
  }
  for (const auto& [id, verdict] : scenarios) ++summary.scenarios[verdict];
  for (const StatementResult& statement : result.statements) {
    ++summary.statements[statement.verdict];
  }
  summary.monitors = count_monitors(result);
  return summary;
}

const Deviation* deviation_of(const RunResult& result, const InstanceOutcome& instance,
                              const CheckOutcome& check) {
  return find_deviation(result, instance, check);
}

const Deviation* deviation_of(const RunResult& result, const InstanceOutcome& instance,
                              const MonitorFinding& finding) {
  return find_deviation(result, instance, finding);
}

Judgement judge(const RunResult& result, bool strict) {
  Judgement judgement;
  const Tally seen = tally(result, strict);
  const auto add = [&](int code, std::string reason) {
    if (judgement.code == 0) judgement.code = code;
    judgement.reasons.push_back(std::move(reason));
  };
  for (const auto& [verdict, count] : seen.unlisted) {
    // What Ctrl-C cut short says nothing about the broker.
    if (result.interrupted && verdict == Verdict::blocked) continue;
    add(1, fmt::format("{} {}", count, executor::to_string(verdict)));
  }
  for (std::string& reason : stale_deviations(result)) add(1, std::move(reason));
  if (result.interrupted) add(2, "the run was interrupted");
  if (seen.inconclusive > 0) add(2, fmt::format("{} inconclusive", seen.inconclusive));
  if (seen.script_errors > 0) {
    add(2, fmt::format("{} faults of scenarios, which say nothing about the broker",
                       seen.script_errors));
  }
  if (seen.passed == 0) add(2, "no check passed");
  return judgement;
}

int exit_code(const RunResult& result, bool strict) {
  return judge(result, strict).code;
}

std::vector<std::string> stale_deviations(const RunResult& result) {
  std::vector<std::string> reasons;
  if (result.interrupted) return reasons;  // they may have been about to occur
  for (const Deviation& deviation : result.deviations) {
    const Fate fate = fate_of(result, deviation);
    if (fate == Fate::gone) {
      reasons.push_back(
          fmt::format("the listed deviation {} did not occur: take it out of the profile",
                      describe(deviation)));
    } else if (fate == Fate::unmatched) {
      reasons.push_back(fmt::format(
          "the listed deviation {} matches no check of this run: correct it or take it out",
          describe(deviation)));
    }
  }
  return reasons;
}

void mark_deviations(RunResult& result) {
  for (Deviation& deviation : result.deviations) {
    deviation.occurred = fate_of(result, deviation) == Fate::occurred;
  }
}

const StatementResult* statement_of(const RunResult& result, std::string_view id) {
  for (const StatementResult& statement : result.statements) {
    if (statement.id == id) return &statement;
  }
  return nullptr;
}

const ScenarioInfo* scenario_of(const RunResult& result, std::string_view id) {
  for (const ScenarioInfo& scenario : result.scenarios) {
    if (scenario.id == id) return &scenario;
  }
  return nullptr;
}

}  // namespace mqttspec::report
