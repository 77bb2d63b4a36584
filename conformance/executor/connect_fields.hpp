// The fields that each CONNECT of a client starts from (section 2).
#pragma once

#include "conformance/executor/run.hpp"

namespace mqttspec::executor {

[[nodiscard]] scenario::Result<scenario::Object> connect_fields(const Run& run,
                                                                const Client& client,
                                                                const Scope& scope);
// Is this, or is in this list, a CONNECT?
[[nodiscard]] bool mentions_connect(const scenario::Value& packets);

}  // namespace mqttspec::executor
