// Which version to answer a CONNECT in that the codec refused.
#pragma once

#include <optional>

#include "reference/codec/types.hpp"

namespace mqttspec::node {

// The version that the frame names, or for an unknown one that whose layout it has; nothing if it
// ends too early to tell.
[[nodiscard]] std::optional<codec::Version> connect_version(codec::BytesView frame);

}  // namespace mqttspec::node
