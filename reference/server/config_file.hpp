// --config FILE: a JSON object with the keys of broker::Config and of the program's own settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/server/settings.hpp"

namespace mqttspec::server {

// Lays the text over `config` and `settings`. Errors are whole lines: "broker.json:3:
// deny[0].acton: unknown key; did you mean action?"; then both are left as they were.
[[nodiscard]] std::vector<std::string> read_config_text(std::string_view text,
                                                        const std::string& file,
                                                        broker::Config& config, Settings& settings);
// The same with what is in the file.
[[nodiscard]] std::vector<std::string> read_config_file(const std::string& file,
                                                        broker::Config& config, Settings& settings);

}  // namespace mqttspec::server
