// A scripted wire for monitor tests: packets in, findings out.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/monitor/monitor.hpp"

namespace mqttspec::monitor {

using codec::Version;

class Wire {
 public:
  explicit Wire(Version version = Version::v5_0) : version_(version) { open(1); }

  void open(std::uint32_t connection) { watch.opened(connection, version_, Instant{}); }
  void close(std::uint32_t connection) { watch.closed(connection, true, Instant{}); }
  void send(const codec::Packet& packet, std::uint32_t connection = 1, bool illegal = false) {
    watch.sent(connection, codec::encode(packet, version_), illegal, Instant{});
  }
  void receive(const codec::Packet& packet, std::uint32_t connection = 1) {
    watch.received(connection, codec::encode(packet, version_), Instant{});
  }
  void receive_bytes(codec::BytesView bytes, std::uint32_t connection = 1) {
    watch.received(connection, bytes, Instant{});
  }

  // CONNECT and its acceptance.
  void connect(codec::Connect packet = {}, codec::Connack answer = {},
               std::uint32_t connection = 1) {
    if (packet.client_identifier.empty()) packet.client_identifier = "me";
    packet.protocol_version = static_cast<std::uint8_t>(version_);
    if (version_ == Version::v3_1) packet.protocol_name = "MQIsdp";
    send(packet, connection);
    receive(answer, connection);
  }
  // Our session goes on with another connection.
  void reconnect(std::uint32_t connection) {
    open(connection);
    codec::Connect packet;
    packet.clean_start = false;
    codec::Connack answer;
    answer.session_present = true;
    connect(packet, answer, connection);
  }
  void subscribe(const std::string& filter, std::uint8_t asked, std::uint8_t granted,
                 codec::Properties properties = {}, std::uint32_t connection = 1) {
    codec::Subscribe packet;
    packet.packet_identifier = next_++;
    packet.properties = std::move(properties);
    packet.subscriptions = {{filter, asked, false, false, 0, {}}};
    send(packet, connection);
    codec::Suback answer;
    answer.packet_identifier = packet.packet_identifier;
    answer.reason_codes = {static_cast<codec::ReasonCode>(granted)};
    receive(answer, connection);
  }

  // Slugs of what was found since the last call, sorted.
  std::vector<std::string> found() {
    std::vector<std::string> slugs;
    for (const auto& finding : watch.take_findings()) slugs.push_back(finding.monitor);
    std::sort(slugs.begin(), slugs.end());
    return slugs;
  }

  Watch watch;

 private:
  Version version_;
  std::uint16_t next_ = 100;
};

inline codec::Publish publish(std::string topic, std::uint8_t qos = 0,
                              std::optional<std::uint16_t> id = {}, std::string payload = "x",
                              bool dup = false) {
  codec::Publish packet;
  packet.topic_name = std::move(topic);
  packet.qos = qos;
  packet.packet_identifier = id;
  packet.payload = std::move(payload);
  packet.dup = dup;
  return packet;
}

using Slugs = std::vector<std::string>;

}  // namespace mqttspec::monitor
