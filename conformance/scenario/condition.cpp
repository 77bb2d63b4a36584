#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "conformance/scenario/evaluator.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

using Tokens = std::vector<std::string_view>;

constexpr std::array<std::string_view, 7> comparisons{"==", "!=", "<", "<=", ">", ">=", "has"};

bool is_comparison(std::string_view token) {
  return std::find(comparisons.begin(), comparisons.end(), token) != comparisons.end();
}

bool truth(const Value& value) {
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const std::int64_t* integer = value.integer()) return *integer != 0;
  if (const double* number = value.number()) return *number < 0 || *number > 0;
  if (const std::string* text = value.string()) return !text->empty();
  if (const Array* array = value.array()) return !array->empty();
  if (const Object* object = value.object()) return !object->empty();
  return false;
}

bool equal(const Value& a, const Value& b) {
  const std::optional<Number> x = to_number(a);
  const std::optional<Number> y = to_number(b);
  if (x && y) return compare(*x, *y) == 0;
  const std::optional<std::string> left = text_of(a);
  const std::optional<std::string> right = text_of(b);
  return left && right ? *left == *right : a == b;
}

struct Clause {
  Tokens left;
  std::string_view comparison;  // empty: `left` by itself
  Tokens right;
  bool negated = false;
};

Result<std::vector<Clause>> parse(std::string_view condition) {
  using Answer = Result<std::vector<Clause>>;
  std::vector<Clause> clauses(1);
  for (const std::string_view token : split_at_blanks(condition)) {
    Clause& clause = clauses.back();
    if (token == "or") {
      clauses.emplace_back();
    } else if (token == "not" && clause.left.empty() && !clause.negated) {
      clause.negated = true;
    } else if (is_comparison(token) && clause.comparison.empty()) {
      clause.comparison = token;
    } else if (token == "and" || token == "not" || is_comparison(token)) {
      return Answer::failure(fmt::format("{} cannot stand there in the condition {}{}",
                                         quoted(token), quoted(condition),
                                         token == "and" ? "; of \"requires\" all must hold" : ""));
    } else {
      (clause.comparison.empty() ? clause.left : clause.right).push_back(token);
    }
  }
  for (const Clause& clause : clauses) {
    if (clause.left.empty() || (!clause.comparison.empty() && clause.right.empty())) {
      return Answer::failure(fmt::format("the condition {} lacks an operand", quoted(condition)));
    }
    if (clause.negated && !clause.comparison.empty()) {
      return Answer::failure(fmt::format(
          "the condition {}: \"not\" takes a single name; turn the comparison round instead",
          quoted(condition)));
    }
  }
  return clauses;
}

class Condition {
 public:
  Condition(const Lookup& names, const Lookup& variables) : names_(names), variables_(variables) {}

  Result<bool> holds(const Clause& clause) {
    using Answer = Result<bool>;
    const Result<Operand> left = side(clause.left);
    if (!left) return Answer::failure(left.error());
    if (clause.comparison.empty()) {
      const bool unknown = left->origin == Operand::Origin::word;
      return (!unknown && truth(left->value)) != clause.negated;
    }
    const Result<Operand> right = side(clause.right);
    if (!right) return Answer::failure(right.error());
    if (clause.comparison == "==") return equal(left->value, right->value);
    if (clause.comparison == "!=") return !equal(left->value, right->value);
    if (clause.comparison == "has") return has(*left, right->value);
    return ordered(*left, clause.comparison, *right);
  }

 private:
  Result<Operand> side(const Tokens& tokens) {
    using Answer = Result<Operand>;
    if (tokens.size() > 1) {
      const char* begin = tokens.front().data();
      const char* end = tokens.back().data() + tokens.back().size();
      const std::string_view text(begin, static_cast<std::size_t>(end - begin));
      if (text.find("${") != std::string_view::npos) {
        return Answer::failure(
            fmt::format("{}: arithmetic belongs within the braces of ${{...}}", quoted(text)));
      }
      Result<Value> sum = names_.expression(text);
      if (!sum) return Answer::failure(sum.error());
      return Operand{Operand::Origin::literal, std::move(*sum), {}};
    }
    const std::string_view token = tokens.front();
    if (token.find("${") == std::string_view::npos) return names_.operand(token);
    Result<Value> found = variables_.string(token);
    if (!found) return Answer::failure(found.error());
    return Operand{Operand::Origin::variable, std::move(*found), {}};
  }

  static Result<bool> has(const Operand& list, const Value& element) {
    if (list.origin == Operand::Origin::absent) return false;
    const Array* array = list.value.array();
    if (array == nullptr) {
      return Result<bool>::failure(
          list.problem.empty()
              ? fmt::format("\"has\" needs a list, and this is {}", kind_of(list.value))
              : list.problem);
    }
    return std::any_of(array->begin(), array->end(),
                       [&](const Value& candidate) { return equal(candidate, element); });
  }

  static Result<bool> ordered(const Operand& left, std::string_view comparison,
                              const Operand& right) {
    for (const Operand* operand : {&left, &right}) {
      // A word like "3.1.1" is text; one that looks like a name is a name that nobody knows.
      const std::string* word = operand->value.string();
      const bool text = operand->origin == Operand::Origin::word && word != nullptr &&
                        !word->empty() && word->front() >= '0' && word->front() <= '9';
      const bool given = operand->origin == Operand::Origin::literal ||
                         operand->origin == Operand::Origin::variable;
      if (!given && !text) return Result<bool>::failure(operand->problem);
      if (!text_of(operand->value)) {
        return Result<bool>::failure(fmt::format("{} has no order: \"{}\" needs a number or text",
                                                 kind_of(operand->value), comparison));
      }
    }
    const std::optional<Number> x = to_number(left.value);
    const std::optional<Number> y = to_number(right.value);
    const int order =
        x && y ? compare(*x, *y) : text_of(left.value)->compare(*text_of(right.value));
    if (comparison == "<") return order < 0;
    if (comparison == "<=") return order <= 0;
    return comparison == ">" ? order > 0 : order >= 0;
  }

  Evaluator names_;
  Evaluator variables_;
};

}  // namespace

Result<bool> evaluate_condition(std::string_view condition, const Lookup& names,
                                const Lookup& variables) {
  const Result<std::vector<Clause>> clauses = parse(condition);
  if (!clauses) return Result<bool>::failure(clauses.error());
  Condition evaluator(names, variables);
  for (const Clause& clause : *clauses) {
    const Result<bool> holds = evaluator.holds(clause);
    if (!holds || *holds) return holds;
  }
  return false;
}

Result<bool> evaluate_condition(std::string_view condition, const Lookup& lookup) {
  return evaluate_condition(condition, lookup, lookup);
}

std::optional<std::string> problem_in_condition(std::string_view condition) {
  const Result<std::vector<Clause>> clauses = parse(condition);
  return clauses ? std::nullopt : std::optional(clauses.error());
}

std::vector<std::string> names_in_condition(std::string_view condition) {
  std::vector<std::string> names;
  const Result<std::vector<Clause>> clauses = parse(condition);
  if (!clauses) return names;
  const auto collect = [&names](const Tokens& tokens, bool bare) {
    for (std::size_t i = 0; i < tokens.size(); i += 2) {
      const std::string_view token = tokens[i];
      const bool word = !token.empty() && token.front() >= '0' && token.front() <= '9';
      if (token.find("${") != std::string_view::npos) {
        names_in_text(token, names);
      } else if (bare && !word) {
        names_in_operand(token, names);
      }
    }
  };
  for (const Clause& clause : *clauses) {
    collect(clause.left, true);
    const bool equality =
        clause.comparison == "==" || clause.comparison == "!=" || clause.comparison == "has";
    collect(clause.right, !equality || clause.right.size() > 1);
  }
  return names;
}

}  // namespace mqttspec::scenario
