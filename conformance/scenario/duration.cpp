#include <array>

#include <fmt/format.h>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};
// "ms" stands before "s", which it ends with.
constexpr std::array<Unit, 4> units{{{"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}}};

constexpr double longest = 1e9 * 3600 * 24 * 366;  // a year: beyond it, sums could overflow

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  using Answer = Result<std::chrono::nanoseconds>;
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    const std::optional<Number> number =
        parse_number(text.substr(0, text.size() - unit.name.size()));
    if (!number) break;
    const double nanoseconds = as_double(*number) * unit.nanoseconds;
    if (nanoseconds < 0) return Answer::failure(fmt::format("{} is negative", quoted(text)));
    if (nanoseconds > longest) {
      return Answer::failure(fmt::format("{} is longer than a year", quoted(text)));
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds + 0.5));
  }
  return Answer::failure(fmt::format(
      "{} is no duration: a number and one of ms, s, min, h, as in 250ms or 1.5s", quoted(text)));
}

}  // namespace mqttspec::scenario
