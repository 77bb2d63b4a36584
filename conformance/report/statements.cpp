#include "conformance/report/statements.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mqttspec::report {
namespace {

class Judge {
 public:
  explicit Judge(std::vector<StatementResult>& rows) {
    for (StatementResult& row : rows) rows_.emplace(row.id, &row);
  }

  void see(std::string_view statement, Verdict verdict, std::string name) const {
    const auto found = rows_.find(statement);
    if (found == rows_.end()) return;
    StatementResult& row = *found->second;
    row.verdict = executor::worst(row.verdict, verdict);
    // A monitor cites the same statement in many instances, one after the other.
    if (row.checks.empty() || row.checks.back() != name) row.checks.push_back(std::move(name));
  }

  [[nodiscard]] bool is_should(std::string_view statement) const {
    const auto found = rows_.find(statement);
    return found != rows_.end() && found->second->level.starts_with("SHOULD");
  }

 private:
  std::unordered_map<std::string_view, StatementResult*> rows_;
};

void see_monitors(const Judge& judge, const std::vector<executor::InstanceOutcome>& instances) {
  // By monitor and statement, so that each is named once.
  std::map<std::pair<std::string, std::string>, Verdict> monitors;
  for (const executor::InstanceOutcome& instance : instances) {
    const auto add = [&](const auto& row, Verdict verdict) {
      const auto [at, fresh] = monitors.try_emplace({row.statement, row.monitor}, verdict);
      if (!fresh) at->second = executor::worst(at->second, verdict);
    };
    for (const executor::MonitorFinding& finding : instance.monitor_findings) {
      add(finding, finding.ours                         ? Verdict::inconclusive
                   : judge.is_should(finding.statement) ? Verdict::nonstrict
                                                        : Verdict::fail);
    }
    for (const executor::MonitorOccasions& row : instance.monitor_occasions) {
      add(row, row.occasions > 0 ? Verdict::pass : Verdict::not_applicable);
    }
  }
  for (const auto& [key, verdict] : monitors) {
    judge.see(key.first, verdict, "monitor:" + key.second);
  }
}

}  // namespace

std::vector<StatementResult> judge_statements(
    std::span<const catalogue::Requirement> requirements,
    const std::vector<executor::InstanceOutcome>& instances) {
  std::vector<StatementResult> rows;
  rows.reserve(requirements.size());
  for (const catalogue::Requirement& requirement : requirements) {
    StatementResult row;
    row.id = requirement.id;
    row.level = requirement.level;
    row.summary = requirement.summary;
    rows.push_back(std::move(row));
  }
  const Judge judge(rows);
  for (const executor::InstanceOutcome& instance : instances) {
    for (const executor::CheckOutcome& check : instance.checks) {
      for (const std::string& statement : check.statements) {
        judge.see(statement, check.verdict, instance.id + "#" + check.name);
      }
    }
  }
  see_monitors(judge, instances);
  return rows;
}

std::vector<ScenarioInfo> describe(const scenario::File& file) {
  std::vector<ScenarioInfo> infos;
  for (const scenario::Scenario& scenario : file.scenarios) {
    ScenarioInfo info{scenario.id, scenario.title, file.theme, file.path, {}};
    for (const scenario::CheckDefinition& check : scenario.checks) {
      if (!check.note.empty()) info.notes.emplace(check.name, check.note);
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace mqttspec::report
