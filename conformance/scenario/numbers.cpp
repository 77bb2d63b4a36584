#include "conformance/scenario/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace mqttspec::scenario {
namespace {

constexpr double exact_integers_end = 9007199254740992.0;  // 2^53

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <class T, class... Base>
std::optional<T> whole(std::string_view text, Base... base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const std::string_view digits = text.substr(2);
    if (digits.starts_with('-')) return std::nullopt;
    if (const auto value = whole<std::int64_t>(digits, 16)) return Number(*value);
    return std::nullopt;
  }
  const std::string_view unsigned_text = text.starts_with('-') ? text.substr(1) : text;
  // from_chars also reads "inf", "1e5" and ".5", which nobody means here.
  const bool plain = !unsigned_text.empty() && is_digit(unsigned_text.front()) &&
                     is_digit(unsigned_text.back()) &&
                     std::all_of(unsigned_text.begin(), unsigned_text.end(),
                                 [](char c) { return is_digit(c) || c == '.'; });
  if (!plain) return std::nullopt;
  if (unsigned_text.find('.') == std::string_view::npos) {
    if (const auto value = whole<std::int64_t>(text)) return Number(*value);
    return std::nullopt;
  }
  if (const auto value = whole<double>(text)) return Number(*value);
  return std::nullopt;
}

std::optional<Number> to_number(const Value& value) {
  if (const std::int64_t* integer = value.integer()) return Number(*integer);
  if (const double* number = value.number()) return Number(*number);
  if (const std::string* text = value.string()) return parse_number(*text);
  return std::nullopt;
}

std::optional<std::int64_t> to_integer(const Value& value) {
  if (const std::int64_t* integer = value.integer()) return *integer;
  const std::string* text = value.string();
  if (text == nullptr || !text->starts_with("0x")) return std::nullopt;
  const std::optional<Number> number = parse_number(*text);
  return number ? std::optional(std::get<std::int64_t>(*number)) : std::nullopt;
}

double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

int compare(const Number& a, const Number& b) {
  if (a.index() == 0 && b.index() == 0) {
    const std::int64_t x = std::get<std::int64_t>(a);
    const std::int64_t y = std::get<std::int64_t>(b);
    return x < y ? -1 : (x > y ? 1 : 0);
  }
  const double x = as_double(a);
  const double y = as_double(b);
  return x < y ? -1 : (x > y ? 1 : 0);
}

Value value_of(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return Value(*integer);
  const double value = std::get<double>(number);
  const bool integral = std::trunc(value) == value && std::abs(value) < exact_integers_end;
  return integral ? Value(static_cast<std::int64_t>(value)) : Value(value);
}

std::optional<std::string> text_of(const Value& value) {
  if (const std::string* text = value.string()) return *text;
  if (const std::int64_t* integer = value.integer()) return fmt::format("{}", *integer);
  if (const double* number = value.number()) return fmt::format("{}", *number);
  if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
  return std::nullopt;
}

std::string_view kind_of(const Value& value) {
  if (value.is_null()) return "null";
  if (value.boolean() != nullptr) return "a boolean";
  if (value.integer() != nullptr || value.number() != nullptr) return "a number";
  if (value.string() != nullptr) return "text";
  return value.array() != nullptr ? "a list" : "an object";
}

}  // namespace mqttspec::scenario
