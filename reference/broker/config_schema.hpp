// What people and their editors need to write a configuration, made from the table of its options.
#pragma once

#include <string>

namespace mqttspec::broker {

// JSON Schema (draft-07) of a configuration file.
[[nodiscard]] std::string config_schema();

// A configuration file that names every option with its default, what it means, and another value
// as an example. It has comments, which our reader skips.
[[nodiscard]] std::string config_example();

}  // namespace mqttspec::broker
