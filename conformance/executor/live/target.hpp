// Where a broker is: an address over one transport, and whom to trust there.
#pragma once

#include <cstdint>
#include <string>

namespace mqttspec::executor {

struct TlsSettings {
  std::string ca;           // file of the certificates to trust; empty: the system's
  std::string certificate;  // our own, in PEM, and its chain; empty: none
  std::string key;          // of our certificate; empty: in the same file
  bool insecure = false;    // takes any certificate
};

struct Target {
  std::string host = "127.0.0.1";  // name or address, IPv4 or IPv6
  std::uint16_t port = 1883;
  std::string transport = "tcp";  // "tcp", "tls", "ws", "wss"
  std::string path = "/mqtt";     // of WebSocket
  TlsSettings tls{};
};
// "mqtt://[::1]:1883", "wss://broker.example:443/mqtt"
[[nodiscard]] std::string to_string(const Target& target);
[[nodiscard]] bool uses_tls(const std::string& transport);
[[nodiscard]] bool uses_websocket(const std::string& transport);
// Does the name stand for this machine alone?
[[nodiscard]] bool is_loopback(const Target& target);

}  // namespace mqttspec::executor
