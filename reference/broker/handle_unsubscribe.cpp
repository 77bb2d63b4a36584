#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {

using codec::ReasonCode;

void handle(Core& core, Connection& connection, codec::Unsubscribe& packet) {
  Session& session = *connection.session;
  codec::Unsuback unsuback;
  // 5.0 [MQTT-3.10.4-4], [MQTT-3.10.4-5], [MQTT-2.2.1-6], 3.1.1 [MQTT-3.10.4-4], [MQTT-3.10.4-5]
  // Every UNSUBSCRIBE is answered under its identifier, even if it removed nothing.
  unsuback.packet_identifier = packet.packet_identifier;
  const bool in_use = is_v5(connection) && session.incoming.contains(packet.packet_identifier);
  // 5.0 [MQTT-3.10.4-6], [MQTT-3.11.3-1], [MQTT-3.11.3-2], 3.1.1 [MQTT-3.10.4-6] One filter after
  // the other, one code each, in their order.
  for (const auto& filter : packet.topic_filters) {
    if (in_use) {
      // [V5-2.2.1-c] The identifier belongs to a QoS 2 message that is not finished.
      unsuback.reason_codes.push_back(ReasonCode::packet_identifier_in_use);
      continue;
    }
    // 3.1.1 and 5.0 [MQTT-3.10.4-1], [MQTT-3.10.4-2] The very same filter goes, and with it
    // everything new; [MQTT-3.10.4-3] what was begun is completed, [V5-3.10.4-a], [V311-3.10.4-a]
    // and what waits is still delivered.
    const bool removed = core.subscriptions.remove(session, filter);
    session.subscriptions.erase(filter);
    cancel_hand_out(core, session, filter);
    if (core.journal) core.journal->unsubscribed(session, filter);
    // [V5-3.11.3-a] Told apart in 5.0.
    unsuback.reason_codes.push_back(removed ? ReasonCode::success
                                            : ReasonCode::no_subscription_existed);
  }
  if (!is_v5(connection)) unsuback.reason_codes.clear();
  static_cast<void>(send(core, connection, std::move(unsuback)));
}

}  // namespace mqttspec::broker
