#include "reference/broker/session.hpp"

#include <algorithm>

namespace mqttspec::broker {

std::optional<std::uint16_t> take_identifier(Session& session) {
  if (session.exchanges.size() >= 65'535) return std::nullopt;
  // 5.0 [MQTT-2.2.1-4], [MQTT-4.3.2-1], [MQTT-4.3.3-1], 3.1.1 [MQTT-2.3.1-4], [MQTT-4.3.2-1],
  // [MQTT-4.3.3-1] A new message takes a Packet Identifier that is neither zero nor in use.
  // [V5-2.2.1-b], [V311-2.3.1-b] By us: those that the client uses are another matter.
  do {
    ++session.last_identifier;
  } while (session.last_identifier == 0 || session.exchanges.contains(session.last_identifier));
  return session.last_identifier;
}

std::vector<std::uint16_t> exchanges_in_order(const Session& session, bool released) {
  std::vector<std::uint16_t> identifiers;
  for (const auto& [identifier, exchange] : session.exchanges) {
    if (exchange.released == released) identifiers.push_back(identifier);
  }
  std::sort(identifiers.begin(), identifiers.end(), [&](auto left, auto right) {
    return session.exchanges.at(left).order < session.exchanges.at(right).order;
  });
  return identifiers;
}

}  // namespace mqttspec::broker
