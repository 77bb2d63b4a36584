#include "conformance/scenario/arithmetic.hpp"

#include <cmath>

#include <fmt/format.h>

namespace mqttspec::scenario {
namespace {

// Nothing where the result does not fit, or (of a division) is no integer.
std::optional<std::int64_t> in_integers(std::int64_t a, char operation, std::int64_t b) {
  std::int64_t result = 0;
  switch (operation) {
    case '+':
      return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case '-':
      return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case '*':
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    default:
      // The one quotient that overflows is that of the smallest integer and -1.
      if (b == -1) return in_integers(0, '-', a);
      return a % b == 0 ? std::optional(a / b) : std::nullopt;
  }
}

}  // namespace

bool is_operator(std::string_view token) {
  return token == "+" || token == "-" || token == "*" || token == "/";
}

Result<Number> calculate(const Number& a, char operation, const Number& b) {
  if (operation == '/' && as_double(b) == 0.0) {
    return Result<Number>::failure("division by zero");
  }
  const auto* x = std::get_if<std::int64_t>(&a);
  const auto* y = std::get_if<std::int64_t>(&b);
  if (x != nullptr && y != nullptr) {
    if (const auto result = in_integers(*x, operation, *y)) return Number(*result);
    if (operation != '/') {
      return Result<Number>::failure(fmt::format("{} {} {} is too large", *x, operation, *y));
    }
  }
  const double left = as_double(a);
  const double right = as_double(b);
  const double result = operation == '+'   ? left + right
                        : operation == '-' ? left - right
                        : operation == '*' ? left * right
                                           : left / right;
  if (!std::isfinite(result)) {
    return Result<Number>::failure(fmt::format("{} {} {} is too large", left, operation, right));
  }
  const Value exact = value_of(Number(result));
  return exact.integer() != nullptr ? Number(*exact.integer()) : Number(result);
}

}  // namespace mqttspec::scenario
