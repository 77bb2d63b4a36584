// Is anybody there?
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "conformance/executor/live/tcp_connection.hpp"

namespace mqttspec::executor {

[[nodiscard]] Endpoints loopback_endpoints(std::uint16_t port);

// Tries to connect and closes at once; `done` is called from the loop, with nothing if somebody
// accepted, else why not ("refused", "no answer" ...).
void probe(boost::asio::io_context& loop, const Endpoints& endpoints, Duration patience,
           std::function<void(std::optional<std::string> why_not)> done);

}  // namespace mqttspec::executor
