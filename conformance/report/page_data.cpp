#include "conformance/report/page_data.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "conformance/report/json_format.hpp"
#include "conformance/report/json_model.hpp"
#include "conformance/report/page_frame.hpp"
#include "conformance/report/page_trace.hpp"
#include "conformance/report/problems.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using executor::CheckOutcome;
using executor::InstanceOutcome;

constexpr std::size_t instances_a_block = 32;
constexpr std::size_t text_most = 600;

// Where an instance's details are: block and place in it.
struct Place {
  std::size_t block = 0;
  std::size_t place = 0;
};
using Places = std::vector<std::optional<Place>>;

// The gravest instances come first, so that they are the last to be left out.
std::vector<std::string> make_blocks(const RunResult& result, std::size_t blocks_max,
                                     Places& places) {
  std::vector<std::size_t> order(result.instances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return verdict_of(result, result.instances[a]) < verdict_of(result, result.instances[b]);
  });
  places.assign(order.size(), std::nullopt);
  std::vector<std::string> blocks;
  std::size_t size = 0;
  for (std::size_t first = 0; first < order.size(); first += instances_a_block) {
    const std::size_t last = std::min(first + instances_a_block, order.size());
    Json block = Json::array();
    for (std::size_t i = first; i < last; ++i) {
      block.push_back(page_instance(result.instances[order[i]]));
    }
    std::string text = packed(block);
    if (size + text.size() > blocks_max) break;
    size += text.size();
    for (std::size_t i = first; i < last; ++i) {
      places[order[i]] = Place{blocks.size(), i - first};
    }
    blocks.push_back(std::move(text));
  }
  return blocks;
}

// Statement ids as numbers: first those of the catalogue in order, then what else is cited.
class Ids {
 public:
  explicit Ids(const RunResult& result) {
    for (const StatementResult& statement : result.statements) (void)number(statement.id);
  }
  std::size_t number(const std::string& id) {
    const auto [at, fresh] = numbers_.try_emplace(id, list_.size());
    if (fresh) list_.push_back(printable(id));
    return at->second;
  }
  Json numbers(const std::vector<std::string>& ids) {
    Json array = Json::array();
    for (const std::string& id : ids) array.push_back(number(id));
    return array;
  }
  [[nodiscard]] Json list() const { return list_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> list_;
};

int number_of(Verdict verdict) {
  return static_cast<int>(verdict);
}

Json instance_row(const RunResult& result, const InstanceOutcome& instance,
                  const std::optional<Place>& place, Ids& ids) {
  Json row = {{"id", printable(instance.id)},
              {"scenario", printable(instance.scenario)},
              {"version", codec::to_string(instance.version)},
              {"verdict", number_of(verdict_of(result, instance))},
              {"ms", to_milliseconds(instance.duration)}};
  Json checks = Json::array();
  for (const CheckOutcome& check : instance.checks) {
    Json entry = Json::array();
    entry.push_back(printable(check.name));
    entry.push_back(number_of(check.verdict));
    entry.push_back(ids.numbers(check.statements));
    entry.push_back(deviation_of(result, instance, check) != nullptr ? 1 : 0);
    checks.push_back(std::move(entry));
  }
  for (const executor::MonitorFinding& finding : instance.monitor_findings) {
    Json entry = Json::array();
    entry.push_back(printable("monitor:" + finding.monitor));
    entry.push_back(number_of(verdict_of(result, finding)));
    entry.push_back(ids.numbers({finding.statement}));
    entry.push_back(deviation_of(result, instance, finding) != nullptr ? 1 : 0);
    checks.push_back(std::move(entry));
  }
  row["checks"] = std::move(checks);
  if (place) row["at"] = Json::array({place->block, place->place});
  return row;
}

Json problem_row(const RunResult& result, const Problem& problem, Ids& ids) {
  const auto number = [&](const InstanceOutcome* instance) {
    return static_cast<std::size_t>(instance - result.instances.data());
  };
  const auto text = [](const std::string& words) { return cut(printable(words), text_most); };
  Json also = Json::array();
  for (const InstanceOutcome* other : problem.also) also.push_back(number(other));
  Json blocked = Json::array();
  for (const std::string& name : problem.blocked) blocked.push_back(text(name));
  return {{"verdict", number_of(problem.verdict)},
          {"instance", number(problem.instance)},
          {"also", std::move(also)},
          {"name", text(problem.name())},
          {"level", text(problem.level())},
          {"statements", ids.numbers(problem.statements())},
          {"allowed", text(problem.allowed())},
          {"came", text(problem.came())},
          {"why", text(problem.why())},
          {"at", text(problem.place())},
          {"blocked", std::move(blocked)},
          {"known", problem.deviation != nullptr ? Json(text(problem.deviation->reason)) : Json()}};
}

Json statement_rows(const RunResult& result) {
  Json rows = Json::array();
  for (const StatementResult& statement : result.statements) {
    Json row = to_json(statement);
    row.erase("checks");  // the page finds them in the instances
    row["verdict"] = number_of(statement.verdict);
    rows.push_back(std::move(row));
  }
  return rows;
}

Json monitor_rows(const RunResult& result, Ids& ids) {
  struct Row {
    std::uint64_t occasions = 0;
    std::vector<std::size_t> findings;
    Verdict verdict = Verdict::not_applicable;
  };
  std::map<std::pair<std::string, std::string>, Row> monitors;
  for (std::size_t i = 0; i < result.instances.size(); ++i) {
    for (const auto& seen : result.instances[i].monitor_occasions) {
      Row& row = monitors[{seen.monitor, seen.statement}];
      row.occasions += seen.occasions;
      if (seen.occasions > 0) row.verdict = executor::worst(row.verdict, Verdict::pass);
    }
    for (const auto& finding : result.instances[i].monitor_findings) {
      Row& row = monitors[{finding.monitor, finding.statement}];
      row.verdict = executor::worst(row.verdict, verdict_of(result, finding));
      if (row.findings.empty() || row.findings.back() != i) row.findings.push_back(i);
    }
  }
  Json rows = Json::array();
  for (const auto& [key, row] : monitors) {
    rows.push_back({{"name", printable(key.first)},
                    {"statement", ids.number(key.second)},
                    {"occasions", row.occasions},
                    {"instances", row.findings},
                    {"verdict", number_of(row.verdict)}});
  }
  return rows;
}

}  // namespace

PageData page_data(const RunResult& result, bool strict, std::size_t blocks_max) {
  PageData data;
  Places places;
  data.blocks = make_blocks(result, blocks_max, places);

  Ids ids(result);
  const Judgement judgement = judge(result, strict);
  Json index = {{"run", run_json(result)},
                {"target", printable(result.target)},
                {"broker", printable(result.broker)},
                {"capabilities", capabilities_json(result)},
                {"exit", judgement.code},
                {"reasons", Json(judgement.reasons)},
                {"summary", summary_json(result)}};
  for (const char* key : {"deviations", "scenarios", "instances", "problems"}) {
    index[key] = Json::array();
  }
  for (const Deviation& deviation : result.deviations) {
    index["deviations"].push_back(to_json(deviation));
  }
  for (const ScenarioInfo& scenario : result.scenarios) {
    index["scenarios"].push_back(to_json(scenario));
  }
  for (std::size_t i = 0; i < result.instances.size(); ++i) {
    index["instances"].push_back(instance_row(result, result.instances[i], places[i], ids));
  }
  for (const Problem& problem : problems_of(result, true)) {
    index["problems"].push_back(problem_row(result, problem, ids));
  }
  index["statements"] = statement_rows(result);
  index["monitors"] = monitor_rows(result, ids);
  index["ids"] = ids.list();
  data.index = packed(index);
  return data;
}

}  // namespace mqttspec::report
