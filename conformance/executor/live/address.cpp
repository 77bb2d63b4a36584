#include "conformance/executor/live/address.hpp"

#include <boost/asio/ip/address_v4.hpp>

namespace mqttspec::executor {

namespace asio = boost::asio;
using asio::ip::tcp;

Endpoints loopback_endpoints(std::uint16_t port) {
  return {tcp::endpoint(asio::ip::address_v4::loopback(), port)};
}

namespace {

// Lives until its connection has told how the attempt went.
class Attempt final : public TcpObserver, public std::enable_shared_from_this<Attempt> {
 public:
  explicit Attempt(std::function<void(std::optional<std::string>)> done) : done_(std::move(done)) {}
  void begin(asio::io_context& loop, const Endpoints& endpoints, Duration patience) {
    self_ = shared_from_this();
    connection_ = std::make_shared<TcpConnection>(loop, 0, *this);
    connection_->open(endpoints, patience);
  }
  void on_opened(ConnectionNumber) override { finish(std::nullopt); }
  void on_open_failed(ConnectionNumber, const std::string& why, bool) override { finish(why); }
  void on_bytes(ConnectionNumber, codec::BytesView) override {}
  void on_sent(ConnectionNumber) override {}
  void on_closed(ConnectionNumber, CloseKind) override {}

 private:
  void finish(std::optional<std::string> why_not) {
    const auto self = std::move(self_);
    connection_->close(CloseCommand::How::fin);
    done_(std::move(why_not));
  }
  std::function<void(std::optional<std::string>)> done_;
  std::shared_ptr<TcpConnection> connection_;
  std::shared_ptr<Attempt> self_;
};

}  // namespace

void probe(asio::io_context& loop, const Endpoints& endpoints, Duration patience,
           std::function<void(std::optional<std::string> why_not)> done) {
  std::make_shared<Attempt>(std::move(done))->begin(loop, endpoints, patience);
}

}  // namespace mqttspec::executor
