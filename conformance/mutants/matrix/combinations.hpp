// Random combinations of variants: a broker that uses several freedoms of the standard at once is
// as legal as those that use each by itself, and no check may fail it either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {

// Two variants that no broker can be at once, since they settle the same thing differently.
struct Clash {
  std::string_view first;
  std::string_view second;
  std::string_view about;  // what they settle: "the QoS that is granted at most"
};
// All there are; a test finds those that are missing and those that are none.
[[nodiscard]] std::span<const Clash> variant_clashes();
[[nodiscard]] bool clash(std::string_view one, std::string_view other);

// One row that is all of these at once: "a+b+c". At least one; none that clash.
[[nodiscard]] VariantRow combine(const std::vector<const VariantRow*>& rows);

// Up to `count` different combinations of two to six variants, as the seed has it: the same on
// every machine. Fewer, if there are no more. `selected` (empty: all) tells which take part.
[[nodiscard]] std::vector<VariantRow> random_combinations(
    std::size_t count, std::uint64_t seed,
    const std::function<bool(const std::string& slug)>& selected);

}  // namespace mqttspec::mutants
