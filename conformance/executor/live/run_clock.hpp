// The one place where a live run looks at a clock, and notices when it could not look.
#pragma once

#include <algorithm>
#include <chrono>

#include "conformance/executor/outcome.hpp"

namespace mqttspec::executor {

class RunClock {
 public:
  // While a run goes on, now() is asked at least this often.
  static constexpr std::chrono::milliseconds heartbeat{20};

  // Since the run began.
  [[nodiscard]] Instant now() {
    const auto instant =
        std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now() - begun_);
    if (instant - seen_ > heartbeat + noticeable) {
      ++stalls_;
      last_stall_ = instant - seen_ - heartbeat;
    }
    seen_ = instant;
    return instant;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point at(Instant instant) const {
    return begun_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(instant);
  }

  // How often nobody asked for a while: we were not running, and what came meanwhile is told with
  // the time at which we woke.
  [[nodiscard]] std::size_t stalls() const { return stalls_; }
  [[nodiscard]] Duration last_stall() const { return last_stall_; }

 private:
  static constexpr std::chrono::milliseconds noticeable{30};
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Instant seen_{};
  std::size_t stalls_ = 0;
  Duration last_stall_{};
};

}  // namespace mqttspec::executor
