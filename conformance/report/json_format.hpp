// What writer and reader of results.json agree on beside the names of the keys.
#pragma once

#include <cmath>
#include <cstddef>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

inline constexpr const char* results_format = "mqttspec-results/1";

// A longer frame is cut, and its size told.
inline constexpr std::size_t frame_bytes_max = 64 * 1024;

// Times are numbers in milliseconds. Nanoseconds survive the way there and back up to 100 days.
[[nodiscard]] inline double to_milliseconds(executor::Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}
[[nodiscard]] inline executor::Duration from_milliseconds(double ms) {
  return executor::Duration(std::llround(ms * 1e6));
}

}  // namespace mqttspec::report
