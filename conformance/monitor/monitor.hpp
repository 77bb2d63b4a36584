// Rules that hold on every trace, watched in both directions of every connection in every run.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::monitor {

using Instant = std::chrono::nanoseconds;

struct Finding {
  std::string monitor;    // slug of the rule
  std::string statement;  // "5.0:MQTT-3.2.0-1"
  std::uint32_t connection = 0;
  bool ours = false;  // our own side broke it
  std::string message;
};
struct Occasions {
  std::string monitor;
  std::string statement;
  std::uint64_t occasions = 0;
};

// Watches all connections of one run. Frames are given whole, in the order in which they crossed
// the wire as seen from our side.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(Watch&&) noexcept;
  Watch& operator=(Watch&&) noexcept;

  void opened(std::uint32_t connection, codec::Version version, Instant now);
  // We send this frame. What our side breaks by it is found (`ours`) whether it is called illegal
  // or not: the interpreter takes the findings at once, and asks that there are some exactly where
  // a script says "illegal". After an illegal frame, rules whose premises it destroys stop watching
  // the connection.
  void sent(std::uint32_t connection, codec::BytesView frame, bool illegal, Instant now);
  void received(std::uint32_t connection, codec::BytesView frame, Instant now);
  void closed(std::uint32_t connection, bool by_us, Instant now);

  // What was found since the last call.
  [[nodiscard]] std::vector<Finding> take_findings();
  [[nodiscard]] std::vector<Occasions> occasions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Every rule with its slug and statements, for lists and documentation.
struct MonitorRow {
  std::string_view slug;
  bool ours = false;
  std::string_view statement_v3_1_1;
  std::string_view statement_v5_0;
  std::string_view sentence;
};
[[nodiscard]] std::vector<MonitorRow> monitor_table();

}  // namespace mqttspec::monitor
