// One CONNECT per version before a live run: is there a broker, does it let us in, which versions
// does it speak, and what does it say it can do?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"

namespace mqttspec::executor {

struct Target {
  std::string host = "127.0.0.1";  // name or address, IPv4 or IPv6
  std::uint16_t port = 1883;
};
[[nodiscard]] std::string to_string(const Target& target);  // "mqtt://[::1]:1883"
// Does the name stand for this machine alone?
[[nodiscard]] bool is_loopback(const Target& target);

struct VersionAnswer {
  codec::Version version = codec::Version::v5_0;
  bool usable = false;
  std::string message;  // why it is not: one sentence
};

struct Preflight {
  std::vector<VersionAnswer> versions;  // 3.1, 3.1.1, 5.0
  // What `requires` sees: the limits of the 5.0 CONNACK with the standard's defaults for what it
  // does not state, `versions` and `transports`.
  Capabilities capabilities;
  std::string message;  // if nothing is usable: why, one sentence
  [[nodiscard]] bool usable() const;
};

struct PreflightOptions {
  Target target;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  Duration patience = std::chrono::seconds(5);
};
[[nodiscard]] Preflight preflight(const PreflightOptions& options);

}  // namespace mqttspec::executor
