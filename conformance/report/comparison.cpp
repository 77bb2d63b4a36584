#include "conformance/report/comparison.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace mqttspec::report {
namespace {

// A check or finding of one instance, in one run.
struct Seen {
  const executor::InstanceOutcome* instance = nullptr;
  Verdict verdict = Verdict::pass;
  std::optional<bool> answer;
  std::string level;
  std::vector<std::string> statements;
  std::string why;
  std::string known;
};
using Key = std::pair<std::string, std::string>;  // instance, check
using Run = std::map<Key, Seen>;

std::string reason_of(const Deviation* deviation) {
  if (deviation == nullptr) return {};
  return deviation->reason.empty() ? "listed in the profile" : deviation->reason;
}

Run index(const RunResult& result) {
  Run run;
  for (const executor::InstanceOutcome& instance : result.instances) {
    for (const executor::CheckOutcome& check : instance.checks) {
      run.insert_or_assign({instance.id, check.name},
                           Seen{&instance, check.verdict, check.answer,
                                std::string(scenario::to_string(check.level)), check.statements,
                                check.why, reason_of(deviation_of(result, instance, check))});
    }
    for (const executor::MonitorFinding& finding : instance.monitor_findings) {
      Seen& seen = run[{instance.id, "monitor:" + finding.monitor}];
      const Verdict verdict = verdict_of(result, finding);
      if (seen.instance != nullptr && seen.verdict <= verdict) continue;
      seen = {&instance,
              verdict,
              std::nullopt,
              {},
              {finding.statement},
              finding.message,
              reason_of(deviation_of(result, instance, finding))};
    }
  }
  return run;
}

bool bad(const std::optional<Verdict>& verdict) {
  return verdict && *verdict < Verdict::pass;
}

Direction direction_of(const std::optional<Verdict>& before, const std::optional<Verdict>& after) {
  if (!before || !after) return Direction::other;
  if (bad(after)) {
    return !bad(before) || *after < *before ? Direction::worse : Direction::better;
  }
  // Fine now; but what is not asked any more has not been mended.
  return bad(before) && *after <= Verdict::info ? Direction::better : Direction::other;
}

// A monitor leaves a trace only where it found something: elsewhere it was content.
bool is_monitor(const Key& key) {
  return key.second.starts_with("monitor:");
}

class Collector {
 public:
  // `silent`: where nothing is seen on one side, a monitor was there and content.
  void add(const Key& key, const Seen* before, const Seen* after, bool silent = false) {
    const Seen& known = after != nullptr ? *after : *before;
    Change change;
    change.scenario = known.instance->scenario;
    change.check = key.second;
    change.statements = known.statements;
    change.level = known.level;
    if (before != nullptr) {
      change.before = before->verdict;
      change.answer_before = before->answer;
    }
    if (after != nullptr) {
      change.after = after->verdict;
      change.answer_after = after->answer;
      change.why = after->why;
      change.known = after->known;
    }
    if (silent && before == nullptr) change.before = Verdict::pass;
    if (silent && after == nullptr) change.after = Verdict::pass;
    change.direction = direction_of(change.before, change.after);
    const auto like = std::tuple(change.direction, change.scenario, change.check, change.before,
                                 change.after, change.answer_after, change.known);
    const auto [at, fresh] = places_.try_emplace(like, changes_.size());
    if (fresh) changes_.push_back(std::move(change));
    changes_[at->second].instances.push_back(key.first);
  }

  std::vector<Change> take() {
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      const auto rank = [](const Change& it) {
        return std::tuple(it.direction, !it.known.empty(), it.after.value_or(Verdict::not_asked));
      };
      return rank(a) < rank(b);
    });
    return std::move(changes_);
  }

 private:
  std::map<std::tuple<Direction, std::string, std::string, std::optional<Verdict>,
                      std::optional<Verdict>, std::optional<bool>, std::string>,
           std::size_t>
      places_;
  std::vector<Change> changes_;
};

}  // namespace

std::size_t Comparison::worsened() const {
  std::size_t sum = 0;
  for (const Change& change : changes) {
    if (change.direction == Direction::worse && change.known.empty())
      sum += change.instances.size();
  }
  return sum;
}

std::size_t Comparison::count(Direction direction) const {
  std::size_t sum = 0;
  for (const Change& change : changes) {
    if (change.direction == direction) sum += change.instances.size();
  }
  return sum;
}

Comparison compare(const RunResult& before, const RunResult& after) {
  const Run old_run = index(before);
  const Run new_run = index(after);
  std::map<std::string_view, int> instances;  // 1: before, 2: after, 3: in both
  for (const auto& instance : before.instances) instances[instance.id] |= 1;
  for (const auto& instance : after.instances) instances[instance.id] |= 2;

  Comparison comparison;
  Collector collector;
  for (const auto& [key, seen] : old_run) {
    const auto found = new_run.find(key);
    if (found != new_run.end()) {
      ++comparison.common;
      const Seen& now = found->second;
      if (seen.verdict != now.verdict || seen.answer != now.answer) {
        collector.add(key, &seen, &now);
      }
    } else if (is_monitor(key) && instances[key.first] == 3) {
      collector.add(key, &seen, nullptr, true);
    } else {
      ++comparison.only_before;
    }
  }
  for (const auto& [key, seen] : new_run) {
    if (old_run.contains(key)) continue;
    const bool silent_before = is_monitor(key) && instances[key.first] == 3;
    if (!silent_before) ++comparison.only_after;
    // What is new and fails is worth telling, though it is no change of the broker's.
    if (silent_before || bad(seen.verdict)) collector.add(key, nullptr, &seen, silent_before);
  }
  comparison.changes = collector.take();
  return comparison;
}

}  // namespace mqttspec::report
