// TARGET of `mqttspec run`: the built-in broker, or an address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/scenario/expression.hpp"

namespace mqttspec::cli {

struct TargetArgument {
  bool builtin = true;
  std::string host;
  std::uint16_t port = 1883;
  std::string transport = "tcp";  // "tcp", "tls", "ws", "wss"
  std::string path = "/mqtt";     // of WebSocket
  std::optional<std::string> user_name;
  std::optional<std::string> password;
};

// "builtin:", "mqtt://[user:password@]host[:port]", the same with mqtts:// (TLS), ws:// and wss://,
// which take a path as well. User and password may be percent-encoded, an IPv6 address stands in
// brackets. A failure says what is wrong and what is right.
[[nodiscard]] scenario::Result<TargetArgument> parse_target(const std::string& text);

// The same text without its password, for reports.
[[nodiscard]] std::string without_password(const std::string& target);

}  // namespace mqttspec::cli
