#include "reference/server/listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace mqttspec::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Nothing if the endpoint is of another family.
std::optional<tcp::endpoint> to_tcp(const Protocol::endpoint& endpoint) {
  const int family = endpoint.protocol().family();
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  tcp::endpoint converted;
  if (endpoint.size() > converted.capacity()) return std::nullopt;
  std::copy_n(reinterpret_cast<const char*>(endpoint.data()), endpoint.size(),
              reinterpret_cast<char*>(converted.data()));
  converted.resize(endpoint.size());
  return converted;
}

// A broker that was killed leaves its socket's file behind, on which nobody listens any more.
void remove_stale(asio::io_context& io, const Protocol::endpoint& endpoint,
                  const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
  Socket probe(io);
  error_code error;
  probe.connect(endpoint, error);
  if (error == asio::error::connection_refused) unlink(path.c_str());
}

std::string transport_of(const ListenUrl& url) {
  if (url.scheme == "mqtt") return "tcp";
  return url.scheme == "mqtts" ? "tls" : url.scheme;
}

std::shared_ptr<const node::WebSocketRules> rules_of(const ListenUrl& url) {
  if (!url.is_websocket()) return nullptr;
  auto rules = std::make_shared<node::WebSocketRules>();
  if (!url.paths.empty()) rules->paths = url.paths;
  rules->subprotocol_required = url.subprotocol_required;
  return rules;
}

}  // namespace

Listener::Listener(asio::io_context& io, ListenUrl wanted, const Protocol::endpoint& endpoint)
    : url(std::move(wanted)),
      transport(transport_of(url)),
      tls(url.is_tls() ? std::make_shared<const TlsContext>(url) : nullptr),
      websocket(rules_of(url)),
      acceptor(io),
      pause(io) {
  const bool is_unix = url.scheme == "unix";
  if (is_unix) remove_stale(io, endpoint, url.socket_path);
  acceptor.open(endpoint.protocol());
  if (!is_unix) acceptor.set_option(asio::socket_base::reuse_address(true));
  if (endpoint.protocol().family() == AF_INET6) acceptor.set_option(asio::ip::v6_only(true));
  acceptor.bind(endpoint);
  // Before anybody can connect.
  if (is_unix && chmod(url.socket_path.c_str(), url.mode) != 0) {
    throw boost::system::system_error(errno, boost::system::system_category());
  }
  acceptor.listen();
  if (const auto bound = to_tcp(acceptor.local_endpoint())) {
    url.host = bound->address().to_string();
    url.port = bound->port();
  }
}

Listener::~Listener() {
  error_code ignored;
  acceptor.close(ignored);
  if (url.scheme == "unix") unlink(url.socket_path.c_str());
}

std::vector<Protocol::endpoint> endpoints_of(const ListenUrl& url) {
  if (url.scheme == "unix") return {asio::local::stream_protocol::endpoint(url.socket_path)};
  if (url.host == "localhost") {
    return {tcp::endpoint(asio::ip::address_v4::loopback(), url.port),
            tcp::endpoint(asio::ip::address_v6::loopback(), url.port)};
  }
  return {tcp::endpoint(asio::ip::make_address(url.host), url.port)};
}

std::string peer_of(const Socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "?";
  const auto address = to_tcp(endpoint);
  if (!address) return "unix";
  const auto host = address->address().to_string();
  return (address->address().is_v6() ? "[" + host + "]" : host) + ":" +
         std::to_string(address->port());
}

}  // namespace mqttspec::server
