// The Asio shell around a node: accepts, reads what is there, writes what came out, keeps the
// clock. One thread; callbacks, not coroutines, so that an idle connection costs little memory.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "reference/node/node.hpp"
#include "reference/server/keeper.hpp"
#include "reference/server/listen_url.hpp"
#include "reference/server/socket.hpp"

namespace mqttspec::server {

class ClientSocket;
struct Listener;
class PasswordVerifier;

struct Limits {
  // Bytes that may wait for one client before it is dropped.
  std::size_t output = std::size_t{64} << 20U;
  // How long a closed connection may take to say goodbye.
  std::chrono::milliseconds linger{1'000};
  // How long TLS's handshake may take.
  std::chrono::milliseconds handshake{10'000};
  // How many handshakes may be under way at once, at some 50 KiB each; others wait in line.
  std::size_t handshakes = 1'000;
};

class Server {
 public:
  // `interceptor` may be null and must outlive the server.
  Server(boost::asio::io_context& io, broker::Config config, node::Interceptor* interceptor,
         Limits limits);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Durable sessions, before anything else: goes on from what the store keeps, and from then on
  // stores each turn before anything that it causes leaves. Gives what is wrong with the store.
  [[nodiscard]] std::optional<std::string> keep(std::unique_ptr<store::Store> store,
                                                Keeper::Report report);

  // Binds and listens; gives the URLs with their real ports ("localhost" has two addresses). Throws
  // boost::system::system_error, or std::runtime_error for files of TLS.
  std::vector<std::string> listen(const ListenUrl& url);
  // Reads the files of TLS again, for connections to come. A listener whose files are wrong keeps
  // what it had; gives one sentence for each.
  std::vector<std::string> reload_certificates();
  // Whoever wants to know hears of connections that ended before the broker knew them: peer, and
  // what was wrong.
  using FaultReport = std::function<void(const std::string& peer, const std::string& what)>;
  void on_fault(FaultReport report) { fault_report_ = std::move(report); }
  // Clients that wait in line for their handshake.
  [[nodiscard]] std::size_t waiting_handshakes() const { return in_line_.size(); }
  // Passwords and access rules that hold from now on.
  void change_access(broker::AccessChanged access);
  // An orderly end: clients are told and closed, after which the io_context has nothing left to do.
  void stop();

 private:
  friend class ClientSocket;

  void accept(Listener& listener);
  void adopt(Socket socket, const Listener& listener);
  // False: the client was put in line, and is called when its turn has come.
  [[nodiscard]] bool may_shake_hands(const std::shared_ptr<ClientSocket>& client);
  void handshake_over();
  void call_next_in_line();
  // Connections that the node does not know yet end at once.
  void drop_arriving();
  // A client that can talk to the node from now on.
  node::ConnectionId arrived(std::shared_ptr<ClientSocket> client, const Socket& socket,
                             std::string transport, node::Arrival arrival);
  void report_fault(const Socket& socket, const std::string& what);
  [[nodiscard]] node::Instant now() const;

  // Something happened to the node: its output is written at the end of this turn of the loop.
  void touched();
  void flush();
  // Hands what a password has to be looked at for to the verifier.
  void ask_verifier();
  void arm_timer();
  // The store fails: until it works again nobody is listened to, since nobody can be answered.
  [[nodiscard]] bool is_stalled() const { return keeper_ && keeper_->is_failing(); }
  void try_to_store_again();
  void forget(const std::shared_ptr<ClientSocket>& client, node::ConnectionId connection);

  boost::asio::io_context& io_;
  node::Node node_;
  Limits limits_;
  FaultReport fault_report_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_set<std::shared_ptr<ClientSocket>> arriving_;
  std::size_t handshakes_ = 0;                       // under way
  std::deque<std::weak_ptr<ClientSocket>> in_line_;  // for theirs
  std::unordered_map<node::ConnectionId, std::shared_ptr<ClientSocket>> clients_;
  std::unique_ptr<PasswordVerifier> verifier_;   // made when it is first asked
  std::vector<broker::Authenticate> questions_;  // scratch of ask_verifier()
  std::vector<node::Output> output_;             // scratch of flush()
  std::vector<char> input_;                      // scratch of all reads
  std::optional<Keeper> keeper_;
  boost::asio::steady_timer store_timer_;
  bool store_timer_runs_ = false;
  boost::asio::steady_timer timer_;
  node::Instant armed_ = broker::never;
  bool flush_is_posted_ = false;
  bool stopping_ = false;
};

}  // namespace mqttspec::server
