// What the load generator is asked for, and what it has measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/codec/types.hpp"

namespace mqttspec::bench {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::nanoseconds;  // since any fixed moment

// Time of sending, publisher and number of each message stand at the front of its payload.
inline constexpr std::size_t payload_minimum = 16;
// So that no Packet Identifier is used again while its exchange is open.
inline constexpr std::size_t window_maximum = 60'000;

struct Load {
  std::string name;  // "ten-pairs"; empty: put together from options
  std::size_t publishers = 1;
  std::size_t subscribers = 1;
  // Publisher and subscriber number i use topic i modulo this: as many topics as clients make
  // pairs, one topic with many subscribers is a fan-out.
  std::size_t topics = 1;
  // Publishers subscribe themselves, each to the topic of the next one; `subscribers` is then 0.
  bool everyone_subscribes = false;
  std::uint8_t qos = 0;
  std::size_t payload = 64;  // bytes
  // Messages of one publisher that may be under way: neither acknowledged nor with everyone who
  // subscribed. That closes the loop, so that no broker has to drop any.
  std::size_t window = 100;
  double rate = 0;  // messages a second of each publisher; 0: as fast as
                    // the window permits
  Duration duration = std::chrono::seconds(5);  // that is measured, if `messages` is 0
  std::uint64_t messages = 0;                   // publish so many in all and measure all of them
  codec::Version version = codec::Version::v3_1_1;
};

// "10 publishers, 10 subscribers on 10 topics, QoS 1, 64 bytes, window 100, MQTT 3.1.1".
[[nodiscard]] std::string describe(const Load& load);
// What is wrong with it, for a person; nothing if it can be run.
[[nodiscard]] std::optional<std::string> objection(const Load& load);
// The loads that have a name, in the order in which a comparison runs them.
[[nodiscard]] const std::vector<Load>& named_loads();

struct Measurement {
  double seconds = 0;           // that were measured
  std::uint64_t delivered = 0;  // messages that subscribers received in that time
  std::uint64_t lost = 0;       // gaps in the numbers that subscribers saw, in the whole run
  std::uint64_t repeated = 0;   // messages that came again or out of order, in the whole run
  Duration latency_p50{};       // from sending (or from when it was due) to receiving
  Duration latency_p99{};
  Duration latency_max{};
  double own_cpu_seconds = 0;                // of the generator, in the time measured
  std::optional<double> broker_cpu_seconds;  // if its process is known
  std::optional<std::uint64_t> broker_resident_bytes;

  [[nodiscard]] double per_second() const {
    return seconds > 0 ? static_cast<double>(delivered) / seconds : 0;
  }
};

}  // namespace mqttspec::bench
