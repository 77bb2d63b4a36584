// For tests: a client that keeps its side of a session over broken connections and retries as the
// standard wants it (section 4.4). It knows bytes only; whoever owns it moves them, in virtual time
// or over a socket.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::store::testing {

using codec::PropertyId;
using codec::ReasonCode;
using codec::Version;

class Client {
 public:
  Client(std::string name, Version spoken) : version(spoken) {
    packet.client_identifier = std::move(name);
    packet.protocol_version = static_cast<std::uint8_t>(spoken);
    packet.clean_start = false;
    if (spoken == Version::v5_0) {
      packet.properties = {{PropertyId::session_expiry_interval, std::uint32_t{0xFFFF'FFFF}}};
    }
  }
  Client(const Client&) = delete;

  // --- for its owner ---

  // A transport is there: CONNECT goes out.
  void opened() {
    reader_ = codec::FrameReader();
    to_broker = codec::encode(packet, version);
  }
  // Bytes came; all the packets among them are answered.
  void take(codec::BytesView bytes);
  // The transport is gone.
  void vanished() {
    connected_ = false;
    to_broker.clear();
    unanswered_.clear();
  }
  std::string to_broker;

  // --- for tests: done at once if the client is connected, else as soon as it is ---

  void subscribe(std::string filter, std::uint8_t qos);
  void unsubscribe(std::string filter);
  void publish(std::string topic, std::string payload, std::uint8_t qos, bool retain = false);
  void disconnect() {
    if (connected_) send(codec::Disconnect{});
  }
  // After `mute`.
  void answer_again() {
    mute = false;
    for (const auto& answer : std::exchange(unanswered_, {})) send(answer);
  }

  // How often the application was given this payload.
  [[nodiscard]] int count(const std::string& payload) const {
    return static_cast<int>(std::count(received.begin(), received.end(), payload));
  }
  // Everything that it asked for or sent is acknowledged.
  [[nodiscard]] bool is_idle() const { return requests_.empty() && sending_.empty(); }
  [[nodiscard]] std::size_t open_messages() const { return sending_.size(); }

  codec::Connect packet;
  Version version;
  bool mute = false;  // acknowledges nothing
  std::vector<std::string> received;
  std::vector<bool> present;  // Session Present of each CONNACK

 private:
  struct Sending {
    std::uint16_t identifier = 0;
    codec::Publish message;
    bool released = false;  // PUBREC came
    bool sent = false;      // on this connection
  };

  void handle(const codec::Packet& came);
  void welcome(const codec::Connack& connack);
  void receive(const codec::Publish& publish);
  void request(const codec::Packet& wanted, std::uint16_t identifier) {
    if (connected_) send(wanted);
    requests_.emplace(identifier, wanted);
  }
  void answer(const codec::Packet& with) { mute ? unanswered_.push_back(with) : send(with); }
  void send(const codec::Packet& wanted) { to_broker += codec::encode(wanted, version); }
  void send_open();
  void done(std::uint16_t identifier) {
    std::erase_if(sending_, [&](const Sending& each) { return each.identifier == identifier; });
  }
  std::uint16_t identifier() {
    if (++last_identifier_ == 0) ++last_identifier_;
    return last_identifier_;
  }

  bool connected_ = false;  // CONNACK came
  bool known_ = false;      // the broker has told that it has a session
  codec::FrameReader reader_;
  std::uint16_t last_identifier_ = 0;
  std::deque<Sending> sending_;
  std::map<std::uint16_t, codec::Packet> requests_;  // SUBSCRIBE, UNSUBSCRIBE without answer
  std::set<std::uint16_t> open_;                     // QoS 2 messages that wait for PUBREL
  std::vector<codec::Packet> unanswered_;
};

inline void Client::subscribe(std::string filter, std::uint8_t qos) {
  codec::Subscribe subscribe;
  subscribe.packet_identifier = identifier();
  subscribe.subscriptions.emplace_back().topic_filter = std::move(filter);
  subscribe.subscriptions.back().qos = qos;
  request(subscribe, subscribe.packet_identifier);
}

inline void Client::unsubscribe(std::string filter) {
  codec::Unsubscribe unsubscribe;
  unsubscribe.packet_identifier = identifier();
  unsubscribe.topic_filters.push_back(std::move(filter));
  request(unsubscribe, unsubscribe.packet_identifier);
}

inline void Client::publish(std::string topic, std::string payload, std::uint8_t qos, bool retain) {
  codec::Publish message;
  message.topic_name = std::move(topic);
  message.payload = std::move(payload);
  message.qos = qos;
  message.retain = retain;
  const auto number = identifier();
  message.packet_identifier = number;
  sending_.push_back({number, std::move(message)});
  if (connected_) send_open();
}

// Whatever was not sent on this connection: messages, or the PUBREL of those that have their
// PUBREC.
inline void Client::send_open() {
  for (auto& each : sending_) {
    if (std::exchange(each.sent, true)) continue;
    if (each.released) {
      send(codec::Pubrel{each.identifier});
    } else {
      send(each.message);
      each.message.dup = true;
    }
  }
}

inline void Client::welcome(const codec::Connack& connack) {
  EXPECT_EQ(connack.reason_code, ReasonCode::success);
  EXPECT_TRUE(connack.session_present || !known_)
      << packet.client_identifier << " lost its session";
  present.push_back(connack.session_present);
  if (!connack.session_present) open_.clear();
  connected_ = true;
  known_ = !packet.clean_start;
  for (const auto& [number, wanted] : requests_) send(wanted);
  for (auto& each : sending_) each.sent = false;
  send_open();
}

inline void Client::take(codec::BytesView bytes) {
  reader_.push(bytes);
  for (;;) {
    const auto next = reader_.next();
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) return;
    const auto decoded = codec::decode(frame->bytes, version, codec::Sender::server);
    ASSERT_TRUE(std::holds_alternative<codec::Packet>(decoded)) << packet.client_identifier;
    handle(std::get<codec::Packet>(decoded));
  }
}

inline void Client::handle(const codec::Packet& came) {
  if (const auto* connack = std::get_if<codec::Connack>(&came)) {
    welcome(*connack);
  } else if (const auto* suback = std::get_if<codec::Suback>(&came)) {
    requests_.erase(suback->packet_identifier);
  } else if (const auto* unsuback = std::get_if<codec::Unsuback>(&came)) {
    requests_.erase(unsuback->packet_identifier);
  } else if (const auto* publish = std::get_if<codec::Publish>(&came)) {
    receive(*publish);
  } else if (const auto* puback = std::get_if<codec::Puback>(&came)) {
    done(puback->packet_identifier);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&came)) {
    for (auto& each : sending_) {
      if (each.identifier == pubrec->packet_identifier) each.released = true;
    }
    send(codec::Pubrel{pubrec->packet_identifier});
  } else if (const auto* pubcomp = std::get_if<codec::Pubcomp>(&came)) {
    done(pubcomp->packet_identifier);
  } else if (const auto* pubrel = std::get_if<codec::Pubrel>(&came)) {
    open_.erase(pubrel->packet_identifier);
    answer(codec::Pubcomp{pubrel->packet_identifier});
  }
}

inline void Client::receive(const codec::Publish& publish) {
  // 5.0 [MQTT-4.3.3-10] Until PUBREL the same identifier is the same message.
  const bool again = publish.qos == 2 && !open_.insert(*publish.packet_identifier).second;
  if (!again) received.push_back(publish.payload);
  if (publish.qos == 1) answer(codec::Puback{*publish.packet_identifier});
  if (publish.qos == 2) answer(codec::Pubrec{*publish.packet_identifier});
}

}  // namespace mqttspec::store::testing
