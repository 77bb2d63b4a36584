// How connections to the broker under test are made: over each transport, where to and with whom.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/live/tls_session.hpp"

namespace mqttspec::executor {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

struct Route {
  Target target;
  Endpoints endpoints;
  std::shared_ptr<const TlsContext> tls;  // of tls and wss
};
// Asks the resolver, which may take its time. A failure is a sentence for a person.
[[nodiscard]] scenario::Result<Route> find_route(const Target& target);
// A TLS session of its own for a connection; nullptr if the transport needs none.
[[nodiscard]] std::unique_ptr<TlsSession> new_tls(const Route& route);
[[nodiscard]] WebSocketAddress websocket_address(const Target& target);

struct Routes {
  std::string main = "tcp";  // what "any" stands for
  std::map<std::string, Route> by_transport;
  [[nodiscard]] const Route& main_route() const { return by_transport.at(main); }
  // What the interpreter has to know.
  void describe(RunOptions& options) const;
};

}  // namespace mqttspec::executor
