// ${variables}, arithmetic, conditions and durations (scenarios/README.md, section 5).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "conformance/scenario/value.hpp"

namespace mqttspec::scenario {

// Either a value or a sentence that says what is wrong ("there is no variable \"jib\"; did you mean
// \"job\"?").
template <class T>
class Result {
 public:
  Result(T value) : data_(std::move(value)) {}
  static Result failure(std::string message) { return Result(Failure{std::move(message)}); }
  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(data_); }
  [[nodiscard]] explicit operator bool() const { return ok(); }
  [[nodiscard]] const T& operator*() const { return std::get<T>(data_); }
  [[nodiscard]] T& operator*() { return std::get<T>(data_); }
  [[nodiscard]] const T* operator->() const { return &std::get<T>(data_); }
  [[nodiscard]] const std::string& error() const { return std::get<Failure>(data_).message; }

 private:
  struct Failure {
    std::string message;
  };
  explicit Result(Failure failure) : data_(std::move(failure)) {}
  std::variant<T, Failure> data_;
};

// Where names are looked up: `name` is the first segment ("job" of "job.packet_identifier").
// Members and list places are then taken from the Value found. A capture shows a packet as an
// object of its fields, a list of packets as an array (with `count`). Not found: nullptr.
class Lookup {
 public:
  using Find = std::function<const Value*(std::string_view name)>;
  using Names = std::function<std::vector<std::string>()>;

  template <class F>
  requires std::is_invocable_r_v<const Value*, const F&, std::string_view> Lookup(F find)
      : find_(std::move(find)) {}  // NOLINT: a plain function is a lookup
  // With `names`, an unknown name is answered with the known one that is most like it.
  Lookup(Find find, Names names) : find_(std::move(find)), names_(std::move(names)) {}

  [[nodiscard]] const Value* operator()(std::string_view name) const { return find_(name); }
  [[nodiscard]] std::vector<std::string> names() const {
    return names_ ? names_() : std::vector<std::string>();
  }

 private:
  Find find_;
  Names names_;
};

// Replaces every ${...} in every string of the value (keys aside), deeply; what a variable contains
// is substituted in turn; {"by", "of"} choices are resolved. A name or field that is absent is an
// error unless a default is given with "|"; so is a variable that contains itself.
[[nodiscard]] Result<Value> substitute(const Value& value, const Lookup& lookup);
[[nodiscard]] Result<std::string> substitute_text(std::string_view text, const Lookup& lookup);

// "a == b or not c or list has x". What is no variable is text. Operands may be ${...} and, beside
// a comparison, arithmetic. Two numbers are compared as numbers, all else as text, byte by byte. By
// itself an operand holds unless it is false, null, 0, "", an empty list or object, an absent field
// or an unknown name. A list `has` what equals one of its elements.
[[nodiscard]] Result<bool> evaluate_condition(std::string_view condition, const Lookup& lookup);
// The same with bare names in one place (capabilities) and those within ${...} in another.
[[nodiscard]] Result<bool> evaluate_condition(std::string_view condition, const Lookup& names,
                                              const Lookup& variables);
// What is wrong with the form of a condition, whatever its names mean.
[[nodiscard]] std::optional<std::string> problem_in_condition(std::string_view condition);

// The names that a value or a condition refers to (first segments, each once, in order), for lint.
// Not among them: defaults behind "|", and bare words right of == and !=, which are mostly text.
[[nodiscard]] std::vector<std::string> names_in(const Value& value);
[[nodiscard]] std::vector<std::string> names_in_condition(std::string_view condition);

// "250ms", "3s", "2min", "1h", "1.5s", after substitution.
[[nodiscard]] Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace mqttspec::scenario
