#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

// How strictly a check may judge what the statement says.
Level by_level(const StatementInfo& info) {
  if (info.level == "MUST" || info.level == "MUST NOT" || info.level == "stated") {
    return Level::must;
  }
  return info.level == "MAY" || info.level == "none" ? Level::may : Level::should;
}

// The same for a check that a fault of ours was noticed.
Level by_reaction(const StatementInfo& info) {
  if (info.reaction.empty()) return by_level(info);
  if (info.reaction == "must") return Level::must;
  return info.reaction == "may" || info.reaction == "none" ? Level::may : Level::should;
}

// These say that a server closes once it has noticed a fault, not that it has to look for one; what
// is cited beside them decides.
bool is_general(std::string_view id) {
  return id == "5.0:MQTT-4.13.1-1" || id == "3.1.1:MQTT-4.8.0-1";
}

void flatten(const Value& value, std::vector<std::string>& out) {
  if (value.string() != nullptr) out.push_back(*value.string());
  if (value.array() == nullptr) return;
  for (const Value& element : *value.array()) flatten(element, out);
}

class StatementRules {
 public:
  StatementRules(LintReport& report, const LintScenario& scenario, const LintContext& context)
      : report_(report), scenario_(scenario), context_(context) {}

  void check(const std::vector<WalkFacts>& facts) {
    for (const CheckDefinition& check : scenario_.scenario.checks) check_citations(check);
    for (std::size_t i = 0; i < scenario_.instances.size(); ++i) {
      for (const Check& check : scenario_.instances[i]->checks) {
        check_level(*scenario_.instances[i], check, facts[i].notices_fault.contains(check.name));
      }
    }
  }

 private:
  const CheckDefinition& definition_of(const std::string& name) const {
    return *std::find_if(scenario_.scenario.checks.begin(), scenario_.scenario.checks.end(),
                         [&](const CheckDefinition& check) { return check.name == name; });
  }

  void check_citations(const CheckDefinition& check) {
    const std::set<std::string> none;
    const std::string place = scenario_.at("checks." + check.name + ".statements");
    // What a variable brings in may be meant for other scenarios, or other versions, too.
    std::set<std::string> written;
    for (const Value& statement : *check.statements.array()) written.insert(*statement.string());
    std::set<std::string> cited;
    std::set<std::string> counted;
    for (const Instance* instance : scenario_.instances) {
      const Resolution statements = StaticScope(*instance, none).resolve(check.statements);
      std::vector<std::string> ids;
      if (statements.ok()) flatten(statements.value, ids);
      cited.insert(ids.begin(), ids.end());
      for (const Check& asked : instance->checks) {
        if (asked.name == check.name) {
          counted.insert(asked.statements.begin(), asked.statements.end());
        }
      }
    }
    for (const std::string& id : cited) {
      if (!context_.statement(id)) {
        const std::string nearest =
            context_.nearest_statement ? context_.nearest_statement(id) : std::string();
        report_.add(place, check.line,
                    fmt::format("there is no statement {}{}", id,
                                nearest.empty() ? "" : "; did you mean " + nearest + "?"));
      } else if (written.contains(id) && !counted.contains(id)) {
        report_.add(place, check.line,
                    fmt::format("{} never counts: no client here speaks {}", id,
                                id.substr(0, id.find(':'))));
      }
    }
  }

  void check_level(const Instance& instance, const Check& check, bool notices_fault) {
    if (!check.asked()) return;
    Level allowed = Level::may;
    Level allowed_for_fault = Level::may;
    bool particular = false;
    for (const std::string& id : check.statements) {
      const std::optional<StatementInfo> info = context_.statement(id);
      if (!info) return;  // told already
      allowed = std::max(allowed, by_level(*info));
      if (is_general(id)) continue;
      particular = true;
      allowed_for_fault = std::max(allowed_for_fault, by_reaction(*info));
    }
    const std::string place = scenario_.at("checks." + check.name + ".level");
    const std::uint32_t line = definition_of(check.name).line;
    if (check.level > allowed) {
      report_.add(place, line,
                  fmt::format("{} is stricter than what is cited, which allows {}",
                              to_string(check.level), to_string(allowed)),
                  &instance);
    } else if (notices_fault && particular && check.level > allowed_for_fault) {
      report_.add(
          place, line,
          fmt::format("{} for noticing a fault that no statement cited here obliges a server "
                      "to look for; their reactions allow {}",
                      to_string(check.level), to_string(allowed_for_fault)),
          &instance);
    }
  }

  LintReport& report_;
  const LintScenario& scenario_;
  const LintContext& context_;
};

}  // namespace

void lint_statements(LintReport& report, const LintScenario& scenario, const LintContext& context,
                     const std::vector<WalkFacts>& facts) {
  if (context.statement) StatementRules(report, scenario, context).check(facts);
}

}  // namespace mqttspec::scenario
