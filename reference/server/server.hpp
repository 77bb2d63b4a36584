// The Asio shell around a node: accepts, reads what is there, writes what came out, keeps the
// clock. One thread; callbacks, not coroutines, so that an idle connection costs little memory.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "reference/node/node.hpp"
#include "reference/server/listen_url.hpp"

namespace mqttspec::server {

class ClientSocket;

struct Limits {
  // Bytes that may wait for one client before it is dropped.
  std::size_t output = std::size_t{64} << 20U;
  // How long a closed connection may take to say goodbye.
  std::chrono::milliseconds linger{1'000};
};

class Server {
 public:
  // `interceptor` may be null and must outlive the server.
  Server(boost::asio::io_context& io, broker::Config config, node::Interceptor* interceptor,
         Limits limits);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and listens; gives the URLs with their real ports ("localhost" has two addresses). Throws
  // boost::system::system_error.
  std::vector<std::string> listen(const ListenUrl& url);
  // An orderly end: clients are told and closed, after which the io_context has nothing left to do.
  void stop();

 private:
  friend class ClientSocket;
  struct Acceptor;

  std::string listen_on(const boost::asio::ip::tcp::endpoint& endpoint, const ListenUrl& url);
  void accept(Acceptor& acceptor);
  void adopt(boost::asio::ip::tcp::socket socket);
  [[nodiscard]] node::Instant now() const;

  // Something happened to the node: its output is written at the end of this turn of the loop.
  void touched();
  void flush();
  void arm_timer();
  void forget(node::ConnectionId connection);

  boost::asio::io_context& io_;
  node::Node node_;
  Limits limits_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::unordered_map<node::ConnectionId, std::shared_ptr<ClientSocket>> clients_;
  std::vector<node::Output> output_;  // scratch of flush()
  std::vector<char> input_;           // scratch of all reads
  boost::asio::steady_timer timer_;
  node::Instant armed_ = broker::never;
  bool flush_is_posted_ = false;
  bool stopping_ = false;
};

}  // namespace mqttspec::server
