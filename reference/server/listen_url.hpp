// Where to listen: "mqtt://127.0.0.1:1883", "mqtt://[::1]:0", "mqtt://localhost".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mqttspec::server {

struct ListenUrl {
  std::string scheme;  // "mqtt"
  std::string host;    // an IP address without brackets, or "localhost"
  std::uint16_t port = 1883;
};

// An error is a sentence for a person.
[[nodiscard]] std::variant<ListenUrl, std::string> parse_listen_url(std::string_view text);

// "mqtt://[::1]:1883"
[[nodiscard]] std::string to_string(const ListenUrl& url);

}  // namespace mqttspec::server
