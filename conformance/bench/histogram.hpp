// Latencies, counted in buckets that are at most 1.6 % wide: no memory per message.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "conformance/bench/load.hpp"

namespace mqttspec::bench {

class Histogram {
 public:
  void record(Duration latency) {
    const auto value = static_cast<std::uint64_t>(std::max<Duration::rep>(latency.count(), 0));
    ++counts_[bucket_of(value)];
    ++total_;
    maximum_ = std::max(maximum_, value);
  }

  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] Duration maximum() const { return Duration(maximum_); }

  // The latency that this share (0..1) of all does not exceed; zero if there are none.
  [[nodiscard]] Duration quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen >= wanted && seen > 0) return Duration(std::min(end_of(bucket), maximum_));
    }
    return Duration::zero();
  }

 private:
  // Each power of two is cut into 64 buckets; below 64 there is one for each value.
  static constexpr unsigned fine_bits = 6;
  static constexpr std::size_t fine = std::size_t{1} << fine_bits;

  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value) {
    if (value < fine) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - fine_bits;
    return (shift + 1) * fine + ((value >> shift) - fine);
  }
  [[nodiscard]] static std::uint64_t end_of(std::size_t bucket) {
    if (bucket < fine) return bucket;
    const auto shift = static_cast<unsigned>(bucket / fine) - 1;
    return ((fine + bucket % fine + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - fine_bits + 1) * fine> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t maximum_ = 0;
};

}  // namespace mqttspec::bench
