// One TCP connection to the broker under test, plain or with TLS, as scenarios want it: writes cut
// into segments, FIN, half-close and RST told apart in both directions, reading that can be turned
// off.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/live/route.hpp"

namespace mqttspec::executor {

// Who wants to know. Called from the event loop only, never from within a call of TcpConnection's
// except drain().
class TcpObserver {
 public:
  virtual ~TcpObserver() = default;
  virtual void on_opened(ConnectionNumber connection) = 0;
  // `refused`: there is nobody at that address (any more).
  virtual void on_open_failed(ConnectionNumber connection, const std::string& why,
                              bool refused) = 0;
  virtual void on_bytes(ConnectionNumber connection, codec::BytesView bytes) = 0;
  virtual void on_sent(ConnectionNumber connection) = 0;
  virtual void on_closed(ConnectionNumber connection, CloseKind how) = 0;
};

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  TcpConnection(boost::asio::io_context& loop, ConnectionNumber number, TcpObserver& observer);

  // Tries the endpoints one after the other. With `tls` the connection is open when its handshake
  // is over.
  void open(const Endpoints& endpoints, Duration patience,
            std::unique_ptr<TlsSession> tls = nullptr);
  // Queued behind what is being written. Bytes that the broker no longer takes are lost, and
  // on_sent() comes all the same.
  void send(SendCommand command);
  // FIN and half-close wait for what is being written; RST does not. After fin and reset the
  // observer hears no more.
  void close(CloseCommand::How how);
  void set_reading(bool reading);
  // Takes what the socket holds now.
  void drain();
  // What TLS complained of; empty if it did not.
  [[nodiscard]] std::string tls_trouble() const { return tls_ ? tls_->trouble() : ""; }
  // The observer is about to go. What is still to be written, a FIN included, goes its way.
  void forget_observer() { observer_ = nullptr; }

 private:
  using ErrorCode = boost::system::error_code;
  using Done = std::function<void(const ErrorCode& error)>;
  struct Output {
    SendCommand command;
    bool closes = false;  // no bytes: close in the way of `how`
    CloseCommand::How how = CloseCommand::How::fin;
  };

  // Bytes on their way to the socket, in order. `done` must not own the connection, which would
  // then own itself where the loop ends before the bytes have gone; who calls it does.
  struct Writing {
    codec::Bytes bytes;
    Done done;
  };

  void try_endpoint(std::size_t index, const std::string& trouble);
  void fail_to_open(const std::string& why);
  void established();
  void announce();
  void put(codec::Bytes bytes, Done done);
  void write_front();
  void flush_tls();
  bool take(codec::BytesView bytes);
  void take_decrypted(codec::BytesView bytes);
  void shut_sending(CloseCommand::How how);
  void write_next();
  void write_segment(std::size_t index);
  void finish_output();
  void wait_readable();
  bool read_once();
  void ended(const ErrorCode& error);
  void linger();
  void shut();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;  // of connecting, pauses and lingering: never two at a time
  ConnectionNumber number_;
  TcpObserver* observer_;
  Endpoints endpoints_;
  Duration patience_{};
  std::unique_ptr<TlsSession> tls_;
  std::deque<Output> outputs_;
  std::deque<Writing> wire_;
  bool wire_busy_ = false;
  bool connected_ = false;  // the socket is
  bool open_ = false;       // and so has the observer been told
  bool writing_ = false;
  bool reading_ = true;
  bool waiting_readable_ = false;
  bool lingering_ = false;  // we have closed; what still comes is thrown away
  bool write_failed_ = false;
  bool was_reset_ = false;
};

}  // namespace mqttspec::executor
