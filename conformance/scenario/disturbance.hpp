// What others on the same broker would notice of a scenario, told by its script: the rules behind
// --safe, so that no list of scenarios has to be kept by hand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

struct Disturbance {
  std::string what;        // "it subscribes to \"#\", which is not its own"
  std::string json_path;   // within the scenario: "steps[3]"; empty: the script as a whole
  std::uint32_t line = 0;  // in the scenario's file
};

// In the order of the steps. What depends on an answer of the broker cannot be told and is not
// there; what needs a broker of its own by `config` disturbs nobody, since it gets one or is not
// run.
[[nodiscard]] std::vector<Disturbance> disturbances(const Instance& instance);

}  // namespace mqttspec::scenario
