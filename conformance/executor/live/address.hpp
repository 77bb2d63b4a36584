// From the name of a broker to the endpoints that stand for it, and whether anybody is there.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "conformance/executor/live/preflight.hpp"
#include "conformance/executor/live/tcp_connection.hpp"
#include "conformance/scenario/expression.hpp"

namespace mqttspec::executor {

// Asks the resolver, which may take its time. A failure is a sentence for a person.
[[nodiscard]] scenario::Result<Endpoints> resolve(const Target& target);
[[nodiscard]] Endpoints loopback_endpoints(std::uint16_t port);

// Tries to connect and closes at once; `done` is called from the loop, with nothing if somebody
// accepted, else why not ("refused", "no answer" ...).
void probe(boost::asio::io_context& loop, const Endpoints& endpoints, Duration patience,
           std::function<void(std::optional<std::string> why_not)> done);

}  // namespace mqttspec::executor
