// `requires`: what a broker must be able to do so that an instance can be asked of it.
// missing_requirement() itself is declared in interpreter.hpp.
#pragma once

#include "conformance/executor/interpreter.hpp"

namespace mqttspec::executor {

// The capabilities with the standard's defaults for limits that they do not name.
[[nodiscard]] Capabilities with_defaults(Capabilities capabilities);
// Does the step, or one inside it, end the broker and start it again?
[[nodiscard]] bool restarts_the_broker(const scenario::Step& step);

}  // namespace mqttspec::executor
