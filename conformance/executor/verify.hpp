// `verify`: compares what was captured. Does nothing on the wire and takes no time.
#pragma once

#include "conformance/executor/observation.hpp"

namespace mqttspec::executor {

// Nothing if the name was never captured: then the step is skipped. An error says that the script
// is wrong.
[[nodiscard]] scenario::Result<std::optional<Decision>> verify(const Run& run,
                                                               const scenario::Step& step,
                                                               const Scope& scope);

}  // namespace mqttspec::executor
