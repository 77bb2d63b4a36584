// The broker's log: one line for each event, on a file descriptor, for people or for machines.
//
//   2026-11-20T15:02:29.123Z info connected client=c1 user=anna peer=127.0.0.1:50123
//   {"time":"2026-11-20T15:02:29.123Z","level":"info","event":"connected","client":"c1", ...}
//
// What clients have sent is quoted and shortened, so that it can neither break a line nor fill a
// disk; fields that are empty are left out. Writing never blocks the broker: lines for which there
// is no room in a pipe are counted, and the next line that finds room is preceded by their number.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "reference/broker/log.hpp"

namespace mqttspec::server {

enum class LogFormat : std::uint8_t { text, json };

// Without the line's end.
[[nodiscard]] std::string format_entry(const broker::LogEntry& entry, LogFormat format,
                                       std::chrono::system_clock::time_point time);
[[nodiscard]] std::optional<broker::LogLevel> log_level_by_name(std::string_view name);

class LogWriter final : public broker::Log {
 public:
  LogWriter(int descriptor, broker::LogLevel level, LogFormat format)
      : descriptor_(descriptor), level_(level), format_(format) {}

  [[nodiscard]] bool wants(broker::LogLevel level) const override { return level <= level_; }
  void write(const broker::LogEntry& entry) override;

 private:
  [[nodiscard]] bool put(const broker::LogEntry& entry) const;

  int descriptor_;
  broker::LogLevel level_;
  LogFormat format_;
  std::uint64_t lost_ = 0;
};

// Writes an entry if it is wanted.
template <typename... Fields>
void note(broker::Log& log, broker::LogLevel level, std::string_view event, Fields... fields) {
  if (log.wants(level)) log.write({level, event, {broker::LogField(fields)...}});
}

}  // namespace mqttspec::server
