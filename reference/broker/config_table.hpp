// The one place where the configuration's options stand: name, meaning, form, default, reader.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "reference/broker/config.hpp"

namespace mqttspec::broker {

class ConfigReader;

struct ConfigRow {
  std::string_view key;
  std::string_view schema;    // JSON Schema of its value
  std::string_view standard;  // its default, as JSON
  std::string_view example;   // another good value, as JSON
  void (*read)(const ConfigReader&, const nlohmann::json&, Config&);
  std::string_view meaning;  // a sentence or two for people
};
// What schema and example tell of an option, whoever reads it.
struct OptionText {
  std::string_view key;
  std::string_view schema;
  std::string_view standard;
  std::string_view example;
  std::string_view meaning;
};

// In the order of Config. `external_authentication` is missing: it needs a program around the
// engine.
[[nodiscard]] std::span<const ConfigRow> config_table();

}  // namespace mqttspec::broker
