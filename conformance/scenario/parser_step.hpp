// The steps of a scenario; part of parse_file().
#pragma once

#include <vector>

#include "conformance/scenario/reporter.hpp"

namespace mqttspec::scenario {

// `path` is the place within the scenario: "steps", "steps[3].steps", "steps[1].parallel[0]".
[[nodiscard]] std::vector<Step> parse_steps(Reporter& reporter, const Value& value,
                                            const Place& place, const std::string& path);

}  // namespace mqttspec::scenario
