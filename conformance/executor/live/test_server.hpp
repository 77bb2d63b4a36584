// A TCP server for tests, on a free loopback port: does with each connection what the test says.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "conformance/executor/live/tcp_connection.hpp"

namespace mqttspec::executor {

class TestServer {
 public:
  struct Peer {
    explicit Peer(boost::asio::ip::tcp::socket s) : socket(std::move(s)) {}
    boost::asio::ip::tcp::socket socket;
    std::string received;
    std::string ended;  // "FIN", "RST", or empty while the connection lasts

    void send(std::string_view bytes) {
      boost::system::error_code ignored;
      boost::asio::write(socket, boost::asio::buffer(bytes.data(), bytes.size()), ignored);
    }
    void fin() {
      boost::system::error_code ignored;
      socket.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    }
    void reset() {
      boost::system::error_code ignored;
      socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
      socket.close(ignored);
    }
  };
  using Handler = std::function<void(Peer& peer, const std::string& bytes)>;

  // `on_bytes` is also called, with no bytes, when a connection is accepted.
  explicit TestServer(boost::asio::io_context& loop, Handler on_bytes = {},
                      const char* address = "127.0.0.1", std::uint16_t port = 0)
      : acceptor_(loop, {boost::asio::ip::make_address(address), port}),
        on_bytes_(std::move(on_bytes)) {
    accept();
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] Endpoints endpoints() const { return {acceptor_.local_endpoint()}; }
  [[nodiscard]] const std::vector<std::shared_ptr<Peer>>& peers() const { return peers_; }
  // Takes no new connection any more, and drops those there are.
  void die() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& peer : peers_) peer->reset();
  }

 private:
  void accept() {
    acceptor_.async_accept(
        [this](const boost::system::error_code& error, boost::asio::ip::tcp::socket socket) {
          if (error) return;
          peers_.push_back(std::make_shared<Peer>(std::move(socket)));
          const auto peer = peers_.back();
          if (on_bytes_) on_bytes_(*peer, "");
          read(peer);
          accept();
        });
  }
  void read(const std::shared_ptr<Peer>& peer) {
    auto buffer = std::make_shared<std::array<char, 4096>>();
    peer->socket.async_read_some(
        boost::asio::buffer(*buffer),
        [this, peer, buffer](const boost::system::error_code& error, std::size_t size) {
          if (error) {
            peer->ended = error == boost::asio::error::eof ? "FIN" : "RST";
            return;
          }
          const std::string bytes(buffer->data(), size);
          peer->received += bytes;
          if (on_bytes_) on_bytes_(*peer, bytes);
          if (peer->socket.is_open()) read(peer);
        });
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  Handler on_bytes_;
  std::vector<std::shared_ptr<Peer>> peers_;
};

// The same with a loop and a thread of its own, for what blocks.
class ThreadedTestServer {
 public:
  explicit ThreadedTestServer(TestServer::Handler on_bytes, const char* address = "127.0.0.1")
      : server_(loop_, std::move(on_bytes), address), thread_([this] { loop_.run(); }) {}
  ~ThreadedTestServer() {
    loop_.stop();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  boost::asio::io_context loop_;
  TestServer server_;
  std::uint16_t port_ = server_.port();
  std::thread thread_;
};

}  // namespace mqttspec::executor
