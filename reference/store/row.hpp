// The form in which records are stored: a row of one of seven tables, its key in columns and all
// else in a compact binary form that begins with its version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "reference/broker/record.hpp"

namespace mqttspec::store {

enum class Table : std::uint8_t {
  sessions,
  subscriptions,
  messages,
  queued,
  exchanges,
  incoming,
  retained,
};
inline constexpr std::size_t tables = 7;
[[nodiscard]] const char* to_string(Table table);
// Goes when its session goes.
[[nodiscard]] bool hangs_on_session(Table table);

struct Key {
  Table table{};
  std::uint64_t owner = 0;   // number of the session, or of the message
  std::uint64_t number = 0;  // Packet Identifier, or position in the queue
  std::string name;          // Topic Filter of a subscription, Topic Name of what is retained
  friend auto operator<=>(const Key&, const Key&) = default;
};
// "exchanges, session 3, number 7"
[[nodiscard]] std::string to_string(const Key& key);

struct Row {
  Key key;
  // Replaces what is there; without data it is erased, a session with all that hangs on it.
  std::optional<std::string> data;
};

[[nodiscard]] Row to_row(const broker::Record& record);
// The record whose row has this key and data; else what is wrong with it.
[[nodiscard]] std::variant<broker::Record, std::string> to_record(const Key& key,
                                                                  std::string_view data);

}  // namespace mqttspec::store
