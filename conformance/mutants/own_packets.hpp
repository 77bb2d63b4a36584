// Packets that do not come from the broker.
#pragma once

#include "conformance/mutants/hooks.hpp"

namespace mqttspec::mutants {

// Sends a CONNACK with this code in the version of the CONNECT, which the broker has not seen yet
// and could not be asked for.
void answer_connect(const codec::Connect& connect, ConnectionId connection, codec::ReasonCode code,
                    Context& context);

// The message alone: QoS 0, no flags, no properties.
[[nodiscard]] codec::Publish plain_copy(const codec::Publish& message);

}  // namespace mqttspec::mutants
