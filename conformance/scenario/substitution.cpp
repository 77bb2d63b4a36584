#include <algorithm>

#include "conformance/scenario/evaluator.hpp"
#include "conformance/scenario/numbers.hpp"

namespace mqttspec::scenario {
namespace {

void add(std::string_view path, std::vector<std::string>& names) {
  std::string name(path.substr(0, path.find('.')));
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

}  // namespace

Result<Value> substitute(const Value& value, const Lookup& lookup) {
  return Evaluator(lookup).value(value);
}

Result<std::string> substitute_text(std::string_view text, const Lookup& lookup) {
  using Answer = Result<std::string>;
  const Result<Value> found = Evaluator(lookup).string(text);
  if (!found) return Answer::failure(found.error());
  if (std::optional<std::string> result = text_of(*found)) return *std::move(result);
  return Answer::failure(std::string(text) + " is " + std::string(kind_of(*found)) +
                         " where text is needed");
}

void names_in_operand(std::string_view token, std::vector<std::string>& names) {
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(token.find('|', begin), token.size());
    const std::string_view part = token.substr(begin, end - begin);
    const bool fallback = begin > 0 && end == token.size();
    const bool literal =
        part.empty() || parse_number(part) || part == "true" || part == "false" || part == "null";
    if (!fallback && !literal) add(part, names);
    if (end == token.size()) return;
    begin = end + 1;
  }
}

void names_in_text(std::string_view text, std::vector<std::string>& names) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos;) {
    const std::size_t end = variable_end(text, at);
    if (end == std::string_view::npos) return;
    const std::vector<std::string_view> tokens = split_at_blanks(text.substr(at + 2, end - at - 3));
    for (std::size_t i = 0; i < tokens.size(); i += 2) names_in_operand(tokens[i], names);
    at = text.find("${", end);
  }
}

namespace {

void collect(const Value& value, std::vector<std::string>& names, std::size_t depth) {
  constexpr std::size_t deepest = 128;  // as in substitution: what lies deeper is an error there
  if (depth > deepest) return;
  if (const std::string* text = value.string()) names_in_text(*text, names);
  if (is_choice(value)) names_in_operand(*value.find("by")->string(), names);
  if (const Array* array = value.array()) {
    for (const Value& element : *array) collect(element, names, depth + 1);
  }
  if (const Object* object = value.object()) {
    for (const Member& member : *object) collect(member.second, names, depth + 1);
  }
}

}  // namespace

std::vector<std::string> names_in(const Value& value) {
  std::vector<std::string> names;
  collect(value, names, 0);
  return names;
}

}  // namespace mqttspec::scenario
