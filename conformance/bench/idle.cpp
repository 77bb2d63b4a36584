#include "conformance/bench/idle.hpp"

#include "conformance/bench/process_usage.hpp"

namespace mqttspec::bench {

scenario::Result<IdleMeasurement> run_idle(const Broker& broker, int broker_pid,
                                           std::size_t connections, codec::Version version) {
  using Answer = scenario::Result<IdleMeasurement>;
  IdleMeasurement result;
  result.connections = connections;
  const auto before = usage_of(broker_pid);
  if (!before) return Answer::failure("the memory of the broker's process cannot be read");
  Crowd crowd(broker, version);
  const Instant start = now();
  if (auto complaint = crowd.gather(std::vector<Crowd::Member>(connections))) {
    return Answer::failure(*complaint);
  }
  result.seconds = std::chrono::duration<double>(now() - start).count();
  const auto after = usage_of(broker_pid);
  if (!after) return Answer::failure("the broker has ended");
  result.resident_before = before->resident_bytes;
  result.resident_after = after->resident_bytes;
  return result;
}

}  // namespace mqttspec::bench
