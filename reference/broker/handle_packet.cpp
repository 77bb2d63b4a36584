// Which packets are accepted in which phase of a connection.
#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

using codec::ReasonCode;
using Phase = Connection::Phase;

template <typename Type>
concept FromClient = requires(Core& core, Connection& connection, Type& packet) {
  handle(core, connection, packet);
};

void handle_connected(Core& core, Connection& connection, codec::Packet& packet) {
  std::visit(
      [&](auto& known) {
        if constexpr (FromClient<decltype(known)>) {
          handle(core, connection, known);
        } else {
          // [V5-2.1.2-b], [V311-2.2.1-b] CONNACK, SUBACK, UNSUBACK and PINGRESP are the server's.
          disconnect(core, connection, ReasonCode::protocol_error,
                     "a packet that only servers send");
        }
      },
      packet);
}

void handle_authenticating(Core& core, Connection& connection, codec::Packet& packet) {
  if (auto* auth = std::get_if<codec::Auth>(&packet)) {
    handle(core, connection, *auth);
  } else if (auto* goodbye = std::get_if<codec::Disconnect>(&packet)) {
    handle(core, connection, *goodbye);
  } else {
    // 5.0 [MQTT-3.1.2-30] Until CONNACK nothing but AUTH and DISCONNECT.
    refuse(core, connection, ReasonCode::protocol_error, "only AUTH is expected now");
  }
}

}  // namespace

void handle_packet(Core& core, Connection& connection, codec::Packet& packet) {
  switch (connection.phase) {
    case Phase::opened:
      if (auto* connect = std::get_if<codec::Connect>(&packet)) {
        handle(core, connection, *connect);
      } else {
        // 5.0 [MQTT-3.1.0-1], 3.1.1 [MQTT-3.1.0-1] The first packet has to be CONNECT.
        close(core, connection);
      }
      return;
    case Phase::authenticating:
      handle_authenticating(core, connection, packet);
      return;
    case Phase::verifying:
      connection.held.push_back(std::move(packet));
      return;
    case Phase::connected:
      // [V5-4.12.1-b] Also while re-authentication is under way.
      handle_connected(core, connection, packet);
      return;
  }
}

void handle_malformed(Core& core, Connection& connection, const Malformed& event) {
  const bool is_connect = event.type == codec::PacketType::connect;
  if (connection.phase != Phase::opened || !is_connect) {
    // [V5-4.13.1-d] Nothing of it takes effect. [V5-4.13.2-b] Of several errors it is the first
    // that counts. [V5-4.13.1-a], 5.0 [MQTT-4.13.1-1], 3.1.1 [MQTT-4.8.0-1] 5.0 is told and
    // closed, 3.x closed. [V5-3.1.2.5-c], [V311-3.1.2.5-c] The Will is published. Before CONNACK
    // nothing is said.
    disconnect(core, connection, event.error.reason, codec::row_of(event.error.rule).sentence);
    return;
  }
  connection.version = event.version.value_or(codec::Version::v3_1_1);
  const auto reason = event.error.reason;
  // 3.1.1 [MQTT-3.1.4-1] A CONNECT that breaks the format gets no CONNACK; only a wrong version
  // [MQTT-3.1.2-2] or identifier [MQTT-3.1.3-8] does.
  const bool answered = is_v5(connection) || event.error.rule == codec::Rule::protocol_version ||
                        reason == ReasonCode::client_identifier_not_valid;
  if (answered) {
    // 5.0 [MQTT-3.1.4-1], [V5-4.13.1-b] A 5.0 client may be told.
    refuse(core, connection, reason, codec::row_of(event.error.rule).sentence);
  } else {
    close(core, connection);
  }
}

}  // namespace mqttspec::broker
