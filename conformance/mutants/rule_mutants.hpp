// Which rules of the codec no mutant tolerates, and why.
#pragma once

#include <span>
#include <string_view>

#include "reference/codec/rule.hpp"

namespace mqttspec::mutants {

struct ExcludedRule {
  codec::Rule rule;
  std::string_view why;
};
[[nodiscard]] std::span<const ExcludedRule> excluded_rules();

}  // namespace mqttspec::mutants
