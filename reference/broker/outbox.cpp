#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using codec::ReasonCode;

bool fits(const Connection& connection, const codec::Packet& packet) {
  return connection.maximum_packet_size == 0 ||
         codec::encoded_size(packet, connection.version) <= connection.maximum_packet_size;
}

// 5.0 [MQTT-3.2.2-19], [MQTT-3.2.2-20], [MQTT-3.4.2-2], [MQTT-3.4.2-3], [MQTT-3.5.2-2],
// [MQTT-3.5.2-3], [MQTT-3.6.2-2], [MQTT-3.6.2-3], [MQTT-3.7.2-2], [MQTT-3.7.2-3], [MQTT-3.9.2-1],
// [MQTT-3.9.2-2], [MQTT-3.11.2-1], [MQTT-3.11.2-2], [MQTT-3.14.2-3], [MQTT-3.14.2-4],
// [MQTT-3.15.2-2], [MQTT-3.15.2-3] What is only for people is left out where it does not fit.
void drop_explanations(codec::Packet& packet) {
  if (auto* properties = codec::properties_of(packet)) {
    std::erase_if(*properties, [](const auto& property) {
      return property.id == PropertyId::reason_string || property.id == PropertyId::user_property;
    });
  }
}

// 5.0 [V5-3.2.2.3.16-b] Where to go instead stands with the two codes that send clients away.
void add_server_reference(const Core& core, ReasonCode reason, codec::Properties& properties) {
  const bool away = reason == ReasonCode::use_another_server || reason == ReasonCode::server_moved;
  if (!away || !core.config.redirect || core.config.redirect->server_reference.empty()) return;
  properties.push_back({PropertyId::server_reference, core.config.redirect->server_reference});
}

}  // namespace

ReasonCode redirection_code(const Redirection& redirection) {
  return redirection.permanently ? ReasonCode::server_moved : ReasonCode::use_another_server;
}

bool send(Core& core, Connection& connection, codec::Packet packet) {
  if (!fits(connection, packet)) drop_explanations(packet);
  // 5.0 [MQTT-3.1.2-24] Nothing larger than the client's Maximum Packet Size is sent. An answer
  // that cannot be given leaves the client waiting for ever, so the connection ends.
  if (!fits(connection, packet)) {
    close(core, connection);
    return false;
  }
  if (core.config.slow_reader_limit != 0) {
    connection.on_their_way += codec::encoded_size(packet, connection.version);
  }
  // 5.0 [MQTT-3.3.4-10], [MQTT-4.9.0-3] Whatever the quota: only PUBLISH waits for it.
  core.actions->emplace_back(Send{connection.id, std::move(packet)});
  return true;
}

codec::Properties reason_string(const Core& core, const Connection& connection,
                                codec::PacketType type, std::string_view text) {
  if (!core.config.reason_strings || !is_v5(connection) || text.empty()) return {};
  // 5.0 [MQTT-3.1.2-29] Request Problem Information 0 permits a Reason String in CONNACK and
  // DISCONNECT only.
  const bool always = type == codec::PacketType::connack || type == codec::PacketType::disconnect;
  if (!connection.request_problem_information && !always) return {};
  // [V5-3.1.2.11.7-c] Otherwise wherever the packet has room for one.
  return {{PropertyId::reason_string, std::string(text)}};
}

void refuse(Core& core, Connection& connection, ReasonCode reason, std::string_view why) {
  log_refused(core, connection, reason, why);
  codec::Connack connack;
  // 5.0 [MQTT-3.2.2-6], 3.1.1 [MQTT-3.2.2-4] A refusal never has Session Present.
  connack.session_present = false;
  bool answer = true;
  if (is_v5(connection)) {
    // [V5-4.13.1-b], [V5-3.2.2.2-a] The CONNACK is optional.
    answer = core.config.connack_before_close;
    connack.reason_code = reason;
    connack.properties = reason_string(core, connection, codec::PacketType::connack, why);
    add_server_reference(core, reason, connack.properties);
  } else if (const auto code =
                 codec::reason_code_to_return_code(codec::PacketType::connack, reason)) {
    // [V311-3.2.2.3-a], [V311-3.2.2.3-b] The return code that fits; [V31-7] they have the same
    // numbers in 3.1.
    connack.reason_code = static_cast<ReasonCode>(*code);
  } else {
    // 3.1.1 [MQTT-3.2.2-6] Where no return code fits nothing is sent.
    answer = false;
  }
  if (answer && !send(core, connection, std::move(connack))) return;
  // 5.0 [MQTT-3.2.2-7], 3.1.1 [MQTT-3.2.2-5] A refusal is followed by a close; 5.0 [MQTT-3.1.4-6],
  // 3.1.1 [MQTT-3.1.4-5] and nothing that comes after it is looked at.
  close(core, connection);
}

void disconnect(Core& core, Connection& connection, ReasonCode reason, std::string_view why) {
  log_disconnected(core, connection, reason, why);
  // 5.0 [MQTT-3.14.0-1] No DISCONNECT before a CONNACK that accepts; 3.x servers have none at all.
  // [V5-4.13.1-a] Otherwise the client is told the reason.
  if (is_v5(connection) && connection.phase == Connection::Phase::connected &&
      core.config.disconnect_before_close) {
    codec::Disconnect packet;
    packet.reason_code = reason;
    packet.properties = reason_string(core, connection, codec::PacketType::disconnect, why);
    add_server_reference(core, reason, packet.properties);
    if (!send(core, connection, std::move(packet))) return;
  }
  // 5.0 [MQTT-4.13.1-1], [MQTT-4.13.2-1], [MQTT-3.14.4-1], [MQTT-3.14.4-2], 3.1.1 [MQTT-4.8.0-1]
  // The connection is closed, whether or not anything was said. [V5-4.13.1-c] No other is
  // concerned.
  close(core, connection);
}

void close(Core& core, Connection& connection) {
  core.actions->emplace_back(Close{connection.id});
  core.just_closed.emplace_back(connection.id, connection.version);
  forget(core, connection);
}

}  // namespace mqttspec::broker
