// The inside of ${...}: names with members, "|" defaults, arithmetic. Shared by substitution and
// conditions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/expression.hpp"

namespace mqttspec::scenario {

// What one operand ("connack.topic_alias_maximum|0") turned out to be.
struct Operand {
  enum class Origin : std::uint8_t {
    literal,   // a number, true, false, null
    variable,  // found
    absent,    // the name is known, the field is not there; `value` is null
    word,      // not known at all; `value` is its text
  };
  Origin origin = Origin::literal;
  Value value;
  std::string problem;  // of absent and word: the sentence to say where a value is needed
};

// One substitution. It counts what it produces, so that variables that contain each other many
// times over end in an error and not in the machine's memory.
class Evaluator {
 public:
  explicit Evaluator(const Lookup& lookup) : lookup_(lookup) {}

  // Deeply, see substitute().
  [[nodiscard]] Result<Value> value(const Value& value);
  // A string; the value itself if the whole of it is one ${...}.
  [[nodiscard]] Result<Value> string(std::string_view text);
  // What stands between "${" and "}".
  [[nodiscard]] Result<Value> expression(std::string_view text);
  [[nodiscard]] Result<Operand> operand(std::string_view token);

 private:
  [[nodiscard]] Result<Operand> path(std::string_view name);
  [[nodiscard]] Result<Value> resolve_level(const Value& value);
  [[nodiscard]] Result<Value> choose(const Value& choice);
  [[nodiscard]] Result<Value> elements(const Array& array, std::uint32_t line);
  [[nodiscard]] Result<Value> members(const Object& object, std::uint32_t line);
  [[nodiscard]] std::string unknown(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> spend(std::size_t bytes);

  const Lookup& lookup_;
  std::vector<std::string_view> open_;  // paths that are being looked up: one twice is a circle
  std::size_t depth_ = 0;
  std::size_t spent_ = 0;
};

// "a|b + 1" -> {"a|b", "+", "1"}; what stands in ${...} is never divided.
[[nodiscard]] std::vector<std::string_view> split_at_blanks(std::string_view text);
// The end of the ${...} that begins at `start`, behind its brace; npos if it has none.
[[nodiscard]] std::size_t variable_end(std::string_view text, std::size_t start);
// {"by": "version", "of": {...}} and nothing else.
[[nodiscard]] bool is_choice(const Value& value);

// Adds the first segments that an operand, and that all ${...} of a text, refer to.
void names_in_operand(std::string_view token, std::vector<std::string>& names);
void names_in_text(std::string_view text, std::vector<std::string>& names);

}  // namespace mqttspec::scenario
