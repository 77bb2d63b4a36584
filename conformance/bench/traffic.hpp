// One load on one broker: publishes, counts what arrives and how long it took.
#pragma once

#include "conformance/bench/crowd.hpp"
#include "conformance/bench/histogram.hpp"
#include "conformance/bench/wire.hpp"

namespace mqttspec::bench {

struct TrafficOptions {
  std::optional<int> broker_pid;                      // for its processor time and memory
  Duration warm_up = std::chrono::milliseconds(500);  // not measured; none if messages are counted
  Duration patience = std::chrono::seconds(15);       // without anything from the broker
};

// Connects, measures, waits for everything that is under way, disconnects. A failure says what the
// broker did instead.
[[nodiscard]] scenario::Result<Measurement> run_load(const Broker& broker, const Load& load,
                                                     const TrafficOptions& options);

}  // namespace mqttspec::bench
