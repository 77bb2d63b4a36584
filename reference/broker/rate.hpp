// How many of something in a second, evenly: a bucket that fills as time passes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "reference/broker/events.hpp"

namespace mqttspec::broker {

class Rate {
 public:
  // Takes one; false if that is more than `maximum` a second. After a pause twice as many may come
  // at once, so that a client that speaks seldom is not cut off for saying much.
  [[nodiscard]] bool take(std::uint32_t maximum, Instant now) {
    constexpr Instant window = std::chrono::seconds(2);
    const Instant each = std::chrono::duration_cast<Instant>(std::chrono::seconds(1)) / maximum;
    const Instant begin = std::max(next_, now - window + each);
    if (begin > now) return false;
    next_ = begin + each;
    return true;
  }

 private:
  // The moment at which one more would be exactly in time.
  Instant next_ = Instant::min() / 2;
};

}  // namespace mqttspec::broker
