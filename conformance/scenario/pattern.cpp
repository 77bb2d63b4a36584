// Patterns out of what stands behind expect and silence.
#include <fmt/format.h>

#include "conformance/scenario/matcher.hpp"
#include "conformance/scenario/reporter.hpp"
#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

// Substitution may have brought in anything, so the shape is checked once more.
std::optional<std::string> wrong_shape(const Value& value,
                                       void (*check)(Reporter&, const Value&, const Place&)) {
  std::vector<Problem> problems;
  Reporter reporter("", problems);
  check(reporter, value, Place());
  if (problems.empty()) return std::nullopt;
  const Problem& first = problems.front();
  return first.json_path.empty() ? first.message
                                 : fmt::format("{}: {}", first.json_path, first.message);
}

// A captured reason code is a number, while files write codes as hex or names.
Value with_codes_in_hex(const Value& value, bool is_code) {
  const std::int64_t* integer = value.integer();
  if (is_code && integer != nullptr && *integer >= 0 && *integer <= 0xFF) {
    return Value(fmt::format("0x{:02X}", *integer));
  }
  if (const Array* array = value.array()) {
    Array out;
    for (const Value& element : *array) out.push_back(with_codes_in_hex(element, is_code));
    return Value(std::move(out));
  }
  if (const Object* object = value.object()) {
    Object out;
    for (const auto& [name, member] : *object) {
      const bool code = name == "reason_code" || name == "reason_codes";
      const bool measures = name == "size";  // of a list of codes: a number of elements
      out.emplace_back(name, with_codes_in_hex(member, (is_code || code) && !measures));
    }
    return Value(std::move(out));
  }
  return value;
}

// Of a value whose shape is right.
Pattern to_pattern(const Value& value) {
  Pattern pattern;
  const auto set_kind = [&pattern](const std::string& name) {
    if (name == "CLOSED") {
      pattern.kind = Pattern::Kind::closed;
    } else if (name == "ANY") {
      pattern.kind = Pattern::Kind::any;
    } else if (const PacketRow* row = find_packet(name)) {
      pattern.type = row->type;
    }
  };
  if (const std::string* name = value.string()) {
    set_kind(*name);
    return pattern;
  }
  for (const auto& [key, member] : *value.object()) {
    if (key == "gives") {
      for (const auto& [check, grade] : *member.object()) {
        pattern.gives.emplace_back(check, *grade.string());
      }
      continue;
    }
    set_kind(key);
    if (member.object() != nullptr) pattern.fields = *member.object();
  }
  return pattern;
}

Alternatives to_alternatives(const Value& value) {
  Alternatives alternatives;
  const Value* list = value.find("any_of");
  if (list == nullptr) {
    alternatives.patterns.push_back(to_pattern(value));
    return alternatives;
  }
  for (const Value& pattern : *list->array()) {
    alternatives.patterns.push_back(to_pattern(pattern));
  }
  return alternatives;
}

}  // namespace

Result<std::vector<Alternatives>> parse_expectation(const Value& input) {
  using Answer = Result<std::vector<Alternatives>>;
  const Value value = with_codes_in_hex(input, false);
  if (auto problem = wrong_shape(value, check_expectation)) return Answer::failure(*problem);
  std::vector<Alternatives> sequence;
  if (const Array* list = value.array()) {
    for (const Value& element : *list) sequence.push_back(to_alternatives(element));
  } else {
    sequence.push_back(to_alternatives(value));
  }
  return sequence;
}

Result<Pattern> parse_pattern(const Value& input) {
  using Answer = Result<Pattern>;
  const Value value = with_codes_in_hex(input, false);
  if (value.find("any_of") != nullptr) {
    return Answer::failure("\"any_of\" stands where one packet is expected");
  }
  if (auto problem = wrong_shape(value, check_silence)) return Answer::failure(*problem);
  return to_pattern(value);
}

std::optional<std::string> problem_in_fields(const Value& fields) {
  return wrong_shape(with_codes_in_hex(fields, false), check_verify_fields);
}

}  // namespace mqttspec::scenario
