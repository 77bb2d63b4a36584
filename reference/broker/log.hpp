// What an engine tells about its work. It has neither clock nor file: whoever listens adds the time
// and writes. Payloads, passwords and authentication data are never told.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace mqttspec::broker {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::uint64_t> value;
};

struct LogEntry {
  LogLevel level = LogLevel::info;
  std::string_view event;  // "connected"
  std::initializer_list<LogField> fields;
};

class Log {
 public:
  virtual ~Log() = default;
  // Asked first, so that nothing is put together in vain.
  [[nodiscard]] virtual bool wants(LogLevel level) const = 0;
  // Valid during the call only.
  virtual void write(const LogEntry& entry) = 0;
};

}  // namespace mqttspec::broker
