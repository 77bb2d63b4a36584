#include "reference/server/server.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "reference/server/client_socket.hpp"

namespace mqttspec::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t input_size = std::size_t{64} << 10U;
// Out of file descriptors: some connection has to end before another can be accepted.
constexpr std::chrono::milliseconds accept_pause{100};

std::string peer_of(const tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "?";
  return to_string(ListenUrl{"tcp", endpoint.address().to_string(), endpoint.port()});
}

}  // namespace

struct Server::Acceptor {
  explicit Acceptor(asio::io_context& io) : socket(io), pause(io) {}
  tcp::acceptor socket;
  asio::steady_timer pause;
};

Server::Server(asio::io_context& io, broker::Config config, node::Interceptor* interceptor,
               Limits limits)
    : io_(io),
      node_(std::move(config), interceptor),
      limits_(limits),
      input_(input_size),
      timer_(io) {}

Server::~Server() = default;

node::Instant Server::now() const {
  return std::chrono::duration_cast<node::Instant>(std::chrono::steady_clock::now() - start_);
}

std::vector<std::string> Server::listen(const ListenUrl& url) {
  std::vector<std::string> urls;
  if (url.host == "localhost") {
    urls.push_back(listen_on({asio::ip::address_v4::loopback(), url.port}, url));
    urls.push_back(listen_on({asio::ip::address_v6::loopback(), url.port}, url));
  } else {
    urls.push_back(listen_on({asio::ip::make_address(url.host), url.port}, url));
  }
  return urls;
}

std::string Server::listen_on(const tcp::endpoint& endpoint, const ListenUrl& url) {
  auto acceptor = std::make_unique<Acceptor>(io_);
  acceptor->socket.open(endpoint.protocol());
  acceptor->socket.set_option(asio::socket_base::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor->socket.set_option(asio::ip::v6_only(true));
  acceptor->socket.bind(endpoint);
  acceptor->socket.listen();
  const auto bound = acceptor->socket.local_endpoint();
  accept(*acceptor);
  acceptors_.push_back(std::move(acceptor));
  return to_string(ListenUrl{url.scheme, bound.address().to_string(), bound.port()});
}

void Server::accept(Acceptor& acceptor) {
  acceptor.socket.async_accept([this, &acceptor](error_code error, tcp::socket socket) {
    if (stopping_) return;
    if (!error) {
      adopt(std::move(socket));
      accept(acceptor);
      return;
    }
    acceptor.pause.expires_after(accept_pause);
    acceptor.pause.async_wait([this, &acceptor](error_code) {
      if (!stopping_) accept(acceptor);
    });
  });
}

void Server::adopt(tcp::socket socket) {
  error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return;
  const auto id = node_.opened(peer_of(socket), "tcp", now());
  auto client = std::make_shared<ClientSocket>(*this, std::move(socket), id);
  clients_.emplace(id, client);
  client->start();
  touched();
}

void Server::touched() {
  if (flush_is_posted_) return;
  flush_is_posted_ = true;
  // Behind everything that is ready already: one write per connection, whatever wrote to it.
  asio::post(io_, [this] {
    flush_is_posted_ = false;
    flush();
  });
}

void Server::flush() {
  node_.take_output(output_);
  for (auto& output : output_) {
    const auto found = clients_.find(output.connection);
    if (found == clients_.end()) continue;
    const auto client = found->second;  // may leave clients_ while it writes
    client->write(std::move(output.bytes), output.close);
  }
  output_.clear();
  arm_timer();
}

void Server::arm_timer() {
  const auto next = stopping_ ? broker::never : node_.next_deadline();
  if (next == armed_) return;
  armed_ = next;
  timer_.cancel();
  if (next == broker::never) return;
  timer_.expires_at(start_ + next);
  timer_.async_wait([this](error_code error) {
    if (error || stopping_) return;
    armed_ = broker::never;
    node_.tick(now());
    flush();
  });
}

void Server::forget(node::ConnectionId connection) {
  clients_.erase(connection);
}

void Server::stop() {
  if (std::exchange(stopping_, true)) return;
  for (auto& acceptor : acceptors_) {
    error_code ignored;
    acceptor->socket.close(ignored);
    acceptor->pause.cancel();
  }
  node_.shutdown(now());
  flush();
}

}  // namespace mqttspec::server
