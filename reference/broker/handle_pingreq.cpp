#include "reference/broker/core.hpp"

namespace mqttspec::broker {

void handle(Core& core, Connection& connection, codec::Pingreq&) {
  // 5.0 [MQTT-3.12.4-1], 3.1.1 [MQTT-3.12.4-1], [V311-3.13-a] One PINGRESP each, and none
  // otherwise; [V311-3.1.2.10-d] whenever it comes.
  static_cast<void>(send(core, connection, codec::Pingresp{}));
}

}  // namespace mqttspec::broker
