#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/lint_rules.hpp"
#include "conformance/scenario/matcher.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

// "code", "reason-code", "code-of-first": a check that asks about the reason code.
bool names_code(std::string_view check) {
  for (std::size_t at = 0; at <= check.size();) {
    const std::size_t end = std::min(check.find('-', at), check.size());
    if (check.substr(at, end - at) == "code") return true;
    at = end + 1;
  }
  return false;
}

// Does its name leave open which code it carries? ANY packet may carry any.
bool carries_code(std::string_view packet) {
  if (packet == "ANY") return true;
  const std::vector<FieldRow> fields = pattern_fields(packet);
  return find_field(fields, "reason_code") != nullptr ||
         find_field(fields, "reason_codes") != nullptr;
}

bool states_code(const Value& fields) {
  return fields.find("reason_code") != nullptr || fields.find("reason_codes") != nullptr;
}

// A bound as a number: 7, "0x07", "3s".
std::optional<double> bound(const Value& value) {
  if (value.integer() != nullptr) return static_cast<double>(*value.integer());
  if (value.number() != nullptr) return *value.number();
  if (value.string() == nullptr) return std::nullopt;
  if (const auto number = parse_number(*value.string())) {
    return std::visit([](auto n) { return static_cast<double>(n); }, *number);
  }
  const Result<std::chrono::nanoseconds> duration = parse_duration(*value.string());
  return duration ? std::optional(static_cast<double>(duration->count())) : std::nullopt;
}

class ObservationRules {
 public:
  ObservationRules(LintReport& report, const LintStep& at) : report_(report), at_(at) {}

  void check_pattern(const std::string& where) {
    const Resolution resolved = at_.scope.resolve(at_.step.pattern);
    if (resolved.known == Resolution::Known::wrong) {
      (void)known_or_report(report_, at_, where, resolved);
      return;
    }
    check_bounds(at_.step.pattern, where);
    if (at_.step.observation == ObservationKind::expect) check_codes(resolved.value, where);
    if (!resolved.ok()) return;
    const Result<std::vector<Alternatives>> parsed = parse_expectation(resolved.value);
    if (!parsed) add(where, resolved.value.line, parsed.error());
  }

  void check_verify() {
    const std::string& where = at_.step.verify_kind;
    const Resolution resolved = at_.scope.resolve(at_.step.verify_argument);
    if (resolved.known == Resolution::Known::wrong) {
      (void)known_or_report(report_, at_, where, resolved);
      return;
    }
    check_bounds(at_.step.verify_argument, where);
    const bool fields = where == "is" || where == "every" || where == "some";
    if (!fields) return;
    if (resolved.ok()) {
      if (const auto problem = problem_in_fields(resolved.value)) {
        add(where, resolved.value.line, *problem);
      }
    }
    for (const std::string& check : at_.step.checks) {
      if (names_code(check) && !states_code(resolved.value)) any_code(where, check);
    }
  }

  void check_count() {
    const Resolution count = at_.scope.resolve(at_.step.count);
    if (!known_or_report(report_, at_, "count", count)) return;
    check_bounds(at_.step.count, "count");
    if (at_.step.count == Value(0)) {
      add("count", at_.step.line, "to expect none is a silence: write \"silence\" instead");
    }
  }

 private:
  void add(const std::string& where, std::uint32_t line, const std::string& message) {
    report_.add(at_.at(where), line != 0 ? line : at_.step.line, message, &at_.instance);
  }

  void any_code(const std::string& where, const std::string& check) {
    add(where, at_.step.line,
        fmt::format("{} asks about the code, and here any code passes it: state reason_code, or "
                    "let gives grade it",
                    quoted(check)));
  }

  // As written: what variables bring in may be meant to match nothing in some instance.
  void check_bounds(const Value& value, const std::string& where) {
    if (const Array* list = value.array()) {
      for (const Value& element : *list) check_bounds(element, where);
    }
    if (value.object() == nullptr) return;
    const Value* minimum = value.find("min");
    const Value* maximum = value.find("max");
    if (minimum != nullptr && maximum != nullptr) {
      const std::optional<double> low = bound(*minimum);
      const std::optional<double> high = bound(*maximum);
      if (low && high && *low > *high) add(where, minimum->line, "min is above max");
    }
    for (const auto& [key, member] : *value.object()) check_bounds(member, where + "." + key);
  }

  // Each packet that would pass a check on the code has to say which code.
  void check_codes(const Value& value, const std::string& where) {
    if (const Array* list = value.array()) {
      for (const Value& element : *list) check_codes(element, where);
      return;
    }
    const Value* alternatives = value.find("any_of");
    if (alternatives != nullptr) return check_codes(*alternatives, where);
    const Value* gives = value.find("gives");
    for (const std::string& check : at_.step.checks) {
      if (!names_code(check)) continue;
      const bool graded = gives != nullptr && gives->find(check) != nullptr;
      if (!graded && leaves_code_open(value)) any_code(where, check);
    }
  }

  static bool leaves_code_open(const Value& pattern) {
    if (pattern.string() != nullptr) return carries_code(*pattern.string());
    if (pattern.object() == nullptr) return false;
    for (const auto& [packet, fields] : *pattern.object()) {
      if (packet != "gives" && carries_code(packet) && !states_code(fields)) return true;
    }
    return false;
  }

  LintReport& report_;
  const LintStep& at_;
};

}  // namespace

void lint_observation(LintReport& report, const LintStep& at) {
  ObservationRules rules(report, at);
  switch (at.step.observation) {
    case ObservationKind::none:
      return;
    case ObservationKind::expect:
      rules.check_pattern("expect");
      if (!at.step.count.is_null()) rules.check_count();
      return;
    case ObservationKind::silence:
      rules.check_pattern("silence");
      return;
    case ObservationKind::verify:
      rules.check_verify();
      return;
  }
}

}  // namespace mqttspec::scenario
