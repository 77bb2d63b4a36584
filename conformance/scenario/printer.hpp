// A file as JSON again; print_file() of model.hpp is made of these.
#pragma once

#include <string>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

// One line: { "qos": 1, "user_property": [["a", "b"]] }. Characters that cannot be seen are
// escaped.
[[nodiscard]] std::string print_value(const Value& value);
[[nodiscard]] std::string print_string(std::string_view text);

// A step as the JSON it was parsed from, keys in the notation's order. Steps within it included.
[[nodiscard]] Value to_value(const Step& step);

}  // namespace mqttspec::scenario
