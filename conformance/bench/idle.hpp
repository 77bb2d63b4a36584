// What connections cost that do nothing.
#pragma once

#include "conformance/bench/crowd.hpp"

namespace mqttspec::bench {

struct IdleMeasurement {
  std::size_t connections = 0;
  double seconds = 0;  // to connect them all
  std::uint64_t resident_before = 0;
  std::uint64_t resident_after = 0;

  [[nodiscard]] double bytes_per_connection() const {
    const auto grown = static_cast<double>(resident_after) - static_cast<double>(resident_before);
    return connections == 0 ? 0 : grown / static_cast<double>(connections);
  }
};

// Connects so many clients to the broker that runs as this process and looks at its memory while
// they are all there.
[[nodiscard]] scenario::Result<IdleMeasurement> run_idle(const Broker& broker, int broker_pid,
                                                         std::size_t connections,
                                                         codec::Version version);

}  // namespace mqttspec::bench
