#include "conformance/report/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using executor::CheckOutcome;
using executor::Evidence;
using executor::InstanceOutcome;
using executor::MonitorFinding;
using executor::TraceEntry;

bool wants_attention(Verdict verdict, bool with_nonstrict) {
  return verdict <= Verdict::inconclusive || (with_nonstrict && verdict == Verdict::nonstrict);
}

// Gathers like problems of a scenario's instances under the first of them.
class Gatherer {
 public:
  explicit Gatherer(bool with_nonstrict) : with_nonstrict_(with_nonstrict) {}

  void add(Problem problem) {
    if (!wants_attention(problem.verdict, with_nonstrict_)) return;
    const Key key{problem.instance->scenario, problem.name(), problem.verdict, problem.deviation};
    const auto [at, fresh] = places_.try_emplace(key, problems_.size());
    if (fresh) {
      problems_.push_back(std::move(problem));
      return;
    }
    Problem& known = problems_[at->second];
    if (known.instance != problem.instance) known.also.push_back(problem.instance);
  }

  std::vector<Problem> take() {
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
      return std::tuple(a.deviation != nullptr, a.verdict) <
             std::tuple(b.deviation != nullptr, b.verdict);
    });
    return std::move(problems_);
  }

 private:
  using Key = std::tuple<std::string, std::string, Verdict, const Deviation*>;
  bool with_nonstrict_;
  std::vector<Problem> problems_;
  std::map<Key, std::size_t> places_;
};

// The check that ended the instance: blocked ones are told with it and not by themselves.
const CheckOutcome* culprit_of(const InstanceOutcome& instance) {
  for (const CheckOutcome& check : instance.checks) {
    if (check.verdict <= Verdict::flaky) return &check;
  }
  return nullptr;
}

void add_checks(Gatherer& gatherer, const RunResult& result, const InstanceOutcome& instance) {
  const CheckOutcome* culprit = culprit_of(instance);
  for (const CheckOutcome& check : instance.checks) {
    if (culprit != nullptr && check.verdict == Verdict::blocked) continue;
    Problem problem;
    problem.verdict = check.verdict;
    problem.instance = &instance;
    problem.check = &check;
    problem.deviation = deviation_of(result, instance, check);
    if (&check == culprit) {
      for (const CheckOutcome& other : instance.checks) {
        if (other.verdict == Verdict::blocked) problem.blocked.push_back(other.name);
      }
    }
    gatherer.add(std::move(problem));
  }
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string Problem::name() const {
  if (finding != nullptr) return "monitor:" + finding->monitor;
  return check != nullptr ? check->name : std::string();
}

std::string Problem::level() const {
  return check != nullptr ? std::string(scenario::to_string(check->level)) : std::string();
}

std::vector<std::string> Problem::statements() const {
  if (finding != nullptr) return {finding->statement};
  return check != nullptr ? check->statements : std::vector<std::string>();
}

const Evidence* Problem::evidence() const {
  if (check == nullptr || check->evidence.empty()) return nullptr;
  for (const Evidence& evidence : check->evidence) {
    if (!evidence.met) return &evidence;
  }
  return &check->evidence.back();
}

std::string Problem::allowed() const {
  const Evidence* decisive = evidence();
  return decisive != nullptr ? decisive->expected : std::string();
}

std::string Problem::came() const {
  const Evidence* decisive = evidence();
  if (decisive == nullptr) return {};
  std::string text = decisive->received.empty() ? "nothing" : decisive->received;
  // What lay in the inbox may have come before the step began; that is no measured time.
  if (decisive->elapsed && decisive->elapsed->count() > 0) {
    text += " after " + human(*decisive->elapsed);
  }
  return text;
}

std::string Problem::why() const {
  if (finding != nullptr) {
    return (finding->ours ? "our own side: " : "") + finding->message;
  }
  if (check != nullptr && !check->why.empty()) return check->why;
  const Evidence* decisive = evidence();
  if (decisive != nullptr && !decisive->why.empty()) return decisive->why;
  if (!instance->reason.empty() || instance->scenario_errors.empty()) return instance->reason;
  return "a fault of the scenario: " + instance->scenario_errors.front();
}

std::string Problem::place() const {
  const Evidence* decisive = evidence();
  if (decisive == nullptr) return instance->file;
  const std::string line = decisive->line != 0 ? fmt::format(":{}", decisive->line) : "";
  return instance->file + line + " " + decisive->step;
}

std::vector<Problem> problems_of(const RunResult& result, bool with_nonstrict) {
  Gatherer gatherer(with_nonstrict);
  for (const InstanceOutcome& instance : result.instances) {
    add_checks(gatherer, result, instance);
    for (const MonitorFinding& finding : instance.monitor_findings) {
      Problem problem;
      problem.verdict = verdict_of(result, finding);
      problem.instance = &instance;
      problem.finding = &finding;
      problem.deviation = deviation_of(result, instance, finding);
      gatherer.add(std::move(problem));
    }
    if (instance.checks.empty()) {
      Problem problem;
      problem.verdict = instance.verdict;
      problem.instance = &instance;
      gatherer.add(std::move(problem));
    }
  }
  return gatherer.take();
}

Excerpt excerpt_of(const Problem& problem, std::size_t most) {
  const std::size_t size = problem.instance->trace.size();
  std::size_t last = size;
  if (problem.finding != nullptr) {
    last = std::min(size, problem.finding->trace + 2);
  } else if (const Evidence* evidence = problem.evidence();
             evidence != nullptr && !evidence->received.empty() && !evidence->trace.empty()) {
    // A little of what follows often tells how the broker took it.
    last = std::min(size, *std::max_element(evidence->trace.begin(), evidence->trace.end()) + 3);
  }
  return {last > most ? last - most : 0, last};
}

TraceLine trace_line(const InstanceOutcome& instance, std::size_t place) {
  const TraceEntry& entry = instance.trace[place];
  TraceLine line;
  line.at = human(entry.at - instance.trace.front().at);
  line.client = printable(entry.client);
  line.text = printable(entry.text);
  switch (entry.kind) {
    case TraceEntry::Kind::opened:
      line.text = "opens " + line.text;
      break;
    case TraceEntry::Kind::sent:
      line.arrow = "→";
      break;
    case TraceEntry::Kind::received:
      line.arrow = "←";
      break;
    case TraceEntry::Kind::closed_by_us:
      line.text = "closes (" + line.text + ")";
      break;
    case TraceEntry::Kind::closed_by_broker:
      line.text = "broker closes (" + line.text + ")";
      break;
    case TraceEntry::Kind::note:
      break;
  }
  if (!entry.illegal.empty()) line.text += "  [on purpose: " + printable(entry.illegal) + "]";
  if (!entry.problem.empty()) line.text += "  [wrong: " + printable(entry.problem) + "]";
  return line;
}

std::string replay_command(const RunResult& result, const InstanceOutcome& instance) {
  const std::string id = shell_quoted(printable(instance.id));
  std::string command = printable(result.replay);
  if (command.empty()) command = printable(result.command) + " --only {}";
  // The id brings its own quotes.
  if (const std::size_t quoted = command.find("'{}'"); quoted != std::string::npos) {
    return command.replace(quoted, 4, id);
  }
  const std::size_t place = command.find("{}");
  return place == std::string::npos ? command + " " + id : command.replace(place, 2, id);
}

}  // namespace mqttspec::report
