// How a step wants its packets sent: `illegal`, `segments`, `pause`, `frame`, after substitution.
#pragma once

#include "conformance/executor/outbound.hpp"

namespace mqttspec::executor {

[[nodiscard]] scenario::Result<SendStyle> send_style(const Run& run, const scenario::Step& step,
                                                     const Scope& scope);

}  // namespace mqttspec::executor
