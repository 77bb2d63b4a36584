// + - * / on numbers that stay integers while they can.
#pragma once

#include <string_view>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/numbers.hpp"

namespace mqttspec::scenario {

[[nodiscard]] bool is_operator(std::string_view token);
// Division by zero and results beyond 64 bits are errors.
[[nodiscard]] Result<Number> calculate(const Number& a, char operation, const Number& b);

}  // namespace mqttspec::scenario
