// For tests: a node in virtual time, driven by bytes or packets.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reference/codec/frame_reader.hpp"
#include "reference/node/node.hpp"

namespace mqttspec::node::testing {

class TestNode {
 public:
  explicit TestNode(broker::Config config = {}, Interceptor* interceptor = nullptr)
      : node_(std::move(config), interceptor) {}

  ConnectionId open(const std::string& transport = "tcp", Arrival arrival = {}) {
    const auto id = node_.opened("test", transport, now_, std::move(arrival));
    collect();
    return id;
  }
  // Opens, sends CONNECT and takes the CONNACK.
  ConnectionId connect(const std::string& identifier,
                       codec::Version version = codec::Version::v5_0) {
    const auto id = open();
    codec::Connect packet;
    packet.client_identifier = identifier;
    packet.protocol_version = static_cast<std::uint8_t>(version);
    if (version == codec::Version::v3_1) packet.protocol_name = "MQIsdp";
    versions_[id] = version;
    send(id, packet);
    EXPECT_EQ(expect<codec::Connack>(id).reason_code, codec::ReasonCode::success);
    return id;
  }
  void subscribe(ConnectionId id, const std::string& filter, std::uint8_t qos) {
    codec::Subscribe packet;
    packet.packet_identifier = 1;
    packet.subscriptions.resize(1);
    packet.subscriptions[0].topic_filter = filter;
    packet.subscriptions[0].qos = qos;
    send(id, packet);
    expect<codec::Suback>(id);
  }
  void publish(ConnectionId id, const std::string& topic, const std::string& payload) {
    codec::Publish packet;
    packet.topic_name = topic;
    packet.payload = payload;
    send(id, packet);
  }
  void send(ConnectionId id, const codec::Packet& packet) {
    send_bytes(id, codec::encode(packet, version(id)));
  }
  void send_bytes(ConnectionId id, codec::BytesView bytes) {
    node_.received(id, bytes, now_);
    collect();
  }
  void close(ConnectionId id) {
    node_.closed(id, now_);
    collect();
  }
  void drained(ConnectionId id, std::uint64_t bytes) {
    node_.drained(id, bytes, now_);
    collect();
  }
  void authenticated(ConnectionId id, bool accepted) {
    node_.authenticated(id, accepted, now_);
    collect();
  }
  void shutdown() {
    node_.shutdown(now_);
    collect();
  }
  // Lets time pass, deadline by deadline.
  void advance(Instant duration) {
    const Instant end = now_ + duration;
    while (node_.next_deadline() <= end) {
      now_ = std::max(now_, node_.next_deadline());
      node_.tick(now_);
      collect();
    }
    now_ = end;
  }

  // The next packet, which has to be of this type.
  template <typename Packet>
  Packet expect(ConnectionId id) {
    codec::Bytes& waiting = received_[id];
    codec::FrameReader reader;
    reader.push(waiting);
    const auto result = reader.next();
    const auto* frame = std::get_if<codec::Frame>(&result);
    if (frame == nullptr) {
      ADD_FAILURE() << "nothing came";
      return {};
    }
    const auto decoded = codec::decode(frame->bytes, version(id), codec::Sender::server);
    waiting.erase(0, frame->bytes.size());
    if (const auto* packet = std::get_if<codec::Packet>(&decoded)) {
      if (const auto* wanted = std::get_if<Packet>(packet)) return *wanted;
      ADD_FAILURE() << "came instead: " << codec::print(*packet, version(id));
    } else {
      ADD_FAILURE() << "a malformed packet came";
    }
    return {};
  }
  // Everything that came and was not expected yet.
  codec::Bytes bytes(ConnectionId id) { return std::exchange(received_[id], {}); }
  [[nodiscard]] bool silent(ConnectionId id) { return received_[id].empty() && !closed_[id]; }
  [[nodiscard]] bool closed(ConnectionId id) { return received_[id].empty() && closed_[id]; }

 private:
  void collect() {
    node_.take_output(output_);
    for (const auto& output : output_) {
      received_[output.connection] += output.bytes;
      closed_[output.connection] = closed_[output.connection] || output.close;
    }
  }
  [[nodiscard]] codec::Version version(ConnectionId id) {
    const auto found = versions_.find(id);
    return found == versions_.end() ? codec::Version::v5_0 : found->second;
  }

  Node node_;
  Instant now_{0};
  std::vector<Output> output_;
  std::map<ConnectionId, codec::Version> versions_;
  std::map<ConnectionId, codec::Bytes> received_;
  std::map<ConnectionId, bool> closed_;
};

}  // namespace mqttspec::node::testing
