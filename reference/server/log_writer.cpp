#include "reference/server/log_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>

namespace mqttspec::server {
namespace {

using broker::LogEntry;
using broker::LogField;
using broker::LogLevel;

constexpr std::array<std::string_view, 4> level_names = {"error", "warning", "info", "debug"};
// Bytes of a value that are shown. With all of them escaped a line is still written as a whole.
constexpr std::size_t value_size_maximum = 100;

std::string_view name_of(LogLevel level) {
  return level_names[static_cast<std::size_t>(level)];
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Cut between characters.
std::string shortened(std::string_view text) {
  if (text.size() <= value_size_maximum) return std::string(text);
  std::size_t end = value_size_maximum;
  while (end > 0 && is_continuation(text[end])) --end;
  return std::string(text.substr(0, end)) + "...";
}

// As in JSON; the control characters behind DEL, too, since terminals obey them.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t place = 0; place < text.size(); ++place) {
    const auto byte = static_cast<unsigned char>(text[place]);
    const auto next = place + 1 < text.size() ? static_cast<unsigned char>(text[place + 1]) : 0U;
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[place];
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", unsigned{byte});
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      out += fmt::format("\\u{:04x}", next);
      ++place;
    } else {
      out += text[place];
    }
  }
  return out;
}

std::string text_value(std::string_view value) {
  auto shown = escaped(value);
  const bool plain = shown == value && shown.find_first_of(" =") == std::string::npos;
  return plain ? shown : "\"" + shown + "\"";
}

bool is_empty(const LogField& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty();
}

}  // namespace

std::string format_entry(const LogEntry& entry, LogFormat format,
                         std::chrono::system_clock::time_point time) {
  using std::chrono::milliseconds;
  const auto since = std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
  const auto stamp =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                  fmt::gmtime(std::chrono::system_clock::to_time_t(time)), since % 1'000);
  const bool json = format == LogFormat::json;
  std::string line = json ? fmt::format(R"({{"time":"{}","level":"{}","event":"{}")", stamp,
                                        name_of(entry.level), entry.event)
                          : fmt::format("{} {} {}", stamp, name_of(entry.level), entry.event);
  for (const auto& field : entry.fields) {
    if (is_empty(field)) continue;
    std::string value;
    if (const auto* number = std::get_if<std::uint64_t>(&field.value)) {
      value = std::to_string(*number);
    } else {
      const auto text = shortened(std::get<std::string_view>(field.value));
      value = json ? "\"" + escaped(text) + "\"" : text_value(text);
    }
    line += json ? fmt::format(R"(,"{}":{})", field.key, value)
                 : fmt::format(" {}={}", field.key, value);
  }
  return json ? line + "}" : line;
}

std::optional<LogLevel> log_level_by_name(std::string_view name) {
  for (std::size_t place = 0; place < level_names.size(); ++place) {
    if (level_names[place] == name) return static_cast<LogLevel>(place);
  }
  return std::nullopt;
}

void LogWriter::write(const LogEntry& entry) {
  if (lost_ > 0) {
    if (!put({LogLevel::warning, "log-lines-lost", {{"lines", lost_}}})) {
      ++lost_;
      return;
    }
    lost_ = 0;
  }
  if (!put(entry)) ++lost_;
}

bool LogWriter::put(const LogEntry& entry) const {
  // A pipe that is said to be writable takes a line as a whole, without waiting.
  pollfd room{descriptor_, POLLOUT, 0};
  if (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return false;
  const auto line = format_entry(entry, format_, std::chrono::system_clock::now()) + "\n";
  return ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace mqttspec::server
