// Numbers as the notation writes them ("7", "0x07", "1.5"), and how values become text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "conformance/scenario/value.hpp"

namespace mqttspec::scenario {

using Number = std::variant<std::int64_t, double>;

// "-7", "0x1F" or "1.5"; nothing for anything else, "3.1.1" and numbers out of range included.
[[nodiscard]] std::optional<Number> parse_number(std::string_view text);
// A number, or a string that is written like one.
[[nodiscard]] std::optional<Number> to_number(const Value& value);
// What a packet's fields take for an integer: one, or "0x07".
[[nodiscard]] std::optional<std::int64_t> to_integer(const Value& value);

[[nodiscard]] double as_double(const Number& number);
// Negative, 0 or positive, as a is less than, equal to or greater than b.
[[nodiscard]] int compare(const Number& a, const Number& b);
// An integer if the number is integral and exact, else a double.
[[nodiscard]] Value value_of(const Number& number);

// The text that a value becomes within a string; nothing for null, lists and objects.
[[nodiscard]] std::optional<std::string> text_of(const Value& value);
// "a list", "a number" ..., for messages.
[[nodiscard]] std::string_view kind_of(const Value& value);

}  // namespace mqttspec::scenario
