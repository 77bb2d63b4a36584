// The least that scenarios of these tests need of a broker: it answers CONNECT, PINGREQ, SUBSCRIBE
// and QoS 1 PUBLISH, delivers nothing, and can be told to fall ill by a payload.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "conformance/executor/live/test_server.hpp"
#include "reference/codec/codec.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::executor {

class TinyBroker {
 public:
  // `on_payload` hears each PUBLISH's payload before it is answered.
  explicit TinyBroker(
      std::function<void(TestServer::Peer& peer, const std::string& payload)> on_payload = {})
      : on_payload_(std::move(on_payload)) {}

  TestServer::Handler handler() {
    return [this](TestServer::Peer& peer, const std::string& bytes) {
      if (bytes.empty()) readers_.erase(&peer);
      codec::FrameReader& reader = readers_[&peer];
      reader.push(bytes);
      for (auto next = reader.next(); std::holds_alternative<codec::Frame>(next);
           next = reader.next()) {
        answer(peer, codec::Bytes(std::get<codec::Frame>(next).bytes));
      }
    };
  }

 private:
  static constexpr codec::Version version = codec::Version::v3_1_1;

  void answer(TestServer::Peer& peer, const codec::Bytes& frame) {
    const auto decoded = codec::decode(frame, version, codec::Sender::client);
    const auto* packet = std::get_if<codec::Packet>(&decoded);
    if (packet == nullptr) return peer.fin();
    if (const auto* connect = std::get_if<codec::Connect>(packet)) {
      if (connect->protocol_version != 4) {
        peer.send(std::string("\x20\x02\x00\x01", 4));
        return peer.fin();
      }
      reply(peer, codec::Connack{});
    } else if (std::holds_alternative<codec::Pingreq>(*packet)) {
      reply(peer, codec::Pingresp{});
    } else if (const auto* publish = std::get_if<codec::Publish>(packet)) {
      if (on_payload_) on_payload_(peer, publish->payload);
      if (publish->packet_identifier) reply(peer, codec::Puback{*publish->packet_identifier});
    } else if (std::holds_alternative<codec::Disconnect>(*packet)) {
      peer.fin();
    }
  }
  static void reply(TestServer::Peer& peer, const codec::Packet& packet) {
    peer.send(codec::encode(packet, version));
  }

  std::function<void(TestServer::Peer&, const std::string&)> on_payload_;
  std::map<const TestServer::Peer*, codec::FrameReader> readers_;
};

}  // namespace mqttspec::executor
