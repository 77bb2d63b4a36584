// What a server says of its limits in CONNACK (section 3.2.2.3 of 5.0).
#pragma once

#include "conformance/executor/interpreter.hpp"
#include "reference/codec/property.hpp"

namespace mqttspec::executor {

// Each limit under the name that `requires` knows it by: what the CONNACK states, else what its
// absence means. Of a server that speaks no 5.0 (no properties) that is what the standard presumes.
[[nodiscard]] Capabilities announced_limits(const codec::Properties& properties);

}  // namespace mqttspec::executor
