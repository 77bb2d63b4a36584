// One client's TCP connection.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "reference/node/node.hpp"

namespace mqttspec::server {

class Server;

class ClientSocket : public std::enable_shared_from_this<ClientSocket> {
 public:
  ClientSocket(Server& server, boost::asio::ip::tcp::socket socket, node::ConnectionId id);

  void start() { wait_for_input(); }
  // Sends the bytes behind those that wait already, then closes if that is asked for.
  void write(codec::Bytes bytes, bool close);

 private:
  void wait_for_input();
  void read();
  // The peer has sent its last byte: everything that is on its way to it still goes out.
  void ended();
  // The connection is of no use any more.
  void broken();

  void send_waiting();
  [[nodiscard]] std::size_t waiting() const { return output_.size() - sent_; }
  // All is sent: FIN goes out, and the peer has a moment to send its own.
  void say_goodbye();
  // Without any progress the connection is closed after a moment.
  void arm_goodbye();
  void close();

  Server& server_;
  boost::asio::ip::tcp::socket socket_;
  node::ConnectionId id_;
  codec::Bytes output_;
  std::size_t sent_ = 0;                                // of output_
  bool waits_for_room_ = false;                         // the kernel took no more
  bool reading_paused_ = false;                         // too much waits for the peer
  bool closing_ = false;                                // as soon as everything is sent
  bool peer_ended_ = false;                             // FIN came
  bool said_goodbye_ = false;                           // FIN went out
  std::unique_ptr<boost::asio::steady_timer> goodbye_;  // rarely needed
};

}  // namespace mqttspec::server
