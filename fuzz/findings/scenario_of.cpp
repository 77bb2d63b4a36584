#include "fuzz/findings/scenario_of.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "conformance/executor/virtual/virtual_driver.hpp"
#include "conformance/scenario/lint.hpp"
#include "fuzz/findings/script_writer.hpp"

namespace mqttspec::fuzz {

using executor::InstanceOutcome;
using scenario::Scenario;
using scenario::Step;

namespace {

// How often a script may be put right. Each time is one play of a few hundred packets.
constexpr int repairs_max = 300;

std::shared_ptr<const scenario::File> reread(const scenario::File& file, std::string& trouble) {
  std::vector<scenario::Problem> problems;
  auto parsed = scenario::parse_file(scenario::print_file(file), file.path, problems);
  if (!parsed) {
    trouble = to_string(problems.front());
    return nullptr;
  }
  return std::make_shared<const scenario::File>(std::move(*parsed));
}

InstanceOutcome play_file(const std::shared_ptr<const scenario::File>& file,
                          node::Interceptor* interceptor) {
  std::vector<scenario::Problem> problems;
  const auto instances = scenario::expand(file, problems);
  executor::VirtualOptions options;
  options.interceptor = interceptor;
  return executor::run_virtual(instances.front(), options);
}

// The step that a sentence of the interpreter's is about: "steps[3] (line 24): ...".
std::optional<std::size_t> step_in(std::string_view sentence) {
  constexpr std::string_view mark = "steps[";
  const auto at = sentence.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t number = 0;
  const auto* begin = sentence.data() + at + mark.size();
  const auto parsed = std::from_chars(begin, sentence.data() + sentence.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return number;
}

// "this is illegal here and does not say so: <why>; add ..."
std::string rule_in(std::string_view sentence) {
  constexpr std::string_view mark = "say so: ";
  const auto begin = sentence.find(mark);
  if (begin == std::string_view::npos) return "a rule of the session";
  const auto end = sentence.find("; add \"illegal\"", begin);
  return std::string(sentence.substr(begin + mark.size(), end - begin - mark.size()));
}

bool is_good(executor::Verdict verdict) {
  return verdict == executor::Verdict::pass || verdict == executor::Verdict::not_asked;
}

// Checks that no step decides any more are not asked.
void drop_unused_checks(Scenario& scenario) {
  std::erase_if(scenario.checks, [&](const auto& check) {
    return std::none_of(scenario.steps.begin(), scenario.steps.end(), [&](const Step& step) {
      return std::find(step.checks.begin(), step.checks.end(), check.name) != step.checks.end();
    });
  });
}

// Puts right what the play of a script has shown to be wrong with it.
class Repair {
 public:
  explicit Repair(Scripted& scripted) : scripted_(scripted) {}

  void run() {
    for (int tries = 0; tries < repairs_max; ++tries) {
      drop_unused_checks(scripted_.file.scenarios.front());
      const auto file = reread(scripted_.file, scripted_.trouble);
      if (!file) return;
      const InstanceOutcome outcome = play_file(file, nullptr);
      if (!outcome.scenario_errors.empty()) {
        if (!mark(outcome.scenario_errors.front())) return;
      } else if (const auto unmet = unmet_step(outcome)) {
        scripted_.left_out.push_back(unmet->second);
        leave_out(unmet->first);
      } else {
        return judge(*file, outcome);
      }
    }
    scripted_.trouble = "the scenario cannot be put right";
  }

 private:
  std::vector<Step>& steps() { return scripted_.file.scenarios.front().steps; }

  // Adds or takes away `illegal`, as the interpreter asks.
  bool mark(const std::string& sentence) {
    const auto number = step_in(sentence);
    if (!number || *number >= steps().size() || marks_ > 2 * steps().size()) {
      scripted_.trouble = sentence;
      return false;
    }
    ++marks_;
    std::string& illegal = steps()[*number].illegal;
    illegal = illegal.empty() ? rule_in(sentence) : "";
    return true;
  }

  // Which one, and why.
  static std::optional<std::pair<std::size_t, std::string>> unmet_step(
      const InstanceOutcome& outcome) {
    std::string why = outcome.reason;
    auto number = step_in(why);
    for (const auto& check : outcome.checks) {
      for (const auto& evidence : check.evidence) {
        if (evidence.met) continue;
        const auto unmet = step_in(evidence.step);
        if (number && unmet && *number <= *unmet) continue;
        number = unmet;
        why = evidence.step + ": " + evidence.expected + ": " + evidence.why + ": " +
              evidence.received;
      }
    }
    if (!number) return std::nullopt;
    return std::pair(*number, why);
  }

  void leave_out(std::size_t number) {
    Step& step = steps()[number];
    if (step.action == scenario::ActionKind::none || step.action == scenario::ActionKind::ping) {
      steps().erase(steps().begin() + static_cast<std::ptrdiff_t>(number));
      return;
    }
    step.observation = scenario::ObservationKind::none;
    step.pattern = {};
    step.checks.clear();
    if (step.action != scenario::ActionKind::connect) return;
    // A connect that observes nothing would wait for an acceptance.
    Step open = step;
    open.action = scenario::ActionKind::open;
    open.argument = scenario::Value(scenario::Object{});
    open.illegal.clear();
    step.action = scenario::ActionKind::send;
    step.argument = scenario::Value(scenario::Object{{"CONNECT", step.argument}});
    steps().insert(steps().begin() + static_cast<std::ptrdiff_t>(number), open);
  }

  void judge(const scenario::File& file, const InstanceOutcome& outcome) {
    for (const auto& check : outcome.checks) {
      if (!is_good(check.verdict)) scripted_.trouble = check.name + ": " + check.why;
    }
    if (is_caught(outcome)) scripted_.trouble = "the reference does not pass it";
    const auto problems = scenario::lint(file, {});
    if (!problems.empty()) scripted_.trouble = to_string(problems.front());
  }

  Scripted& scripted_;
  std::size_t marks_ = 0;
};

// With everybody reading at the end, so that all that comes is recorded.
Program reading_at_the_end(Program program) {
  for (std::size_t client = 0; client < clients_max; ++client) {
    const bool stalls = std::any_of(program.begin(), program.end(), [&](const Operation& o) {
      return o.client == client && o.kind == Operation::Kind::stall;
    });
    if (!stalls) continue;
    Operation resume;
    resume.kind = Operation::Kind::resume;
    resume.client = client;
    program.push_back(resume);
  }
  return program;
}

}  // namespace

Scripted scenario_of(const Program& given, const Naming& naming) {
  const Program program = reading_at_the_end(given);
  const Recording recording = record(program);
  ScriptWriter writer;
  for (std::size_t i = 0; i < program.size(); ++i) {
    writer.add(program[i], recording.operations[i]);
  }
  writer.finish();
  Scripted scripted;
  scripted.file.path = naming.id + ".json";
  scripted.file.schema = "../../scenarios/schema/scenario.schema.json";
  scripted.file.theme = "Found by a fuzzer";
  Scenario& scenario = scripted.file.scenarios.emplace_back(writer.take());
  scenario.id = naming.id;
  scenario.title = naming.title;
  scenario.note = naming.note;
  scenario.exclusive = "names and filters stand as the fuzzer chose them";
  if (scenario.clients.empty()) {
    scripted.trouble = "nobody connects, so that there is nothing to play";
    return scripted;
  }
  Repair(scripted).run();
  scripted.text = scenario::print_file(scripted.file);
  return scripted;
}

InstanceOutcome play(const scenario::File& file, node::Interceptor* interceptor) {
  std::string trouble;
  const auto again = reread(file, trouble);
  if (!again) {
    InstanceOutcome outcome;
    outcome.scenario_errors.push_back(trouble);
    return outcome;
  }
  return play_file(again, interceptor);
}

bool is_caught(const InstanceOutcome& outcome) {
  const bool failed =
      std::any_of(outcome.checks.begin(), outcome.checks.end(), [](const auto& check) {
        return check.verdict == executor::Verdict::fail ||
               check.verdict == executor::Verdict::crash;
      });
  return failed || std::any_of(outcome.monitor_findings.begin(), outcome.monitor_findings.end(),
                               [](const auto& finding) { return !finding.ours; });
}

}  // namespace mqttspec::fuzz
