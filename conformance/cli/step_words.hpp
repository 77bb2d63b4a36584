// Steps of a scenario as lines for a person who does not want to read JSON.
#pragma once

#include <string>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::cli {

// "sub (3.1.1, acknowledges nothing by itself): keep_alive 2"
[[nodiscard]] std::string client_in_words(const scenario::ClientDefinition& client);

// One line an action and one an observation; steps within repeat and parallel are indented.
[[nodiscard]] std::vector<std::string> steps_in_words(const std::vector<scenario::Step>& steps);

}  // namespace mqttspec::cli
