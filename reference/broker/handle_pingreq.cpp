#include "reference/broker/core.hpp"

namespace mqttspec::broker {

void handle(Core& core, Connection& connection, codec::Pingreq&) {
  // 5.0 [MQTT-3.12.4-1], 3.1.1 [MQTT-3.12.4-1] One PINGRESP each.
  static_cast<void>(send(core, connection, codec::Pingresp{}));
}

}  // namespace mqttspec::broker
