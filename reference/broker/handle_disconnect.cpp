#include <algorithm>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {

using codec::ReasonCode;

void handle(Core& core, Connection& connection, codec::Disconnect& packet) {
  log_left(core, connection, "DISCONNECT");
  Session* session = connection.session;
  if (session == nullptr) {
    // Authentication is still going on: there is nothing to keep.
    close(core, connection);
    return;
  }
  const auto expiry =
      is_v5(connection)
          ? codec::get_integer(packet.properties, codec::PropertyId::session_expiry_interval)
          : std::nullopt;
  if (expiry) {
    // [V5-3.14.2.2.2-b] A session that was to end with its connection cannot be prolonged now;
    // [V5-3.14.2.2.2-e] zero changes nothing.
    if (connection.connect_session_expiry == 0 && *expiry != 0) {
      disconnect(core, connection, ReasonCode::protocol_error,
                 "Session Expiry Interval was 0 in CONNECT");
      return;
    }
    // [V5-3.14.2.2.2-c], [V5-3.14.2.2.2-d] Takes the place of CONNECT's, as far as we permit.
    session->expiry_interval =
        std::min(*expiry, core.config.session_expiry_interval.value_or(never_expires));
  }
  // 5.0 [MQTT-3.14.4-3], [MQTT-3.1.2-10], 3.1.1 [MQTT-3.14.4-3], [MQTT-3.1.2-10] A normal
  // DISCONNECT deletes the Will; [V5-3.1.2.5-d] any other code leaves it to be published.
  if (!is_v5(connection) || packet.reason_code == ReasonCode::success) forget_will(core, *session);
  // [V5-3.14.4-a], [V311-3.14.4-a], [V31-38] We do not wait for the client to close. [V5-3.14.4-b]
  // What it still sends is not looked at.
  close(core, connection);
}

}  // namespace mqttspec::broker
