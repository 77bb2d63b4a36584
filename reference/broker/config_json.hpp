// Config as JSON: what a scenario's `config` object and the server's --config file say. No files
// here; who reads one adds its name to the errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reference/broker/config.hpp"

namespace mqttspec::broker {

struct ConfigError {
  std::string path;     // "deny[1].topic_filter"
  std::string message;  // "unknown key; did you mean topic_filter?"
};

// Lays the members of `object` over `config`. Everything wrong is reported, and then `config` is
// left as it was. `others`: keys that somebody else reads.
[[nodiscard]] std::vector<ConfigError> read_config(
    const nlohmann::json& object, Config& config, const std::vector<std::string_view>& others = {});

// The keys that may stand in the object, for help texts and completion.
[[nodiscard]] std::vector<std::string_view> config_keys();

// The candidate that `word` was most likely meant to be; "" if none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace mqttspec::broker
