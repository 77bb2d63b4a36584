// --config FILE: a JSON object with the keys of broker::Config.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/broker/config.hpp"

namespace mqttspec::server {

// Lays the text over `config`. Errors are whole lines: "broker.json:3: deny[0].acton: unknown key;
// did you mean action?"; then `config` is left as it was.
[[nodiscard]] std::vector<std::string> read_config_text(std::string_view text,
                                                        const std::string& file,
                                                        broker::Config& config);
// The same with what is in the file.
[[nodiscard]] std::vector<std::string> read_config_file(const std::string& file,
                                                        broker::Config& config);

}  // namespace mqttspec::server
