#include "conformance/executor/live/route.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

namespace mqttspec::executor {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string scheme_of(const std::string& transport) {
  if (transport == "tcp") return "mqtt";
  return transport == "tls" ? "mqtts" : transport;
}

std::string host_and_port(const Target& target) {
  const bool v6 = target.host.find(':') != std::string::npos;
  return (v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

scenario::Result<Endpoints> resolve(const Target& target) {
  asio::io_context loop;
  tcp::resolver resolver(loop);
  boost::system::error_code error;
  const auto results = resolver.resolve(target.host, std::to_string(target.port),
                                        tcp::resolver::numeric_service, error);
  if (error) {
    return scenario::Result<Endpoints>::failure("the name \"" + target.host +
                                                "\" stands for no address: " + error.message());
  }
  Endpoints endpoints;
  for (const auto& result : results) endpoints.push_back(result.endpoint());
  return endpoints;
}

}  // namespace

bool uses_tls(const std::string& transport) {
  return transport == "tls" || transport == "wss";
}
bool uses_websocket(const std::string& transport) {
  return transport == "ws" || transport == "wss";
}

std::string to_string(const Target& target) {
  return scheme_of(target.transport) + "://" + host_and_port(target) +
         (uses_websocket(target.transport) ? target.path : "");
}

bool is_loopback(const Target& target) {
  const auto endpoints = resolve(target);
  return endpoints && std::all_of(endpoints->begin(), endpoints->end(), [](const auto& endpoint) {
           return endpoint.address().is_loopback();
         });
}

scenario::Result<Route> find_route(const Target& target) {
  using Found = scenario::Result<Route>;
  Route route{target, {}, nullptr};
  if (uses_tls(target.transport)) {
    auto context = TlsContext::make(target.tls);
    if (!context) return Found::failure(context.error());
    route.tls = std::move(*context);
  }
  auto endpoints = resolve(target);
  if (!endpoints) return Found::failure(endpoints.error());
  route.endpoints = std::move(*endpoints);
  return route;
}

std::unique_ptr<TlsSession> new_tls(const Route& route) {
  if (route.tls == nullptr) return nullptr;
  return std::make_unique<TlsSession>(route.tls, route.target.host,
                                      route.target.transport == "wss" ? "http/1.1" : "mqtt");
}

WebSocketAddress websocket_address(const Target& target) {
  return {host_and_port(target), target.path};
}

void Routes::describe(RunOptions& options) const {
  options.transport = main;
  for (const auto& [transport, route] : by_transport) {
    if (uses_websocket(transport)) {
      options.websocket[transport] = websocket_address(route.target);
    }
  }
}

}  // namespace mqttspec::executor
