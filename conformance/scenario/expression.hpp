// ${variables}, arithmetic, conditions and durations (scenarios/README.md, section 5).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

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

// Where names are looked up: `name` is the first segment ("job" of "job.packet_identifier"). Members
// and list places are then taken from the Value found. A capture shows a packet as an object of its
// fields, a list of packets as an array (with `count`). Not found: nullptr.
using Lookup = std::function<const Value*(std::string_view name)>;

// Replaces every ${...} in every string of the value (keys aside), deeply; what a variable contains
// is substituted in turn; {"by", "of"} choices of vars are resolved. An absent field without "|"
// default is an error.
[[nodiscard]] Result<Value> substitute(const Value& value, const Lookup& lookup);
[[nodiscard]] Result<std::string> substitute_text(std::string_view text, const Lookup& lookup);

// "a == b or not c or list has x". What is no variable is text.
[[nodiscard]] Result<bool> evaluate_condition(std::string_view condition, const Lookup& lookup);
// The names that a condition or a value refers to (first segments), for lint.
[[nodiscard]] std::vector<std::string> names_in(const Value& value);
[[nodiscard]] std::vector<std::string> names_in_condition(std::string_view condition);

// "250ms", "3s", "2min", "1h", "1.5s", after substitution.
[[nodiscard]] Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace mqttspec::scenario
