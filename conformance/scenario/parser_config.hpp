// The settings of a scenario's broker and the axes of its matrix; part of parse_file().
#pragma once

#include "conformance/scenario/reporter.hpp"

namespace mqttspec::scenario {

void check_config(Reporter& reporter, const Value& value, const Place& place);
void check_axis(Reporter& reporter, const Value& value, const Place& place);

}  // namespace mqttspec::scenario
