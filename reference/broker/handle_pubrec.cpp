#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

void send_pubrel(Core& core, Connection& connection, std::uint16_t identifier,
                 codec::ReasonCode reason) {
  codec::Pubrel pubrel;
  pubrel.packet_identifier = identifier;
  pubrel.reason_code = reason;
  static_cast<void>(send(core, connection, std::move(pubrel)));
}

}  // namespace

void handle(Core& core, Connection& connection, codec::Pubrec& packet) {
  Session& session = *connection.session;
  const auto identifier = packet.packet_identifier;
  const auto found = session.exchanges.find(identifier);
  if (found == session.exchanges.end()) {
    // [V5-3.5.2.1-e] 5.0 can say that it knows no such identifier; [V311-4.3.3-d] 3.x has no rule.
    if (is_v5(connection)) {
      send_pubrel(core, connection, identifier, codec::ReasonCode::packet_identifier_not_found);
    }
    return;
  }
  Exchange& exchange = found->second;
  if (exchange.outgoing.delivery.qos != 2) return;
  if (is_v5(connection) && static_cast<std::uint8_t>(packet.reason_code) >= 0x80) {
    // [V5-2.4-a] From 0x80 on it is a failure. 5.0 [MQTT-4.4.0-2], [MQTT-4.8.2-6] A refusal ends
    // the exchange.
    complete(core, session, identifier);
    return;
  }
  if (!exchange.released) {
    exchange.released = true;
    exchange.order = ++session.last_order;
    const auto message = std::exchange(exchange.outgoing.message, nullptr);
    if (core.journal) core.journal->exchange_released(session, identifier, exchange, message);
  }
  if (!exchange.counted) {
    exchange.counted = true;
    connection.send_quota.take();
  }
  // 5.0 [MQTT-4.3.3-4], [MQTT-4.3.3-5], 3.1.1 [MQTT-4.3.3-1] PUBREL, which is open until PUBCOMP.
  send_pubrel(core, connection, identifier, codec::ReasonCode::success);
}

}  // namespace mqttspec::broker
