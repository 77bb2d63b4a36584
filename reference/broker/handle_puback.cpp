#include "reference/broker/core.hpp"

namespace mqttspec::broker {

void handle(Core& core, Connection& connection, codec::Puback& packet) {
  Session& session = *connection.session;
  const auto found = session.exchanges.find(packet.packet_identifier);
  // [V5-3.4.2.1-e], [V311-4.3.3-d] An identifier that is not open, or is not QoS 1: harms nothing.
  if (found == session.exchanges.end() || found->second.outgoing.delivery.qos != 1) return;
  // 5.0 [MQTT-4.4.0-2], [MQTT-4.8.2-6] A refusal settles the message as well: it is not sent again,
  // nor to anybody else.
  complete(core, session, packet.packet_identifier);
}

}  // namespace mqttspec::broker
