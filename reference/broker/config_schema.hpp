// What people and their editors need to write a configuration, made from the table of its options.
#pragma once

#include <span>
#include <string>

namespace mqttspec::broker {

struct OptionText;

// JSON Schema (draft-07) of a configuration file. `first`: options in front of Config's.
[[nodiscard]] std::string config_schema(std::span<const OptionText> first = {});

// A configuration file that names every option with its default, what it means, and another value
// as an example. It has comments, which our reader skips.
[[nodiscard]] std::string config_example(std::span<const OptionText> first = {});

}  // namespace mqttspec::broker
