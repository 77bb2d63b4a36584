#include "reference/server/client_socket.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "reference/server/server.hpp"

namespace mqttspec::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A buffer that was large once is given back.
constexpr std::size_t kept_capacity = std::size_t{64} << 10U;
// A client for whom so much waits is not listened to until it has read some of it.
constexpr std::size_t pause_reading_at = std::size_t{1} << 20U;

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

ClientSocket::ClientSocket(Server& server, tcp::socket socket, node::ConnectionId id)
    : server_(server), socket_(std::move(socket)), id_(id) {}

void ClientSocket::wait_for_input() {
  reading_paused_ = waiting() > pause_reading_at && !closing_;
  if (reading_paused_) return;
  // Without a buffer of its own an idle connection costs next to nothing.
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->read();
  });
}

void ClientSocket::read() {
  if (!socket_.is_open()) return;
  error_code error;
  auto& input = server_.input_;
  const auto size = socket_.read_some(asio::buffer(input), error);
  if (error == asio::error::eof) {
    ended();
    return;
  }
  if (error && !would_block(error)) {
    broken();
    return;
  }
  // What comes behind the end is only taken off the socket, so that the close is no reset.
  if (size > 0 && !closing_) {
    server_.node_.received(id_, {input.data(), size}, server_.now());
    server_.touched();
  }
  wait_for_input();
}

void ClientSocket::ended() {
  peer_ended_ = true;
  if (said_goodbye_) {
    close();
    return;
  }
  server_.node_.closed(id_, server_.now());
  server_.flush();
  if (!closing_) write({}, true);
}

void ClientSocket::broken() {
  const auto self = shared_from_this();
  close();
  server_.node_.closed(id_, server_.now());
  server_.touched();
}

void ClientSocket::write(codec::Bytes bytes, bool close_after) {
  if (!socket_.is_open() || closing_) return;
  closing_ = close_after;
  if (output_.empty()) {
    output_ = std::move(bytes);
  } else {
    output_.append(bytes);
  }
  if (!waits_for_room_) send_waiting();
  if (socket_.is_open() && waiting() > server_.limits_.output) broken();
}

void ClientSocket::send_waiting() {
  std::size_t written = 0;
  while (waiting() > 0) {
    error_code error;
    const auto size = socket_.write_some(asio::buffer(output_.data() + sent_, waiting()), error);
    if (would_block(error)) break;
    if (error) {
      broken();
      return;
    }
    sent_ += size;
    written += size;
  }
  if (written > 0) server_.node_.drained(id_, written, server_.now());
  if (waiting() == 0) {
    sent_ = 0;
    output_.clear();
    if (output_.capacity() > kept_capacity) output_.shrink_to_fit();
    if (closing_) say_goodbye();
    return;
  }
  if (closing_) arm_goodbye();
  // What is gone is not kept until the rest is: the buffer stays in proportion.
  if (sent_ > output_.size() / 2) output_.erase(0, std::exchange(sent_, 0));
  waits_for_room_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code error) {
    self->waits_for_room_ = false;
    if (error || !self->socket_.is_open()) return;
    self->send_waiting();
    if (self->reading_paused_ && self->socket_.is_open()) self->wait_for_input();
  });
}

void ClientSocket::say_goodbye() {
  if (std::exchange(said_goodbye_, true)) return;
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (peer_ended_) {
    close();
    return;
  }
  arm_goodbye();
}

void ClientSocket::arm_goodbye() {
  if (!goodbye_) goodbye_ = std::make_unique<asio::steady_timer>(socket_.get_executor());
  goodbye_->expires_after(server_.limits_.linger);
  goodbye_->async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->close();
  });
}

void ClientSocket::close() {
  if (!socket_.is_open()) return;
  if (goodbye_) goodbye_->cancel();
  error_code ignored;
  socket_.close(ignored);
  server_.forget(id_);
}

}  // namespace mqttspec::server
