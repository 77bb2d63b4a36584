// What people are told about the configuration, held against the table of its options and their
// readers.
#include "reference/broker/config_schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reference/broker/config_json.hpp"
#include "reference/broker/config_table.hpp"

namespace mqttspec::broker {
namespace {

using nlohmann::json;

std::string errors_of(const json& object, Config& config) {
  std::string text;
  for (const auto& error : read_config(object, config)) {
    text += error.path + ": " + error.message + "\n";
  }
  return text;
}

bool is_of_type(const json& type, const json& value) {
  if (type.is_array()) {
    return std::any_of(type.begin(), type.end(),
                       [&](const json& one) { return is_of_type(one, value); });
  }
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == value.type_name();
}

// As much of JSON Schema as the rows use at their top level.
bool satisfies(const json& schema, const json& value) {
  if (schema.contains("enum")) {
    const auto& allowed = schema["enum"];
    return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
  }
  if (!is_of_type(schema.at("type"), value)) return false;
  if (!value.is_number()) return true;
  return value >= schema.value("minimum", value) && value <= schema.value("maximum", value);
}

TEST(ConfigSchema, TheExampleNamesEveryOptionWithItsDefault) {
  const json example = json::parse(config_example(), nullptr, true, true);
  EXPECT_EQ(example.size(), config_keys().size());
  Config config;
  EXPECT_EQ(errors_of(example, config), "");
  EXPECT_EQ(config, Config{});
}

// A default that is not written back would go unnoticed where it is what the member holds anyway.
TEST(ConfigSchema, EachOptionHasAnotherValueThatIsReadAndADefaultThatTakesItBack) {
  for (const auto& row : config_table()) {
    const std::string key(row.key);
    Config config;
    EXPECT_EQ(errors_of(json{{key, json::parse(row.example)}}, config), "") << key;
    EXPECT_NE(config, Config{}) << key;
    EXPECT_EQ(errors_of(json{{key, json::parse(row.standard)}}, config), "") << key;
    EXPECT_EQ(config, Config{}) << key;
  }
}

TEST(ConfigSchema, DefaultsAndExamplesSatisfyTheSchema) {
  for (const auto& row : config_table()) {
    const json schema = json::parse(row.schema);
    EXPECT_TRUE(satisfies(schema, json::parse(row.standard))) << row.key;
    EXPECT_TRUE(satisfies(schema, json::parse(row.example))) << row.key;
  }
}

TEST(ConfigSchema, TheReaderRefusesWhatTheRangeOfTheSchemaExcludes) {
  for (const auto& row : config_table()) {
    const json schema = json::parse(row.schema);
    for (const auto& [bound, step] : {std::pair{"minimum", -1}, std::pair{"maximum", 1}}) {
      if (!schema.contains(bound)) continue;
      Config config;
      const json value = schema[bound].get<std::int64_t>() + step;
      EXPECT_FALSE(read_config(json{{std::string(row.key), value}}, config).empty())
          << row.key << " takes " << value;
    }
  }
}

}  // namespace
}  // namespace mqttspec::broker
