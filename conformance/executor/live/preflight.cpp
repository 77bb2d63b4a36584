#include "conformance/executor/live/preflight.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "conformance/executor/announced.hpp"
#include "conformance/executor/live/tcp_connection.hpp"
#include "conformance/executor/websocket.hpp"
#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::executor {

namespace {

using codec::PropertyId;
using codec::Version;
using scenario::Value;

constexpr std::uint32_t never_expires = 0xFFFF'FFFF;
// How long the last DISCONNECTs may take to be on their way.
constexpr std::chrono::milliseconds goodbye{200};
constexpr std::string_view wrong_credentials =
    "the broker refuses these credentials; give the user name and password that it expects";

std::string random_identifier() {
  std::random_device random;
  std::string text = "preflight";
  while (text.size() < 20) text += static_cast<char>('a' + random() % 26);
  return text;
}

// Why a CONNACK with this code lets nobody in. The codes of 3.x and 5.0 do not overlap.
std::string refusal(Version version, std::uint8_t code) {
  const std::string speaks = "MQTT " + std::string(to_string(version));
  switch (code) {
    case 0x01:
    case 0x84:
      return "the broker does not speak " + speaks;
    case 0x04:
    case 0x05:
    case 0x86:
    case 0x87:
      return std::string(wrong_credentials);
    default:
      break;
  }
  static constexpr char digits[] = "0123456789ABCDEF";
  return std::string("the broker refuses a plain CONNECT of ") + speaks + " with code 0x" +
         digits[code >> 4U] + digits[code & 15U];
}

// One CONNECT and what comes of it.
class Exchange final : public TcpObserver {
 public:
  Exchange(boost::asio::io_context& loop, Version version, const Route& route,
           const PreflightOptions& options)
      : timer_(loop),
        connection_(std::make_shared<TcpConnection>(loop, 0, *this)),
        route_(route),
        patience_(options.patience) {
    const std::string& transport = route.target.transport;
    if (uses_websocket(transport)) {
      const WebSocketAddress address = websocket_address(route.target);
      websocket_ = std::make_unique<WebSocket>(
          WebSocketOptions{address.host, address.path, "", {"mqtt"}, std::random_device{}()});
    }
    answer_.version = version;
    codec::Connect connect;
    if (version == Version::v3_1) connect.protocol_name = "MQIsdp";
    connect.protocol_version = static_cast<std::uint8_t>(version);
    connect.client_identifier = random_identifier();
    connect.user_name = options.user_name;
    connect.password = options.password;
    if (version == Version::v5_0) {
      connect.properties = {{PropertyId::session_expiry_interval, never_expires}};
    }
    connect_ = codec::encode(connect, version);
  }

  void begin() {
    timer_.expires_after(patience_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      conclude(websocket_ && websocket_->state() == WebSocket::State::connecting
                   ? "the broker accepts the connection and does not answer the WebSocket handshake"
                   : "the broker accepts the connection and does not answer CONNECT");
    });
    connection_->open(route_.endpoints, patience_, new_tls(route_));
  }
  [[nodiscard]] const VersionAnswer& answer() const { return answer_; }
  [[nodiscard]] const codec::Connack& connack() const { return connack_; }
  [[nodiscard]] bool open() const { return open_; }

  [[nodiscard]] const Route& route() const { return route_; }
  // A sentence about the WebSocket that is no reason to give up, or nothing.
  [[nodiscard]] std::string remark() const {
    if (!websocket_ || !answer_.usable || websocket_->subprotocol() == "mqtt") return "";
    const auto& chosen = websocket_->subprotocol();
    return "the broker's answer to the WebSocket handshake names " +
           (chosen ? "the subprotocol \"" + *chosen + "\"" : std::string("no subprotocol")) +
           ", where it has to choose mqtt; many clients will not talk to it";
  }

  void on_opened(ConnectionNumber) override {
    if (websocket_) return connection_->send({0, {websocket_->request()}, {}});
    write(connect_);
  }
  void on_open_failed(ConnectionNumber, const std::string& why, bool refused) override {
    conclude(refused ? "nobody accepts connections at " + to_string(route_.target) +
                           "; is the broker running, and is this its port?"
                     : "cannot connect to " + to_string(route_.target) + ": " + why);
  }
  void on_bytes(ConnectionNumber, codec::BytesView bytes) override {
    if (!websocket_) return read(bytes);
    const auto before = websocket_->state();
    const WebSocket::Arrivals arrivals = websocket_->receive(bytes);
    using State = WebSocket::State;
    if (before == State::connecting && websocket_->state() == State::open) write(connect_);
    for (const auto& chunk : arrivals.chunks) read(chunk.bytes);
    if (websocket_->state() != State::connecting && websocket_->state() != State::open) {
      conclude(websocket_->trouble());
    }
  }
  void on_sent(ConnectionNumber) override {}
  void on_closed(ConnectionNumber, CloseKind) override {
    if (!connection_->tls_trouble().empty()) return conclude(connection_->tls_trouble());
    if (websocket_ && websocket_->state() == WebSocket::State::connecting) {
      return conclude(
          "the broker closes the connection instead of answering the WebSocket handshake; is this "
          "the port of its WebSocket listener?");
    }
    conclude("the broker closes the connection instead of answering a CONNECT of MQTT " +
             std::string(to_string(answer_.version)));
  }

 private:
  void write(const codec::Bytes& packet) {
    if (!websocket_) return connection_->send({0, {packet}, {}});
    connection_->send({0, websocket_->frames({packet}, "binary"), {}});
  }
  void read(codec::BytesView bytes) {
    if (!open_) return;
    reader_.push(bytes);
    if (reader_.pending()[0] != '\x20') return conclude(no_connack());
    const auto result = reader_.next();
    if (const auto* frame = std::get_if<codec::Frame>(&result)) {
      read_answer(frame->bytes);
    } else if (std::holds_alternative<codec::FrameError>(result)) {
      conclude(no_connack());
    }
  }
  [[nodiscard]] std::string no_connack() const {
    return "what answers there is no broker, or not one of MQTT " +
           std::string(to_string(answer_.version)) + ": its answer to CONNECT is no CONNACK";
  }
  void read_answer(codec::BytesView frame) {
    const auto result = codec::decode(frame, answer_.version, codec::Sender::server);
    const auto* packet = std::get_if<codec::Packet>(&result);
    const auto* connack = packet != nullptr ? std::get_if<codec::Connack>(packet) : nullptr;
    // A broker that knows no 5.0 refuses it with a CONNACK of its own version.
    const bool older = frame.size() == 4 && frame[0] == '\x20' && frame[1] == 2 && frame[3] != 0;
    if (connack == nullptr && older) {
      return conclude(refusal(answer_.version, static_cast<std::uint8_t>(frame[3])));
    }
    if (connack == nullptr) {
      return conclude(no_connack());
    }
    if (connack->reason_code != codec::ReasonCode::success) {
      return conclude(refusal(answer_.version, static_cast<std::uint8_t>(connack->reason_code)));
    }
    connack_ = *connack;
    codec::Disconnect bye;
    bye.properties = {{PropertyId::session_expiry_interval, std::uint32_t{0}}};
    write(codec::encode(bye, answer_.version));
    conclude("");
  }
  void conclude(std::string message) {
    if (!open_) return;
    open_ = false;
    answer_.usable = message.empty();
    answer_.message = std::move(message);
    timer_.cancel();
    connection_->close(CloseCommand::How::fin);
  }

  boost::asio::steady_timer timer_;
  std::shared_ptr<TcpConnection> connection_;
  const Route& route_;
  std::unique_ptr<WebSocket> websocket_;
  Duration patience_;
  codec::Bytes connect_;
  codec::FrameReader reader_;
  VersionAnswer answer_;
  codec::Connack connack_;
  bool open_ = true;
};

// One sentence for a run that cannot take place.
std::string nothing_usable(const std::vector<VersionAnswer>& answers) {
  std::vector<std::string> different;
  for (const VersionAnswer& answer : answers) {
    if (std::find(different.begin(), different.end(), answer.message) == different.end()) {
      different.push_back(answer.message);
    }
  }
  std::string text;
  for (const std::string& message : different) text += (text.empty() ? "" : "; ") + message;
  return text;
}

}  // namespace

bool Preflight::usable() const {
  return std::any_of(versions.begin(), versions.end(), [](const auto& v) { return v.usable; });
}

namespace {

using Exchanges = std::vector<std::unique_ptr<Exchange>>;

void converse(boost::asio::io_context& loop, const Exchanges& exchanges) {
  const auto open = [&] {
    return std::any_of(exchanges.begin(), exchanges.end(), [](const auto& e) { return e->open(); });
  };
  for (const auto& exchange : exchanges) exchange->begin();
  while (open()) loop.run_one();
}

// One CONNECT over each transport beside the main one, of a version that is known to be spoken.
scenario::Array try_transports(boost::asio::io_context& loop, const PreflightOptions& options,
                               Version version, Exchanges& exchanges,
                               std::vector<std::string>& notes) {
  for (const auto& [transport, route] : options.routes.by_transport) {
    if (transport == options.routes.main) continue;
    exchanges.push_back(std::make_unique<Exchange>(loop, version, route, options));
  }
  converse(loop, exchanges);
  scenario::Array usable{Value(options.routes.main)};
  for (const auto& exchange : exchanges) {
    const std::string& transport = exchange->route().target.transport;
    if (exchange->answer().usable) {
      usable.emplace_back(transport);
    } else {
      notes.push_back("no scenario is run over " + transport + ": " + exchange->answer().message);
    }
  }
  return usable;
}

}  // namespace

Preflight preflight(const PreflightOptions& options) {
  Preflight result;
  boost::asio::io_context loop;
  Exchanges exchanges;
  for (const Version version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    exchanges.push_back(
        std::make_unique<Exchange>(loop, version, options.routes.main_route(), options));
  }
  converse(loop, exchanges);
  scenario::Array versions;
  std::optional<Version> spoken;
  for (const auto& exchange : exchanges) {
    const VersionAnswer& answer = exchange->answer();
    result.versions.push_back(answer);
    if (!answer.usable) continue;
    spoken = answer.version;
    versions.emplace_back(std::string(to_string(answer.version)));
  }
  result.capabilities = announced_limits(exchanges.back()->connack().properties);
  result.capabilities["versions"] = std::move(versions);
  result.capabilities["restart"] = false;
  result.capabilities["persistence"] = false;
  if (!spoken) {
    result.message = nothing_usable(result.versions);
    loop.run_for(goodbye);
    return result;
  }
  Exchanges others;
  result.capabilities["transports"] = try_transports(loop, options, *spoken, others, result.notes);
  for (auto& exchange : others) exchanges.push_back(std::move(exchange));
  for (const auto& exchange : exchanges) {
    const std::string remark = exchange->remark();
    if (!remark.empty() &&
        std::find(result.notes.begin(), result.notes.end(), remark) == result.notes.end()) {
      result.notes.push_back(remark);
    }
  }
  loop.run_for(goodbye);
  return result;
}

}  // namespace mqttspec::executor
