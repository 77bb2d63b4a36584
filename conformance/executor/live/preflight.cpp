#include "conformance/executor/live/preflight.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "conformance/executor/live/address.hpp"
#include "conformance/executor/live/tcp_connection.hpp"
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
  Exchange(boost::asio::io_context& loop, Version version, const PreflightOptions& options)
      : timer_(loop),
        connection_(std::make_shared<TcpConnection>(loop, 0, *this)),
        target_(options.target),
        patience_(options.patience) {
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

  void begin(const Endpoints& endpoints) {
    timer_.expires_after(patience_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) conclude("the broker accepts the connection and does not answer CONNECT");
    });
    connection_->open(endpoints, patience_);
  }
  [[nodiscard]] const VersionAnswer& answer() const { return answer_; }
  [[nodiscard]] const codec::Connack& connack() const { return connack_; }
  [[nodiscard]] bool open() const { return open_; }

  void on_opened(ConnectionNumber) override { connection_->send({0, {connect_}, {}, "binary"}); }
  void on_open_failed(ConnectionNumber, const std::string& why, bool refused) override {
    conclude(refused ? "nobody accepts connections at " + to_string(target_) +
                           "; is the broker running, and is this its port?"
                     : "cannot connect to " + to_string(target_) + ": " + why);
  }
  void on_bytes(ConnectionNumber, codec::BytesView bytes) override {
    reader_.push(bytes);
    if (reader_.pending()[0] != '\x20') return conclude(no_connack());
    const auto result = reader_.next();
    if (const auto* frame = std::get_if<codec::Frame>(&result)) {
      read_answer(frame->bytes);
    } else if (std::holds_alternative<codec::FrameError>(result)) {
      conclude(no_connack());
    }
  }
  void on_sent(ConnectionNumber) override {}
  void on_closed(ConnectionNumber, CloseKind) override {
    conclude("the broker closes the connection instead of answering a CONNECT of MQTT " +
             std::string(to_string(answer_.version)));
  }

 private:
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
    connection_->send({0, {codec::encode(bye, answer_.version)}, {}, "binary"});
    conclude("");
  }
  void conclude(std::string message) {
    open_ = false;
    answer_.usable = message.empty();
    answer_.message = std::move(message);
    timer_.cancel();
    connection_->close(CloseCommand::How::fin);
  }

  boost::asio::steady_timer timer_;
  std::shared_ptr<TcpConnection> connection_;
  Target target_;
  Duration patience_;
  codec::Bytes connect_;
  codec::FrameReader reader_;
  VersionAnswer answer_;
  codec::Connack connack_;
  bool open_ = true;
};

// Section 3.2.2.3: what the server states, else what its absence means.
void read_limits(const codec::Properties& properties, Capabilities& capabilities) {
  const auto stated = [&](PropertyId id, std::uint32_t otherwise) {
    return static_cast<std::int64_t>(codec::get_integer(properties, id).value_or(otherwise));
  };
  const auto available = [&](PropertyId id) { return Value(stated(id, 1) != 0); };
  capabilities["maximum_qos"] = stated(PropertyId::maximum_qos, 2);
  capabilities["retain_available"] = available(PropertyId::retain_available);
  capabilities["wildcard_subscription_available"] =
      available(PropertyId::wildcard_subscription_available);
  capabilities["subscription_identifier_available"] =
      available(PropertyId::subscription_identifier_available);
  capabilities["shared_subscription_available"] =
      available(PropertyId::shared_subscription_available);
  capabilities["receive_maximum"] = stated(PropertyId::receive_maximum, 65'535);
  capabilities["topic_alias_maximum"] = stated(PropertyId::topic_alias_maximum, 0);
  capabilities["maximum_packet_size"] =
      stated(PropertyId::maximum_packet_size, codec::variable_byte_integer_max + 5);
  capabilities["server_keep_alive"] = stated(PropertyId::server_keep_alive, 0);
  capabilities["session_expiry_interval"] =
      stated(PropertyId::session_expiry_interval, never_expires);
}

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

Preflight preflight(const PreflightOptions& options) {
  Preflight result;
  const auto endpoints = resolve(options.target);
  if (!endpoints) {
    result.message = endpoints.error();
    return result;
  }
  boost::asio::io_context loop;
  std::vector<std::unique_ptr<Exchange>> exchanges;
  for (const Version version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    exchanges.push_back(std::make_unique<Exchange>(loop, version, options));
    exchanges.back()->begin(*endpoints);
  }
  const auto open = [&] {
    return std::any_of(exchanges.begin(), exchanges.end(), [](const auto& e) { return e->open(); });
  };
  while (open()) loop.run_one();
  loop.run_for(goodbye);
  scenario::Array versions;
  for (const auto& exchange : exchanges) {
    const VersionAnswer& answer = exchange->answer();
    result.versions.push_back(answer);
    if (answer.usable) versions.emplace_back(std::string(to_string(answer.version)));
  }
  read_limits(exchanges.back()->connack().properties, result.capabilities);
  result.capabilities["versions"] = std::move(versions);
  result.capabilities["transports"] = scenario::Array{Value("tcp")};
  result.capabilities["restart"] = false;
  result.capabilities["persistence"] = false;
  if (!result.usable()) result.message = nothing_usable(result.versions);
  return result;
}

}  // namespace mqttspec::executor
