// Obeys a Server Keep Alive, as every client has to (5.0 [MQTT-3.1.2-21]): a client whose script
// sets no Keep Alive of its own pings in time, so that the broker does not cut it off.
#pragma once

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

// After an accepting CONNACK: does the server want to hear from us?
void note_server_keep_alive(const Run& run, Connection& connection, const codec::Connack& connack);
// When the next ping of any client is due; never if none is.
[[nodiscard]] Instant keep_alive_deadline(const Run& run);
// Sends the pings that are due by now.
void keep_alive(Run& run);

}  // namespace mqttspec::executor
