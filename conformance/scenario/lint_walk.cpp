#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/parser_config.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

// Of a counted repeat the first and the last turn are read; of values all, up to a bound.
constexpr std::int64_t turns_max = 64;

class Walk {
 public:
  Walk(LintReport& report, const LintScenario& scenario, const Instance& instance)
      : report_(report), scenario_(scenario), instance_(instance) {
    for_each_step(scenario.scenario.steps, [this](const Step& step) {
      if (!step.as.empty() && step.action != ActionKind::repeat)
        captured_somewhere_.insert(step.as);
      if (!step.mark.empty()) marked_somewhere_.insert(step.mark);
    });
  }

  WalkFacts run() {
    StaticScope scope(instance_, captured_somewhere_);
    for (const ClientDefinition& client : scenario_.scenario.clients) {
      lint_client(report_, scenario_, instance_, client, scope);
    }
    check_config(scope);
    walk(scenario_.scenario.steps, scope);
    return std::move(facts_);
  }

 private:
  void add(const Step& step, std::string_view where, const std::string& message) {
    report_.add(scenario_.at(step.path) + (where.empty() ? "" : ".") + std::string(where),
                step.line, message, &instance_);
  }

  // With the variables in place the settings must still be such as a broker can have.
  void check_config(const StaticScope& scope) {
    const Value& config = scenario_.scenario.config;
    const Resolution resolved = scope.resolve(config);
    if (resolved.known == Resolution::Known::wrong) {
      report_.add(scenario_.at("config"), resolved.line, resolved.problem, &instance_);
    }
    if (!resolved.ok() || config.is_null()) return;
    std::vector<Problem> problems;
    Reporter reporter(scenario_.file.path, problems);
    scenario::check_config(reporter, resolved.value, Place());
    for (const Problem& problem : problems) {
      report_.add(scenario_.at("config." + problem.json_path), problem.line, problem.message,
                  &instance_);
    }
  }

  void walk(const std::vector<Step>& steps, StaticScope& scope) {
    for (const Step& step : steps) {
      // The order of the text decides what verify may name: a capture may be skipped.
      if (!step.as.empty()) passed_.insert(step.as);
      if (!step.when.empty()) {
        const auto problem = scope.problem_in(step.when);
        if (problem) add(step, "when", *problem);
        if (!problem && scope.holds(step.when) == false) continue;
      }
      walk_step(step, scope);
    }
  }

  void walk_step(const Step& step, StaticScope& scope) {
    if (step.action == ActionKind::repeat) return walk_repeat(step, scope);
    if (step.action == ActionKind::parallel) return walk_lanes(step, scope);
    const LintStep at{scenario_, instance_, step, scope, clients_of(step, scope)};
    if (!step.argument.is_null()) lint_send(report_, at);
    if (!step.mark.empty()) scope.mark(step.mark);
    check_times(at);
    if (step.observation == ObservationKind::verify) check_verify(step, scope);
    lint_observation(report_, at);
    note_faults(at);
    if (!step.as.empty()) scope.capture(step.as);
  }

  void walk_repeat(const Step& step, StaticScope& scope) {
    const Resolution turns = scope.resolve(step.argument);
    if (turns.known == Resolution::Known::wrong) return add(step, "repeat", turns.problem);
    Array values;
    if (const Array* list = turns.value.array()) values = *list;
    if (const std::int64_t* count = turns.value.integer()) {
      values.emplace_back(std::int64_t{1});
      if (*count > 1) values.emplace_back(*count);
    }
    if (values.empty() && turns.ok()) {
      return add(step, "repeat", "this is neither a number from 1 up nor a list of values");
    }
    if (values.empty()) values.emplace_back(std::int64_t{1});
    if (values.size() > turns_max) values.resize(turns_max);
    for (const Value& value : values) {
      if (!step.as.empty()) scope.set_counter(step.as, value);
      walk(step.steps, scope);
    }
    if (!step.as.empty()) scope.drop_counter(step.as);
  }

  // What one lane captures the others cannot count on.
  void walk_lanes(const Step& step, StaticScope& scope) {
    const StaticScope before = scope;
    for (const std::vector<Step>& lane : step.lanes) {
      StaticScope own = before;
      walk(lane, own);
      scope.join(own);
    }
  }

  std::vector<const ClientDefinition*> clients_of(const Step& step, const StaticScope& scope) {
    std::vector<const ClientDefinition*> out;
    std::vector<std::string_view> declared;
    for (const ClientDefinition& client : scenario_.scenario.clients) {
      declared.push_back(client.name);
    }
    for (const std::string& name : step.clients) {
      const Resolution resolved = scope.resolve(Value(name));
      if (resolved.known == Resolution::Known::wrong) add(step, "client", resolved.problem);
      if (!resolved.ok()) continue;
      const std::string* text = resolved.value.string();
      const auto& all = scenario_.scenario.clients;
      const auto found = std::find_if(all.begin(), all.end(), [&](const ClientDefinition& client) {
        return text != nullptr && client.name == *text;
      });
      if (found != all.end()) {
        facts_.clients_used.insert(found->name);
        out.push_back(&*found);
      } else {
        const std::string shown = text != nullptr ? *text : name;
        add(step, "client",
            fmt::format("there is no client {}{}", quoted(shown), did_you_mean(shown, declared)));
      }
    }
    return out;
  }

  void check_times(const LintStep& at) {
    const auto check = [&](const std::string& text, std::string_view where) {
      if (text.empty()) return;
      const Resolution resolved = at.scope.resolve(Value(text));
      if (!known_or_report(report_, at, where, resolved)) return;
      const std::string* duration = resolved.value.string();
      const Result<std::chrono::nanoseconds> parsed = parse_duration(duration ? *duration : text);
      if (!parsed) add(at.step, where, parsed.error());
    };
    check(at.step.within, "within");
    check(at.step.pause, "pause");
    if (at.step.action == ActionKind::wait) check(*at.step.argument.string(), "wait");
    const std::string& since = at.step.since;
    if (since.empty() || at.scope.has_moment(since)) return;
    // Of a step that was skipped, or that stands in a lane beside this one, no moment is known.
    const bool exists = captured_somewhere_.contains(since) || marked_somewhere_.contains(since);
    if (exists) return add(at.step, "since", quoted(since) + " is used before it can exist");
    std::vector<std::string_view> names(captured_somewhere_.begin(), captured_somewhere_.end());
    names.insert(names.end(), marked_somewhere_.begin(), marked_somewhere_.end());
    add(at.step, "since",
        fmt::format("there is no mark or capture {}{}", quoted(since), did_you_mean(since, names)));
  }

  void check_verify(const Step& step, const StaticScope& scope) {
    if (scope.has_capture(step.verify) || passed_.contains(step.verify)) return;
    if (captured_somewhere_.contains(step.verify)) {
      return add(step, "verify", quoted(step.verify) + " is used before it can exist");
    }
    const std::vector<std::string_view> names(captured_somewhere_.begin(),
                                              captured_somewhere_.end());
    add(step, "verify",
        fmt::format("nothing captures {}{}", quoted(step.verify),
                    did_you_mean(step.verify, names)));
  }

  static bool expects_close(const Value& pattern) {
    if (pattern.string() != nullptr) return *pattern.string() == "CLOSED";
    if (const Array* list = pattern.array()) {
      return std::any_of(list->begin(), list->end(), expects_close);
    }
    const Value* alternatives = pattern.find("any_of");
    return pattern.find("CLOSED") != nullptr ||
           (alternatives != nullptr && expects_close(*alternatives));
  }

  // A close that a client expects after it sent something illegal.
  void note_faults(const LintStep& at) {
    const Step& step = at.step;
    for (const ClientDefinition* client : at.clients) {
      if (step.action != ActionKind::none) at_fault_[client->name] = !step.illegal.empty();
      const bool close = step.observation == ObservationKind::expect && expects_close(step.pattern);
      if (!close || !at_fault_[client->name]) continue;
      facts_.notices_fault.insert(step.checks.begin(), step.checks.end());
    }
  }

  LintReport& report_;
  const LintScenario& scenario_;
  const Instance& instance_;
  std::set<std::string> captured_somewhere_;
  std::set<std::string> marked_somewhere_;
  std::set<std::string> passed_;
  std::map<std::string, bool> at_fault_;
  WalkFacts facts_;
};

}  // namespace

bool known_or_report(LintReport& report, const LintStep& at, std::string_view where,
                     const Resolution& resolution) {
  if (resolution.known == Resolution::Known::wrong) {
    report.add(at.at(where), resolution.line != 0 ? resolution.line : at.step.line,
               resolution.problem, &at.instance);
  }
  return resolution.ok();
}

std::optional<Version> version_of(const ClientDefinition& client, const StaticScope& scope,
                                  Version otherwise) {
  if (client.version.is_null()) return otherwise;
  const Resolution resolved = scope.resolve(client.version);
  const std::string* name = resolved.ok() ? resolved.value.string() : nullptr;
  return name != nullptr ? version_by_name(*name) : std::nullopt;
}

WalkFacts lint_walk(LintReport& report, const LintScenario& scenario, const Instance& instance) {
  return Walk(report, scenario, instance).run();
}

}  // namespace mqttspec::scenario
