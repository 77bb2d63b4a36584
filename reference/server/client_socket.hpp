// One client's connection: TCP or a Unix socket, plain or in TLS. By readiness and callbacks: an
// idle connection holds no buffer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "reference/node/node.hpp"
#include "reference/server/socket.hpp"
#include "reference/server/tls_channel.hpp"

namespace mqttspec::server {

class Server;
struct Listener;

class ClientSocket : public std::enable_shared_from_this<ClientSocket> {
 public:
  ClientSocket(Server& server, Socket socket);
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  // Does TLS's handshake if the listener wants one, then reports to the node.
  void start(const Listener& listener);
  // Sends the bytes behind those that wait already, then closes if that is asked for.
  void write(codec::Bytes bytes, bool close);
  // At once, whatever waits.
  void close();
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  // Goes on with TLS's handshake, or begins it if there is room for one more.
  void shake_hands();
  // Listens to the client again if that was given up for a while.
  void resume();

 private:
  // What a connection needs until the node knows it.
  struct Arriving;

  void give_up_handshake();
  void arrive();

  template <typename Then>
  void wait(Transfer::Next readiness, Then then);
  // Not until the client has read some of what waits for it.
  [[nodiscard]] bool pauses_reading();
  void wait_for_input();
  void read();
  // Takes what has come; the bytes are in the server's shared buffer.
  [[nodiscard]] Transfer receive();
  // The peer has sent its last byte: everything that is on its way to it still goes out.
  void ended();
  // The connection is of no use any more.
  void broken();

  void send_waiting();
  void room_again();
  // Gives away as much as is taken; what to wait for if that was not all.
  [[nodiscard]] Transfer send();
  [[nodiscard]] std::size_t waiting() const { return output_.size() - sent_; }
  // All is sent: FIN goes out, and the peer has a moment to send its own.
  void say_goodbye();
  // Without any progress the connection is closed after a moment.
  void arm_goodbye();

  Server& server_;
  Socket socket_;
  node::ConnectionId id_ = 0;  // 0: the node does not know it
  codec::Bytes output_;
  std::size_t sent_ = 0;         // of output_
  bool waits_for_room_ = false;  // the kernel took no more
  bool reading_paused_ = false;  // too much waits for the peer, or a store
  bool closing_ = false;         // as soon as everything is sent
  bool peer_ended_ = false;      // FIN came
  bool said_goodbye_ = false;    // FIN went out
  std::unique_ptr<TlsChannel> tls_;
  std::unique_ptr<Arriving> arriving_;
  std::unique_ptr<boost::asio::steady_timer> goodbye_;  // rarely needed
};

}  // namespace mqttspec::server
