#include "conformance/scenario/evaluator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/arithmetic.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

constexpr std::size_t deepest = 128;  // values within values and variables within variables
constexpr std::size_t most_spent = std::size_t{32} << 20U;  // bytes, with some for each value

constexpr std::string_view blanks = " \t\r\n";

std::string suggestion(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return did_you_mean(word, candidates);
}

// "a*b" and "count-1": somebody forgot the blanks.
std::string hint_at_blanks(std::string_view token, const Lookup& lookup) {
  const std::size_t place = token.find_first_of("+-*/");
  if (place == std::string_view::npos || place == 0) return {};
  const std::string_view first = token.substr(0, token.find_first_of("+-*/."));
  const bool sum = parse_number(first).has_value() || lookup(first) != nullptr;
  return sum ? "; + - * and / need blanks around them" : "";
}

std::string absent_member(std::string_view path, const Value& owner, std::string_view member) {
  std::string message = fmt::format("{} has no {}", path, quoted(member));
  if (const Object* object = owner.object()) {
    std::vector<std::string> names;
    for (const Member& known : *object) names.push_back(known.first);
    message += suggestion(member, names);
  } else if (const Array* array = owner.array()) {
    message += fmt::format("; it is a list of {}", array->size());
  } else {
    message += fmt::format("; it is {}", kind_of(owner));
  }
  return message + fmt::format(" (${{{}.{}|0}} would give 0 instead)", path, member);
}

// A member of an object or a place in a list; nothing if it is not there.
std::optional<Value> member_of(const Value& owner, std::string_view name) {
  const Array* array = owner.array();
  if (array == nullptr) {
    const Value* member = owner.find(name);
    return member == nullptr ? std::nullopt : std::optional(*member);
  }
  if (name == "count") return Value(static_cast<std::int64_t>(array->size()));
  const std::optional<Number> place = parse_number(name);
  const auto* index = place ? std::get_if<std::int64_t>(&*place) : nullptr;
  if (index == nullptr || *index < 0 || static_cast<std::size_t>(*index) >= array->size()) {
    return std::nullopt;
  }
  return (*array)[static_cast<std::size_t>(*index)];
}

const Value* word_literal(std::string_view token) {
  static const Member words[] = {{"true", true}, {"false", false}, {"null", nullptr}};
  const auto* found = std::find_if(std::begin(words), std::end(words),
                                   [token](const Member& word) { return word.first == token; });
  return found == std::end(words) ? nullptr : &found->second;
}

}  // namespace

std::vector<std::string_view> split_at_blanks(std::string_view text) {
  std::vector<std::string_view> tokens;
  std::size_t at = text.find_first_not_of(blanks);
  while (at != std::string_view::npos) {
    const std::size_t begin = at;
    while (at < text.size() && blanks.find(text[at]) == std::string_view::npos) {
      const std::size_t end = text.substr(at).starts_with("${") ? variable_end(text, at) : at + 1;
      at = std::min(end, text.size());
    }
    tokens.push_back(text.substr(begin, at - begin));
    at = text.find_first_not_of(blanks, at);
  }
  return tokens;
}

std::size_t variable_end(std::string_view text, std::size_t start) {
  const std::size_t close = text.find('}', start);
  return close == std::string_view::npos ? close : close + 1;
}

bool is_choice(const Value& value) {
  const Object* object = value.object();
  if (object == nullptr || object->size() != 2) return false;
  const Value* by = value.find("by");
  const Value* of = value.find("of");
  return by != nullptr && by->string() != nullptr && of != nullptr && of->object() != nullptr;
}

std::optional<std::string> Evaluator::spend(std::size_t bytes) {
  spent_ += bytes + sizeof(Value);
  if (spent_ <= most_spent) return std::nullopt;
  return fmt::format("substitution gives more than {} MiB", most_spent >> 20U);
}

std::string Evaluator::unknown(std::string_view name) const {
  if (name.empty()) return "there is a ${} without a name";
  if (name.front() >= '0' && name.front() <= '9') {
    return fmt::format("{} is no number{}", quoted(name), hint_at_blanks(name, lookup_));
  }
  const std::string_view first = name.substr(0, name.find('.'));
  std::string hint = hint_at_blanks(name, lookup_);
  if (hint.empty()) hint = suggestion(first, lookup_.names());
  return fmt::format("there is no variable {}{}", quoted(first), hint);
}

Result<Value> Evaluator::choose(const Value& choice) {
  const std::string& by = *choice.find("by")->string();
  const Value& of = *choice.find("of");
  const Result<Operand> selector = path(by);
  if (!selector) return Result<Value>::failure(selector.error());
  if (selector->origin != Operand::Origin::variable) {
    return Result<Value>::failure(selector->problem);
  }
  const std::optional<std::string> key = text_of(selector->value);
  if (!key) {
    return Result<Value>::failure(fmt::format("\"by\" names {}, which is {} and selects nothing",
                                              quoted(by), kind_of(selector->value)));
  }
  if (const Value* chosen = of.find(*key)) return *chosen;
  std::vector<std::string_view> keys;
  for (const Member& member : *of.object()) keys.push_back(member.first);
  return Result<Value>::failure(fmt::format("{} is {}, but \"of\" has only {}", by, quoted(*key),
                                            keys.empty() ? "nothing" : listed(keys)));
}

// Follows choices and strings that are one variable, so that a member can be taken of the result.
Result<Value> Evaluator::resolve_level(const Value& value) {
  if (is_choice(value)) {
    const Result<Value> chosen = choose(value);
    return chosen ? resolve_level(*chosen) : chosen;
  }
  const std::string* text = value.string();
  if (text != nullptr && text->starts_with("${")) return string(*text);
  return value;
}

Result<Operand> Evaluator::path(std::string_view name) {
  using Answer = Result<Operand>;
  std::size_t end = std::min(name.find('.'), name.size());
  const Value* found = lookup_(name.substr(0, end));
  if (found == nullptr) {
    return Operand{Operand::Origin::word, Value(std::string(name)), unknown(name)};
  }
  if (std::find(open_.begin(), open_.end(), name) != open_.end() || depth_ >= deepest) {
    return Answer::failure(fmt::format("variable {} contains itself", quoted(name)));
  }
  open_.push_back(name);
  ++depth_;
  const auto walk = [&]() -> Answer {
    Value current = *found;
    while (end < name.size()) {
      const Result<Value> owner = resolve_level(current);
      if (!owner) return Answer::failure(owner.error());
      const std::size_t begin = end + 1;
      const std::string_view so_far = name.substr(0, end);
      end = std::min(name.find('.', begin), name.size());
      const std::string_view member = name.substr(begin, end - begin);
      std::optional<Value> next = member_of(*owner, member);
      if (!next) {
        return Operand{Operand::Origin::absent, Value(), absent_member(so_far, *owner, member)};
      }
      current = std::move(*next);
    }
    Result<Value> leaf = value(current);
    if (!leaf) return Answer::failure(leaf.error());
    return Operand{Operand::Origin::variable, std::move(*leaf), {}};
  };
  Answer answer = walk();
  --depth_;
  open_.pop_back();
  return answer;
}

Result<Operand> Evaluator::operand(std::string_view token) {
  Operand last;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(token.find('|', begin), token.size());
    const std::string_view part = token.substr(begin, end - begin);
    if (const std::optional<Number> number = parse_number(part)) {
      return Operand{Operand::Origin::literal, value_of(*number), {}};
    }
    Result<Operand> found = path(part);
    if (!found || found->origin == Operand::Origin::variable) return found;
    const Value* literal = word_literal(part);
    if (literal != nullptr && found->origin == Operand::Origin::word) {
      return Operand{Operand::Origin::literal, *literal, {}};
    }
    last = std::move(*found);
    if (end == token.size()) break;
    begin = end + 1;
  }
  // What stands last behind "|" and is no variable is meant as text.
  if (begin > 0 && last.origin == Operand::Origin::word) last.origin = Operand::Origin::literal;
  return last;
}

Result<Value> Evaluator::expression(std::string_view text) {
  using Answer = Result<Value>;
  const std::vector<std::string_view> tokens = split_at_blanks(text);
  if (tokens.empty()) return Answer::failure("there is nothing between \"${\" and \"}\"");
  for (std::size_t i = 1; i < tokens.size(); i += 2) {
    if (is_operator(tokens[i])) continue;
    return Answer::failure(fmt::format("{} stands where + - * or / is expected in {}",
                                       quoted(tokens[i]), quoted(text)));
  }
  if (tokens.size() % 2 == 0) {
    return Answer::failure(fmt::format("{} ends where a number is expected", quoted(text)));
  }
  std::vector<Number> sums;  // to be added up
  for (std::size_t i = 0; i < tokens.size(); i += 2) {
    const Result<Operand> found = operand(tokens[i]);
    if (!found) return Answer::failure(found.error());
    const bool given =
        found->origin == Operand::Origin::literal || found->origin == Operand::Origin::variable;
    if (!given) return Answer::failure(found->problem);
    if (tokens.size() == 1) return found->value;
    const std::optional<Number> number = to_number(found->value);
    if (!number) {
      return Answer::failure(fmt::format("{} is {}, but {} needs numbers", quoted(tokens[i]),
                                         kind_of(found->value), quoted(text)));
    }
    const std::string_view operation = i == 0 ? "+" : tokens[i - 1];
    if (operation == "*" || operation == "/") {
      const Result<Number> product = calculate(sums.back(), operation.front(), *number);
      if (!product) return Answer::failure(fmt::format("{} in {}", product.error(), quoted(text)));
      sums.back() = *product;
    } else if (operation == "-") {
      const Result<Number> negative = calculate(Number(std::int64_t{0}), '-', *number);
      if (!negative) return Answer::failure(negative.error());
      sums.push_back(*negative);
    } else {
      sums.push_back(*number);
    }
  }
  Number total = sums.front();
  for (std::size_t i = 1; i < sums.size(); ++i) {
    const Result<Number> sum = calculate(total, '+', sums[i]);
    if (!sum) return Answer::failure(fmt::format("{} in {}", sum.error(), quoted(text)));
    total = *sum;
  }
  return value_of(total);
}

Result<Value> Evaluator::string(std::string_view text) {
  using Answer = Result<Value>;
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = text.find("${"); at != std::string_view::npos;
       at = text.find("${", copied)) {
    const std::size_t end = variable_end(text, at);
    if (end == std::string_view::npos) {
      return Answer::failure(fmt::format("a \"${{\" is not closed in {}", quoted(text)));
    }
    const std::string_view inside = text.substr(at + 2, end - at - 3);
    if (inside.find('{') != std::string_view::npos) {
      return Answer::failure(fmt::format("a \"{{\" stands within ${{...}} in {}", quoted(text)));
    }
    Result<Value> found = expression(inside);
    if (!found || (at == 0 && end == text.size())) return found;
    const std::optional<std::string> part = text_of(*found);
    if (!part) {
      return Answer::failure(fmt::format("${{{}}} is {}, which cannot stand within other text",
                                         inside, kind_of(*found)));
    }
    out.append(text.substr(copied, at - copied)).append(*part);
    copied = end;
    if (const auto problem = spend(part->size())) return Answer::failure(*problem);
  }
  out.append(text.substr(copied));
  if (const auto problem = spend(out.size())) return Answer::failure(*problem);
  return Value(std::move(out));
}

Result<Value> Evaluator::elements(const Array& array, std::uint32_t line) {
  Array out;
  out.reserve(array.size());
  for (const Value& element : array) {
    Result<Value> substituted = value(element);
    if (!substituted) return substituted;
    out.push_back(std::move(*substituted));
  }
  Value result(std::move(out));
  result.line = line;
  return result;
}

Result<Value> Evaluator::members(const Object& object, std::uint32_t line) {
  Object out;
  out.reserve(object.size());
  for (const Member& member : object) {
    Result<Value> substituted = value(member.second);
    if (!substituted) return substituted;
    out.emplace_back(member.first, std::move(*substituted));
  }
  Value result(std::move(out));
  result.line = line;
  return result;
}

Result<Value> Evaluator::value(const Value& input) {
  using Answer = Result<Value>;
  if (depth_ >= deepest) return Answer::failure("values are nested too deeply");
  if (const auto problem = spend(0)) return Answer::failure(*problem);
  ++depth_;
  const auto substituted = [&]() -> Answer {
    if (const std::string* text = input.string()) {
      Answer found = string(*text);
      if (found && found->line == 0) (*found).line = input.line;
      return found;
    }
    if (is_choice(input)) {
      const Answer chosen = choose(input);
      return chosen ? value(*chosen) : chosen;
    }
    if (const Array* array = input.array()) return elements(*array, input.line);
    if (const Object* object = input.object()) return members(*object, input.line);
    return input;
  };
  Answer answer = substituted();
  --depth_;
  return answer;
}

}  // namespace mqttspec::scenario
