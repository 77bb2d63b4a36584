// For tests: an engine in virtual time, and clients with names. Every packet that the engine sends
// is encoded and decoded again, as a packet from a server, so that a test sees what a client would.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reference/broker/engine.hpp"

namespace mqttspec::broker::testing {

using codec::PropertyId;
using codec::ReasonCode;
using codec::Version;
using std::chrono::seconds;

struct Inbox {
  std::deque<codec::Packet> packets;
  bool closed = false;
};

class Broker {
 public:
  explicit Broker(Config config = {}) : engine_(std::move(config)) {}

  ConnectionId open() {
    const ConnectionId id = ++last_;
    inboxes_[id];
    handle(Opened{id, "test", "tcp", {}});
    return id;
  }
  void handle(Event event) {
    Actions actions;
    engine_.handle(std::move(event), now_, actions);
    for (auto& action : actions) perform(action);
  }
  // Lets time pass, deadline by deadline.
  void advance(Instant duration) {
    const Instant end = now_ + duration;
    while (engine_.next_deadline() <= end) {
      now_ = std::max(now_, engine_.next_deadline());
      handle(Tick{});
    }
    now_ = end;
  }
  Inbox& inbox(ConnectionId id) { return inboxes_[id]; }
  Engine& engine() { return engine_; }
  std::vector<Authenticate> asked;  // of the verifier outside

 private:
  void perform(Action& action) {
    if (auto* send = std::get_if<Send>(&action)) arrive(send->connection, send->packet);
    if (auto* deliver = std::get_if<Deliver>(&action)) {
      arrive(deliver->connection, to_publish(*deliver->message, deliver->delivery));
    }
    if (auto* close = std::get_if<Close>(&action)) inboxes_[close->connection].closed = true;
    if (auto* ask = std::get_if<Authenticate>(&action)) asked.push_back(*ask);
  }
  void arrive(ConnectionId id, const codec::Packet& packet) {
    const Version version = engine_.version_of(id);
    EXPECT_FALSE(inboxes_[id].closed) << "sent after close";
    const auto bytes = codec::encode(packet, version);
    auto result = codec::decode(bytes, version, codec::Sender::server);
    if (const auto* error = std::get_if<codec::DecodeError>(&result)) {
      ADD_FAILURE() << "the broker sent " << codec::print(packet, version) << ": "
                    << codec::row_of(error->rule).sentence;
      return;
    }
    inboxes_[id].packets.push_back(std::get<codec::Packet>(std::move(result)));
  }

  Engine engine_;
  Instant now_{0};
  ConnectionId last_ = 0;
  std::map<ConnectionId, Inbox> inboxes_;
};

struct Publication {
  std::uint8_t qos = 0;
  bool retain = false;
  codec::Properties properties = {};
  std::uint16_t identifier = 0;  // 0: the next one
  bool dup = false;
};

class Client {
 public:
  Client(Broker& broker, std::string identifier, Version version = Version::v5_0)
      : broker_(broker), version_(version) {
    connect_packet.client_identifier = std::move(identifier);
    connect_packet.protocol_version = static_cast<std::uint8_t>(version);
    if (version == Version::v3_1) connect_packet.protocol_name = "MQIsdp";
  }

  // What connect() sends; tests change it first.
  codec::Connect connect_packet;
  Client& with(PropertyId id, codec::PropertyValue value) {
    connect_packet.properties.push_back({id, std::move(value)});
    return *this;
  }
  // A session that outlives the connection.
  Client& persistent(std::uint32_t expiry = 3600) {
    connect_packet.clean_start = false;
    if (version_ == Version::v5_0) with(PropertyId::session_expiry_interval, expiry);
    return *this;
  }
  Client& will(std::string topic, std::string payload, std::uint8_t qos = 0, bool retain = false,
               codec::Properties properties = {}) {
    connect_packet.will =
        codec::Will{std::move(topic), std::move(payload), qos, retain, std::move(properties)};
    return *this;
  }

  void open() { connection_ = broker_.open(); }
  // Opens, sends CONNECT and gives the CONNACK.
  codec::Connack connect() {
    open();
    send(connect_packet);
    return expect<codec::Connack>();
  }
  void send(codec::Packet packet) {
    const auto size = codec::encoded_size(packet, version_);
    broker_.handle(PacketReceived{connection_, std::move(packet), size});
  }
  void lose() { broker_.handle(Closed{connection_}); }
  void disconnect(ReasonCode reason = ReasonCode::success, codec::Properties properties = {}) {
    codec::Disconnect packet;
    packet.reason_code = reason;
    packet.properties = std::move(properties);
    send(packet);
  }

  codec::Suback subscribe(codec::Subscription subscription, codec::Properties properties = {}) {
    codec::Subscribe packet;
    packet.packet_identifier = ++last_identifier_;
    packet.properties = std::move(properties);
    packet.subscriptions.push_back(std::move(subscription));
    send(packet);
    return expect<codec::Suback>();
  }
  codec::Suback subscribe(std::string filter, std::uint8_t qos = 0,
                          std::optional<std::uint32_t> identifier = {}) {
    codec::Properties properties;
    if (identifier) properties.push_back({PropertyId::subscription_identifier, *identifier});
    codec::Subscription subscription;
    subscription.topic_filter = std::move(filter);
    subscription.qos = qos;
    return subscribe(std::move(subscription), std::move(properties));
  }
  codec::Unsuback unsubscribe(std::string filter) {
    codec::Unsubscribe packet;
    packet.packet_identifier = ++last_identifier_;
    packet.topic_filters.push_back(std::move(filter));
    send(packet);
    return expect<codec::Unsuback>();
  }

  // Sends PUBLISH and nothing else.
  void send_publish(std::string topic, std::string payload, Publication options = {}) {
    codec::Publish packet;
    packet.topic_name = std::move(topic);
    packet.payload = std::move(payload);
    packet.qos = options.qos;
    packet.dup = options.dup;
    packet.retain = options.retain;
    packet.properties = std::move(options.properties);
    if (options.qos > 0) {
      packet.packet_identifier = options.identifier != 0 ? options.identifier : ++last_identifier_;
    }
    send(packet);
  }
  // The whole exchange; gives the Reason Code of PUBACK or PUBREC.
  ReasonCode publish(std::string topic, std::string payload, Publication options = {}) {
    send_publish(std::move(topic), std::move(payload), options);
    if (options.qos == 1) return expect<codec::Puback>().reason_code;
    if (options.qos == 0) return ReasonCode::success;
    const auto pubrec = expect<codec::Pubrec>();
    if (static_cast<std::uint8_t>(pubrec.reason_code) >= 0x80) return pubrec.reason_code;
    acknowledge<codec::Pubrel>(pubrec.packet_identifier);
    expect<codec::Pubcomp>();
    return pubrec.reason_code;
  }
  template <typename Packet>
  void acknowledge(std::uint16_t identifier, ReasonCode reason = ReasonCode::success) {
    Packet packet;
    packet.packet_identifier = identifier;
    packet.reason_code = reason;
    send(packet);
  }

  // The next packet, which has to be of this type.
  template <typename Packet>
  Packet expect() {
    if (inbox().packets.empty()) {
      ADD_FAILURE() << "nothing came" << (inbox().closed ? ", closed" : "");
      return {};
    }
    const codec::Packet packet = std::move(inbox().packets.front());
    inbox().packets.pop_front();
    if (const auto* wanted = std::get_if<Packet>(&packet)) return *wanted;
    ADD_FAILURE() << "came instead: " << codec::print(packet, version_);
    return {};
  }
  codec::Publish expect_publish() { return expect<codec::Publish>(); }
  // Nothing (more) came, and the connection is as `closed` says.
  [[nodiscard]] bool silent() { return inbox().packets.empty() && !inbox().closed; }
  [[nodiscard]] bool closed() { return inbox().packets.empty() && inbox().closed; }
  // The DISCONNECT before the close.
  ReasonCode farewell() {
    const auto reason = expect<codec::Disconnect>().reason_code;
    EXPECT_TRUE(closed());
    return reason;
  }
  Inbox& inbox() { return broker_.inbox(connection_); }
  [[nodiscard]] ConnectionId connection() const { return connection_; }

 private:
  Broker& broker_;
  Version version_;
  ConnectionId connection_ = 0;
  std::uint16_t last_identifier_ = 0;
};

}  // namespace mqttspec::broker::testing
