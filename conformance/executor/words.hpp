// How durations and moments are told to people.
#pragma once

#include <string>

#include "conformance/executor/outcome.hpp"

namespace mqttspec::executor {

// "0 s", "250 ms", "1.2 s", "90 s", "10 min".
[[nodiscard]] std::string in_words(Duration duration);

// "2 packets", "1 packet".
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);

}  // namespace mqttspec::executor
