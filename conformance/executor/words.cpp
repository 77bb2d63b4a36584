#include "conformance/executor/words.hpp"

#include <fmt/format.h>

namespace mqttspec::executor {

namespace {

// At most three decimals, and none that say nothing: 1.200 is 1.2.
std::string trimmed(double value) {
  std::string text = fmt::format("{:.3f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string in_words(Duration duration) {
  const auto nanoseconds = duration.count();
  const double seconds = static_cast<double>(nanoseconds) / 1e9;
  const double size = seconds < 0 ? -seconds : seconds;
  if (nanoseconds == 0) return "0 s";
  if (size < 1e-3) return trimmed(seconds * 1e6) + " us";
  if (size < 1) return trimmed(seconds * 1e3) + " ms";
  if (size >= 300 && nanoseconds % 60'000'000'000 == 0) return trimmed(seconds / 60) + " min";
  return trimmed(seconds) + " s";
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace mqttspec::executor
