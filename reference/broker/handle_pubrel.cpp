#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {

void handle(Core& core, Connection& connection, codec::Pubrel& packet) {
  auto& incoming = connection.session->incoming;
  codec::Pubcomp pubcomp;
  // 5.0 [MQTT-4.3.3-11], 3.1.1 [MQTT-4.3.3-2] PUBCOMP for every PUBREL, with its identifier.
  pubcomp.packet_identifier = packet.packet_identifier;
  // [V311-4.3.3-c] Also for one that we know nothing of.
  const auto found = incoming.find(packet.packet_identifier);
  if (found != incoming.end()) {
    Incoming entry = std::move(found->second);
    // 5.0 [MQTT-4.3.3-12], [V5-2.2.1-a], [V311-2.3.1-a] From here on the identifier is free.
    // [V5-3.6.2.1-d] 0x92 ends it alike.
    incoming.erase(found);
    if (core.journal) {
      core.journal->incoming_ended(*connection.session, packet.packet_identifier, entry);
    }
    if (entry.counted_on == connection.id) connection.receive_quota.give_back();
    // 5.0 [MQTT-4.3.3-13] An expired message is not forwarded, the exchange is finished anyway.
    if (entry.message && !is_expired(*entry.message, core.now)) route(core, entry.message);
  } else if (is_v5(connection)) {
    // [V5-3.6.2.1-b] 5.0 can say that it knows no such identifier.
    pubcomp.reason_code = codec::ReasonCode::packet_identifier_not_found;
  }
  static_cast<void>(send(core, connection, std::move(pubcomp)));
}

}  // namespace mqttspec::broker
