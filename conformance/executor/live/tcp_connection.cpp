#include "conformance/executor/live/tcp_connection.hpp"

#include <netinet/tcp.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace mqttspec::executor {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
// Linux delays acknowledgements by 40 ms to let them ride on data. A broker that leaves Nagle's
// algorithm on then holds back its next packet for as long, which would add up over a script. The
// kernel falls back into the habit, so that it has to be told after every read.
void acknowledge_at_once(tcp::socket& socket) {
  const int on = 1;
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

// How long a connection that we closed with FIN may take to be closed by the broker as well.
// Closing the socket at once would turn the FIN into an RST if anything unread lay in it.
constexpr std::chrono::seconds linger_limit{2};
constexpr std::size_t read_rounds = 64;  // per turn, so that a flood cannot starve the others
}  // namespace

TcpConnection::TcpConnection(asio::io_context& loop, ConnectionNumber number, TcpObserver& observer)
    : socket_(loop), timer_(loop), number_(number), observer_(&observer) {}

void TcpConnection::open(const Endpoints& endpoints, Duration patience,
                         std::unique_ptr<TlsSession> tls) {
  tls_ = std::move(tls);
  endpoints_ = endpoints;
  patience_ = patience;
  try_endpoint(0, "the address has no endpoint");
}

void TcpConnection::try_endpoint(std::size_t index, const std::string& trouble) {
  if (index == endpoints_.size()) return fail_to_open(trouble);
  ErrorCode ignored;
  socket_.close(ignored);
  timer_.expires_after(patience_);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || self->connected_) return;
    ErrorCode unused;
    self->socket_.close(unused);  // ends the attempt
  });
  socket_.async_connect(endpoints_[index],
                        [self = shared_from_this(), index](const ErrorCode& error) {
                          self->timer_.cancel();
                          if (!error) {
                            self->established();
                          } else if (error == asio::error::connection_reset) {
                            // Accepted, and dropped before we saw it: a refusal would have another
                            // name.
                            self->connected_ = true;
                            if (!self->tls_) {
                              self->open_ = true;
                              self->observer_->on_opened(self->number_);
                            }
                            self->ended(error);
                          } else if (error == asio::error::connection_refused) {
                            self->try_endpoint(index + 1, "refused");
                          } else if (error == asio::error::operation_aborted) {
                            self->try_endpoint(index + 1, "no answer");
                          } else {
                            self->try_endpoint(index + 1, error.message());
                          }
                        });
}

void TcpConnection::fail_to_open(const std::string& why) {
  write_failed_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this(), why] {
    if (self->observer_ == nullptr) return;
    self->observer_->on_open_failed(self->number_, why, why == "refused");
  });
}

void TcpConnection::established() {
  connected_ = true;
  ErrorCode ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  acknowledge_at_once(socket_);
  if (!tls_) return announce();
  timer_.expires_after(patience_);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || self->open_ || !self->connected_) return;
    self->shut();
    self->fail_to_open("nobody answers the TLS handshake; is this the port of a TLS listener?");
  });
  tls_->start();
  flush_tls();
  wait_readable();
}

void TcpConnection::announce() {
  timer_.cancel();
  open_ = true;
  if (observer_ != nullptr) observer_->on_opened(number_);
  wait_readable();
  write_next();
}

// --- writing ------------------------------------------------------------------------------------

void TcpConnection::put(codec::Bytes bytes, Done done) {
  wire_.push_back({std::move(bytes), std::move(done)});
  if (!wire_busy_) write_front();
}

void TcpConnection::write_front() {
  if (wire_.empty()) return;
  wire_busy_ = true;
  asio::async_write(socket_, asio::buffer(wire_.front().bytes),
                    [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                      const Done done = std::move(self->wire_.front().done);
                      self->wire_.pop_front();
                      self->wire_busy_ = false;
                      if (done) done(error);
                      if (!self->wire_busy_) self->write_front();
                    });
}

// What TLS has to say by itself: its handshake, alerts, new keys.
void TcpConnection::flush_tls() {
  codec::Bytes bytes = tls_->take_output();
  if (!bytes.empty()) put(std::move(bytes), {});
}

void TcpConnection::send(SendCommand command) {
  outputs_.push_back({std::move(command)});
  write_next();
}

void TcpConnection::write_next() {
  if (writing_ || outputs_.empty() || (!open_ && !write_failed_)) return;
  writing_ = true;
  if (outputs_.front().closes) {
    const auto how = outputs_.front().how;
    outputs_.clear();
    writing_ = false;
    if (!tls_) return shut_sending(how);
    tls_->say_goodbye();
    return put(tls_->take_output(), [this, how](const ErrorCode&) { shut_sending(how); });
  }
  write_segment(0);
}

void TcpConnection::shut_sending(CloseCommand::How how) {
  ErrorCode ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  if (how == CloseCommand::How::fin) linger();
}

void TcpConnection::write_segment(std::size_t index) {
  SendCommand& command = outputs_.front().command;
  if (index >= command.segments.size() || write_failed_ || !open_) {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->finish_output(); });
    return;
  }
  codec::Bytes bytes = std::move(command.segments[index]);
  if (tls_) {
    tls_->send(bytes);
    bytes = tls_->take_output();
  }
  put(std::move(bytes), [this, index](const ErrorCode& error) {
    if (error) {
      write_failed_ = true;
      was_reset_ = was_reset_ || error == asio::error::connection_reset;
    }
    if (outputs_.empty()) return;  // reset meanwhile
    const SendCommand& current = outputs_.front().command;
    if (current.pause <= current.pause.zero() || index + 1 >= current.segments.size()) {
      return write_segment(index + 1);
    }
    timer_.expires_after(current.pause);
    timer_.async_wait([self = shared_from_this(), index](const ErrorCode&) {
      // Cancelled when the broker closes: the rest is then lost, and counts as sent.
      if (!self->outputs_.empty()) self->write_segment(index + 1);
    });
  });
}

void TcpConnection::finish_output() {
  if (outputs_.empty()) return;
  outputs_.pop_front();
  writing_ = false;
  if (observer_ != nullptr && !lingering_) observer_->on_sent(number_);
  write_next();
}

void TcpConnection::close(CloseCommand::How how) {
  if (how == CloseCommand::How::half) {
    outputs_.push_back({{}, true, how});
    return write_next();
  }
  observer_ = nullptr;
  if (how == CloseCommand::How::reset) {
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    outputs_.clear();
    return shut();
  }
  if (!open_) return shut();
  reading_ = true;  // so that the broker's FIN is seen
  wait_readable();
  outputs_.push_back({{}, true, how});
  write_next();
}

void TcpConnection::linger() {
  lingering_ = true;
  timer_.expires_after(linger_limit);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error) self->shut();
  });
}

void TcpConnection::shut() {
  open_ = connected_ = false;
  write_failed_ = true;
  timer_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
}

void TcpConnection::set_reading(bool reading) {
  reading_ = reading;
  wait_readable();
}

void TcpConnection::wait_readable() {
  if (waiting_readable_ || !reading_ || !connected_) return;
  waiting_readable_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    self->waiting_readable_ = false;
    if (error || !self->connected_) return;
    self->drain();
    self->wait_readable();
  });
}

void TcpConnection::drain() {
  for (std::size_t round = 0; round < read_rounds; ++round) {
    if (!connected_ || !reading_ || !read_once()) return;
  }
}

// False if there was nothing, or the end.
bool TcpConnection::read_once() {
  std::array<char, 65'536> buffer;  // NOLINT: filled by the socket
  ErrorCode error;
  const std::size_t size = socket_.read_some(asio::buffer(buffer), error);
  if (error == asio::error::would_block || error == asio::error::try_again) return false;
  if (error) {
    ended(error);
    return false;
  }
  acknowledge_at_once(socket_);
  return take(codec::BytesView(buffer.data(), size));
}

// False if that was the last.
bool TcpConnection::take(codec::BytesView bytes) {
  const auto self = shared_from_this();  // the observer may let go of us
  if (!tls_) {
    take_decrypted(bytes);
    return true;
  }
  const codec::Bytes plain = tls_->receive(bytes);
  flush_tls();
  using State = TlsSession::State;
  if (!open_ && connected_ && tls_->state() != State::handshaking &&
      tls_->state() != State::failed) {
    announce();
  }
  if (!plain.empty()) take_decrypted(plain);
  if (tls_->state() == State::closed) ended(asio::error::eof);
  if (tls_->state() == State::failed) ended(asio::error::connection_aborted);
  return tls_->state() == State::open || tls_->state() == State::handshaking;
}

void TcpConnection::take_decrypted(codec::BytesView bytes) {
  if (observer_ != nullptr && !lingering_) observer_->on_bytes(number_, bytes);
}

void TcpConnection::ended(const ErrorCode& error) {
  const auto self = shared_from_this();  // the observer may let go of us
  const bool by_fin = error == asio::error::eof && !was_reset_;
  const bool was_open = open_;
  shut();
  if (!was_open) {
    if (lingering_) return;
    return fail_to_open(!tls_->trouble().empty()
                            ? tls_->trouble()
                            : "the broker ends the connection during the TLS handshake; is this "
                              "the port of a TLS listener?");
  }
  if (observer_ != nullptr && !lingering_) {
    observer_->on_closed(number_, by_fin ? CloseKind::fin : CloseKind::reset);
  }
}

}  // namespace mqttspec::executor
