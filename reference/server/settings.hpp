// What the program around the broker can be told, by the command line or by the configuration file:
// where it listens, the files that it reads and writes, its log.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/broker/config_json.hpp"
#include "reference/broker/config_table.hpp"
#include "reference/broker/log.hpp"
#include "reference/server/listen_url.hpp"
#include "reference/server/log_writer.hpp"

namespace mqttspec::server {

// What was not said is absent.
struct Settings {
  std::vector<ListenUrl> listen;
  std::optional<std::string> passwords;
  std::optional<std::string> access_list;
  std::optional<std::string> store;
  std::optional<bool> store_survives_machine;
  std::optional<broker::LogLevel> log_level;
  std::optional<LogFormat> log_format;
  std::optional<std::size_t> output_limit;  // bytes
};

// Reads those members of `object` that are settings. Everything wrong is reported, and then
// `settings` is left as it was.
[[nodiscard]] std::vector<broker::ConfigError> read_settings(const nlohmann::json& object,
                                                             Settings& settings);
[[nodiscard]] std::vector<std::string_view> settings_keys();
// For schema and example of the configuration file.
[[nodiscard]] std::vector<broker::OptionText> settings_texts();

// What `first` does not say is taken from `second`.
[[nodiscard]] Settings merged(Settings first, const Settings& second);

}  // namespace mqttspec::server
