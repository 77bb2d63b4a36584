#include "reference/server/client_socket.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "reference/server/listener.hpp"
#include "reference/server/server.hpp"

namespace mqttspec::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Next = Transfer::Next;

// A client for whom so much waits is not listened to until it has read some of it.
constexpr std::size_t pause_reading_at = std::size_t{1} << 20U;

// After a call on the plain socket.
Next after(const error_code& error, Next blocked) {
  if (!error) return Next::go_on;
  if (error == asio::error::would_block || error == asio::error::try_again) return blocked;
  return error == asio::error::eof ? Next::ended : Next::broken;
}

}  // namespace

struct ClientSocket::Arriving {
  Arriving(Server& owner, const Listener& listener, const asio::io_context::executor_type& executor)
      : server(owner),
        transport(listener.transport),
        websocket(listener.websocket),
        tls(listener.tls),
        deadline(executor) {}

  ~Arriving() {
    if (shakes_hands) server.handshake_over();
  }
  Arriving(const Arriving&) = delete;
  Arriving& operator=(const Arriving&) = delete;

  Server& server;
  std::string transport;
  std::shared_ptr<const node::WebSocketRules> websocket;
  std::shared_ptr<const TlsContext> tls;
  asio::steady_timer deadline;
  bool shakes_hands = false;  // and is counted for it
};

ClientSocket::ClientSocket(Server& server, Socket socket)
    : server_(server), socket_(std::move(socket)) {}

ClientSocket::~ClientSocket() = default;

void ClientSocket::start(const Listener& listener) {
  arriving_ = std::make_unique<Arriving>(server_, listener, socket_.get_executor());
  if (!listener.tls) {
    arrive();
    return;
  }
  arriving_->deadline.expires_after(server_.limits_.handshake);
  arriving_->deadline.async_wait([self = shared_from_this()](error_code error) {
    if (error || !self->arriving_) return;
    self->server_.report_fault(self->socket_, "TLS handshake: was not finished in time");
    self->close();
  });
  // TLS costs memory, so it waits until the client has something to say.
  wait(Next::wait_read, &ClientSocket::shake_hands);
}

void ClientSocket::shake_hands() {
  if (!socket_.is_open()) return;
  if (!tls_) {
    if (!server_.may_shake_hands(shared_from_this())) return;
    arriving_->shakes_hands = true;
    tls_ = std::make_unique<TlsChannel>(std::move(arriving_->tls), socket_.native_handle());
  }
  const auto next = tls_->handshake();
  if (next == Next::broken) {
    give_up_handshake();
  } else if (next == Next::go_on) {
    arrive();
  } else {
    wait(next, &ClientSocket::shake_hands);
  }
}

void ClientSocket::give_up_handshake() {
  server_.report_fault(socket_, "TLS handshake: " + tls_->fault());
  arriving_.reset();
  tls_.reset();
  closing_ = true;
  // The alert that tells the client why is on its way: a reset would overtake it.
  say_goodbye();
  wait_for_input();
}

void ClientSocket::arrive() {
  const auto arriving = std::move(arriving_);
  node::Arrival arrival{tls_ ? tls_->certificate_subject() : std::string(), arriving->websocket};
  id_ = server_.arrived(shared_from_this(), socket_, std::move(arriving->transport),
                        std::move(arrival));
  // Packets may have come with the end of the handshake, where no socket tells of them.
  if (tls_) {
    read();
  } else {
    wait_for_input();
  }
}

template <typename Then>
void ClientSocket::wait(Next readiness, Then then) {
  const auto what = readiness == Next::wait_write ? Socket::wait_write : Socket::wait_read;
  socket_.async_wait(what, [self = shared_from_this(), then](error_code error) {
    if (!error && self->socket_.is_open()) ((*self).*then)();
  });
}

bool ClientSocket::pauses_reading() {
  reading_paused_ = (waiting() > pause_reading_at || server_.is_stalled()) && !closing_;
  return reading_paused_;
}

void ClientSocket::wait_for_input() {
  if (!pauses_reading()) wait(Next::wait_read, &ClientSocket::read);
}

void ClientSocket::resume() {
  if (!reading_paused_ || !socket_.is_open() || pauses_reading()) return;
  // Not at once: a read may end the connection, and the server is going through all of them.
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->read(); });
}

Transfer ClientSocket::receive() {
  auto& input = server_.input_;
  // Behind the end nothing is read but off the socket, so that the close is no reset.
  if (tls_ && !closing_) return tls_->read(input);
  error_code error;
  const auto size = socket_.read_some(asio::buffer(input), error);
  const auto next = after(error, Next::wait_read);
  return {size, next == Next::go_on ? Next::wait_read : next};
}

void ClientSocket::read() {
  if (!socket_.is_open()) return;
  const auto transfer = receive();
  if (transfer.size > 0 && !closing_) {
    server_.node_.received(id_, {server_.input_.data(), transfer.size}, server_.now());
    server_.touched();
  }
  switch (transfer.next) {
    case Next::wait_read:
      wait_for_input();
      break;
    case Next::wait_write:
      wait(Next::wait_write, &ClientSocket::read);
      break;
    case Next::go_on:
      if (pauses_reading()) break;
      asio::post(socket_.get_executor(), [self = shared_from_this()] { self->read(); });
      break;
    case Next::ended:
      ended();
      break;
    case Next::broken:
      broken();
      break;
  }
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
  // 3.1.1 [MQTT-4.8.0-2], [V311-4.8-a] Whoever does not read what it is sent loses its connection,
  // and nobody else does.
  if (socket_.is_open() && waiting() > server_.limits_.output) broken();
}

Transfer ClientSocket::send() {
  Transfer total;
  while (waiting() > 0 && total.next == Next::go_on) {
    const codec::BytesView bytes{output_.data() + sent_, waiting()};
    Transfer transfer;
    if (tls_) {
      transfer = tls_->write(bytes);
    } else {
      error_code error;
      transfer.size = socket_.write_some(asio::buffer(bytes), error);
      transfer.next = after(error, Next::wait_write);
    }
    sent_ += transfer.size;
    total = {total.size + transfer.size, transfer.next};
  }
  return total;
}

void ClientSocket::send_waiting() {
  const auto transfer = send();
  if (transfer.next == Next::broken || transfer.next == Next::ended) {
    broken();
    return;
  }
  if (transfer.size > 0) server_.node_.drained(id_, transfer.size, server_.now());
  if (waiting() == 0) {
    // An idle connection keeps no buffer; the next output brings its own. Assigning an empty string
    // would keep the memory.
    sent_ = 0;
    codec::Bytes().swap(output_);
    if (closing_) say_goodbye();
    return;
  }
  if (closing_) arm_goodbye();
  // What is gone is not kept until the rest is: the buffer stays in proportion.
  if (sent_ > output_.size() / 2) output_.erase(0, std::exchange(sent_, 0));
  waits_for_room_ = true;
  wait(transfer.next, &ClientSocket::room_again);
}

void ClientSocket::room_again() {
  waits_for_room_ = false;
  send_waiting();
  server_.touched();  // what the engine kept back from a slow reader may go on now
  // TLS may hold packets already that no socket tells of.
  if (reading_paused_ && socket_.is_open() && !pauses_reading()) read();
}

void ClientSocket::say_goodbye() {
  if (std::exchange(said_goodbye_, true)) return;
  if (tls_) tls_->end_writing();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
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
  arriving_.reset();
  error_code ignored;
  socket_.close(ignored);
  server_.forget(shared_from_this(), id_);
}

}  // namespace mqttspec::server
