// One CONNECT per version before a live run, and one over each further transport: is there a
// broker, does it let us in, which versions does it speak, and what does it say it can do?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/live/route.hpp"

namespace mqttspec::executor {

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
  // What a person should know although the run can take place: a transport that is left out, a
  // WebSocket without its subprotocol.
  std::vector<std::string> notes;
  [[nodiscard]] bool usable() const;
};

struct PreflightOptions {
  Routes routes;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  Duration patience = std::chrono::seconds(5);
};
[[nodiscard]] Preflight preflight(const PreflightOptions& options);

}  // namespace mqttspec::executor
