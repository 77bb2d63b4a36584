// Where to listen, and how: "mqtt://127.0.0.1:1883",
// "mqtts://[::1]:0?cert=server.crt&key=server.key", "wss://localhost/mqtt?cert=server.pem",
// "unix:///run/mqttspec.sock?mode=0660".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mqttspec::server {

// Does a client have to show a certificate?
enum class ClientCertificate : std::uint8_t { none, optional, required };

struct ListenUrl {
  std::string scheme;  // "mqtt", "mqtts", "ws", "wss", "unix"
  std::string host;    // an IP address without brackets, or "localhost"; empty for "unix"
  std::uint16_t port = 0;
  std::string socket_path;    // "unix"
  std::uint32_t mode = 0600;  // of that file

  // "mqtts" and "wss": PEM files.
  std::string certificate;  // with its chain
  std::string key;
  std::string authorities;  // that a client's certificate has to come from
  ClientCertificate client_certificate = ClientCertificate::none;

  // "ws" and "wss".
  std::vector<std::string> paths = {};  // empty: the node's own
  bool subprotocol_required = true;

  [[nodiscard]] bool is_tls() const { return scheme == "mqtts" || scheme == "wss"; }
  [[nodiscard]] bool is_websocket() const { return scheme == "ws" || scheme == "wss"; }
};

// An error is a sentence for a person.
[[nodiscard]] std::variant<ListenUrl, std::string> parse_listen_url(std::string_view text);

// What a client needs: "mqtt://[::1]:1883", "ws://127.0.0.1:8080/mqtt".
[[nodiscard]] std::string to_string(const ListenUrl& url);

}  // namespace mqttspec::server
