// Which keys of a step go together: one action, one observation, and what each of them allows.
#pragma once

#include "conformance/scenario/reporter.hpp"

namespace mqttspec::scenario {

// `value` is an object; its members have been checked one by one.
void check_step_keys(Reporter& reporter, const Value& value, const Place& place);

}  // namespace mqttspec::scenario
