// One address that is listened on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "reference/node/websocket_rules.hpp"
#include "reference/server/listen_url.hpp"
#include "reference/server/socket.hpp"
#include "reference/server/tls_context.hpp"

namespace mqttspec::server {

struct Listener {
  // Binds and listens; of "localhost" there is one listener per family, so the address is given.
  // Throws boost::system::system_error, or std::runtime_error for files of TLS.
  Listener(boost::asio::io_context& io, ListenUrl url, const Protocol::endpoint& endpoint);
  // Removes the file of a Unix socket.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  ListenUrl url;                                          // with the real port
  std::string transport;                                  // "tcp", "tls", "ws", "wss", "unix"
  std::shared_ptr<const TlsContext> tls;                  // null: none
  std::shared_ptr<const node::WebSocketRules> websocket;  // null: none
  Acceptor acceptor;
  boost::asio::steady_timer pause;  // before the next try to accept
};

// The endpoints that the URL names. Throws boost::system::system_error.
[[nodiscard]] std::vector<Protocol::endpoint> endpoints_of(const ListenUrl& url);

// "127.0.0.1:50123"; "unix" for the clients of a Unix socket, who have no address.
[[nodiscard]] std::string peer_of(const Socket& socket);

}  // namespace mqttspec::server
