#include "reference/server/server.hpp"

#include <stdexcept>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "reference/server/client_socket.hpp"
#include "reference/server/listener.hpp"
#include "reference/server/password_verifier.hpp"

namespace mqttspec::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t input_size = std::size_t{64} << 10U;
// Out of file descriptors: some connection has to end before another can be accepted.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds store_pause{1};

}  // namespace

Server::Server(asio::io_context& io, broker::Config config, node::Interceptor* interceptor,
               Limits limits)
    : io_(io),
      node_(std::move(config), interceptor),
      limits_(limits),
      input_(input_size),
      store_timer_(io),
      timer_(io) {}

Server::~Server() {
  drop_arriving();
}

void Server::drop_arriving() {
  for (const auto& client : std::exchange(arriving_, {})) client->close();
}

node::Instant Server::now() const {
  return std::chrono::duration_cast<node::Instant>(std::chrono::steady_clock::now() - start_);
}

std::optional<std::string> Server::keep(std::unique_ptr<store::Store> store,
                                        Keeper::Report report) {
  keeper_.emplace(std::move(store), std::move(report));
  const auto wall_clock = std::chrono::system_clock::now().time_since_epoch();
  auto fault = keeper_->restore(node_, wall_clock, now());
  if (!fault) touched();
  return fault;
}

std::vector<std::string> Server::listen(const ListenUrl& url) {
  std::vector<std::string> urls;
  for (const auto& endpoint : endpoints_of(url)) {
    listeners_.push_back(std::make_unique<Listener>(io_, url, endpoint));
    accept(*listeners_.back());
    urls.push_back(to_string(listeners_.back()->url));
  }
  return urls;
}

std::vector<std::string> Server::reload_certificates() {
  std::vector<std::string> errors;
  for (auto& listener : listeners_) {
    if (!listener->tls) continue;
    try {
      listener->tls = std::make_shared<const TlsContext>(listener->url);
    } catch (const std::runtime_error& error) {
      errors.push_back(to_string(listener->url) + " keeps its certificate: " + error.what());
    }
  }
  return errors;
}

void Server::accept(Listener& listener) {
  listener.acceptor.async_accept([this, &listener](error_code error, Socket socket) {
    if (stopping_) return;
    if (!error) {
      adopt(std::move(socket), listener);
      accept(listener);
      return;
    }
    listener.pause.expires_after(accept_pause);
    listener.pause.async_wait([this, &listener](error_code) {
      if (!stopping_) accept(listener);
    });
  });
}

void Server::adopt(Socket socket, const Listener& listener) {
  error_code error;
  socket.non_blocking(true, error);
  if (!error && listener.transport != "unix") {
    socket.set_option(asio::ip::tcp::no_delay(true), error);
  }
  if (error) return;
  auto client = std::make_shared<ClientSocket>(*this, std::move(socket));
  arriving_.insert(client);
  client->start(listener);
}

node::ConnectionId Server::arrived(std::shared_ptr<ClientSocket> client, const Socket& socket,
                                   std::string transport, node::Arrival arrival) {
  const auto id = node_.opened(peer_of(socket), std::move(transport), now(), std::move(arrival));
  arriving_.erase(client);
  clients_.emplace(id, std::move(client));
  touched();
  return id;
}

bool Server::may_shake_hands(const std::shared_ptr<ClientSocket>& client) {
  if (handshakes_ < limits_.handshakes) {
    ++handshakes_;
    return true;
  }
  in_line_.push_back(client);
  return false;
}

void Server::handshake_over() {
  --handshakes_;
  call_next_in_line();
}

void Server::call_next_in_line() {
  if (in_line_.empty()) return;
  const auto next = in_line_.front().lock();
  in_line_.pop_front();
  // Not at once: handshakes that fail one after the other would pile up on the stack.
  asio::post(io_, [this, next] {
    if (next != nullptr && next->is_open()) {
      next->shake_hands();
    } else {
      call_next_in_line();
    }
  });
}

void Server::report_fault(const Socket& socket, const std::string& what) {
  if (fault_report_) fault_report_(peer_of(socket), what);
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

void Server::ask_verifier() {
  node_.take_questions(questions_);
  if (questions_.empty()) return;
  if (verifier_ == nullptr) {
    verifier_ = std::make_unique<PasswordVerifier>(
        io_, [this](node::ConnectionId connection, bool accepted) {
          node_.authenticated(connection, accepted, now());
          touched();
        });
  }
  for (auto& question : questions_) verifier_->ask(std::move(question));
}

void Server::flush() {
  ask_verifier();
  // One transaction for all that has happened in this turn; without it the node gives nothing.
  if (keeper_ && !keeper_->settle(node_)) try_to_store_again();
  node_.take_output(output_);
  for (auto& output : output_) {
    const auto found = clients_.find(output.connection);
    if (found == clients_.end()) continue;
    const auto client = found->second;  // may leave clients_ while it writes
    client->write(std::move(output.bytes), output.close);
  }
  output_.clear();
  // Whoever has read all that there was may get more of what waits.
  if (node_.has_output() && !is_stalled()) touched();
  arm_timer();
}

void Server::try_to_store_again() {
  if (stopping_ || std::exchange(store_timer_runs_, true)) return;
  store_timer_.expires_after(store_pause);
  store_timer_.async_wait([this](error_code error) {
    store_timer_runs_ = false;
    if (error || stopping_) return;
    flush();
    if (is_stalled()) return;
    for (const auto& [id, client] : clients_) client->resume();
  });
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

void Server::change_access(broker::AccessChanged access) {
  node_.change_access(std::move(access), now());
  touched();
}

void Server::forget(const std::shared_ptr<ClientSocket>& client, node::ConnectionId connection) {
  if (verifier_ != nullptr) verifier_->forget(connection);
  clients_.erase(connection);
  arriving_.erase(client);
}

void Server::stop() {
  if (std::exchange(stopping_, true)) return;
  for (auto& listener : listeners_) {
    error_code ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  // Whoever has not arrived has nobody to say goodbye to.
  drop_arriving();
  store_timer_.cancel();
  node_.shutdown(now());
  flush();
  // What cannot be stored cannot be said either: nobody is waited for.
  if (is_stalled()) io_.stop();
}

}  // namespace mqttspec::server
