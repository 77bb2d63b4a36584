#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

std::vector<std::string_view> names_of(const std::vector<CheckDefinition>& checks) {
  std::vector<std::string_view> out;
  for (const CheckDefinition& check : checks) out.push_back(check.name);
  return out;
}

// Names of variables, captures, marks and counters share one space.
class NameRules {
 public:
  NameRules(LintReport& report, const LintScenario& scenario)
      : report_(report), scenario_(scenario) {}

  void check() {
    for (const char* name : {"ns", "version"})
      owners_[name] = {"a variable that always exists", ""};
    take_variables(scenario_.file.vars, "vars", "a variable of the file");
    for (const Axis& axis : scenario_.scenario.matrix) {
      take(axis.name, "an axis of the matrix", scenario_.at("matrix." + axis.name),
           axis.values.line);
    }
    take_variables(scenario_.scenario.vars, scenario_.at("vars"), "a variable of the scenario");
    for_each_step(scenario_.scenario.steps, [this](const Step& step) { take_step(step); });
    check_decisions();
  }

 private:
  struct Owner {
    std::string kind;
    std::string place;
  };

  void take(const std::string& name, const std::string& kind, const std::string& place,
            std::uint32_t line) {
    const auto [found, added] = owners_.try_emplace(name, Owner{kind, place});
    if (added || found->second.kind == kind) return;
    const Owner& owner = found->second;
    report_.add(place, line,
                fmt::format("{} is already the name of {}{}", quoted(name), owner.kind,
                            owner.place.empty() ? "" : " (" + owner.place + ")"));
  }

  void take_variables(const Value& vars, const std::string& place, const std::string& kind) {
    if (vars.object() == nullptr) return;
    for (const auto& [name, value] : *vars.object()) {
      take(name, kind, place + "." + name, value.line);
    }
  }

  void take_step(const Step& step) {
    const std::string place = scenario_.at(step.path);
    if (!step.as.empty()) {
      const bool list = !step.count.is_null() || step.pattern.array() != nullptr;
      const char* kind = step.action == ActionKind::repeat ? "a counter"
                         : list                            ? "a captured list"
                                                           : "a captured packet";
      take(step.as, kind, place + ".as", step.line);
    }
    if (!step.mark.empty()) take(step.mark, "a mark", place + ".mark", step.line);
    if (step.action == ActionKind::repeat && !step.as.empty()) check_nesting(step);
    for (const std::string& check : step.checks) check_check(check, step);
    if (step.pattern.object() != nullptr || step.pattern.array() != nullptr) {
      check_gives(step.pattern, step);
    }
    if (step.observation == ObservationKind::verify) verifies_.push_back(&step);
  }

  void check_nesting(const Step& repeat) {
    for_each_step(repeat.steps, [&](const Step& inner) {
      if (inner.action != ActionKind::repeat || inner.as != repeat.as) return;
      report_.add(scenario_.at(inner.path) + ".as", inner.line,
                  fmt::format("the repeat around this one counts in {} as well", quoted(inner.as)));
    });
  }

  void check_check(const std::string& name, const Step& step) {
    decided_.insert(name);
    const auto names = names_of(scenario_.scenario.checks);
    for (const std::string_view known : names) {
      if (known == name) return;
    }
    report_.add(scenario_.at(step.path) + ".check", step.line,
                fmt::format("there is no check {}{}", quoted(name), did_you_mean(name, names)));
  }

  // `gives` grades checks that the step decides.
  void check_gives(const Value& value, const Step& step) {
    if (const Array* list = value.array()) {
      for (const Value& element : *list) check_gives(element, step);
    }
    if (const Value* alternatives = value.find("any_of")) check_gives(*alternatives, step);
    const Value* gives = value.find("gives");
    if (gives == nullptr || gives->object() == nullptr) return;
    const std::vector<std::string_view> names(step.checks.begin(), step.checks.end());
    for (const auto& [name, grade] : *gives->object()) {
      bool decided = false;
      for (const std::string& check : step.checks) decided = decided || check == name;
      if (decided) continue;
      report_.add(scenario_.at(step.path) + ".expect", grade.line,
                  fmt::format("gives grades {}, which the step does not decide{}", quoted(name),
                              did_you_mean(name, names)));
    }
  }

  void check_decisions() {
    for (const CheckDefinition& check : scenario_.scenario.checks) {
      if (decided_.contains(check.name)) continue;
      report_.add(scenario_.at("checks." + check.name), check.line, "no step decides this check");
    }
    for (const Step* step : verifies_) {
      const auto owner = owners_.find(step->verify);
      if (owner == owners_.end()) continue;  // told by the walk
      const bool single = owner->second.kind == "a captured packet";
      const bool list = owner->second.kind == "a captured list";
      const std::string place = scenario_.at(step->path) + "." + step->verify_kind;
      if (list && step->verify_kind == "is") {
        report_.add(
            place, step->line,
            fmt::format("{} is a list; compare it with every or some", quoted(step->verify)));
      } else if (single && step->verify_kind != "is") {
        report_.add(place, step->line,
                    fmt::format("{} is a single packet; compare it with is", quoted(step->verify)));
      }
    }
  }

  LintReport& report_;
  const LintScenario& scenario_;
  std::map<std::string, Owner> owners_;
  std::set<std::string> decided_;
  std::vector<const Step*> verifies_;
};

}  // namespace

void lint_names(LintReport& report, const LintScenario& scenario) {
  NameRules(report, scenario).check();
}

}  // namespace mqttspec::scenario
