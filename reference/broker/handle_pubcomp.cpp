#include "reference/broker/core.hpp"

namespace mqttspec::broker {

void handle(Core& core, Connection& connection, codec::Pubcomp& packet) {
  Session& session = *connection.session;
  const auto found = session.exchanges.find(packet.packet_identifier);
  // [V311-4.3.3-d] Only an exchange whose PUBREL was sent can be completed.
  if (found == session.exchanges.end() || !found->second.released) return;
  // [V5-3.7.2.1-b] Whatever the Reason Code.
  complete(core, session, packet.packet_identifier);
}

}  // namespace mqttspec::broker
