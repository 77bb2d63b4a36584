#include "reference/broker/config_schema.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "reference/broker/config_table.hpp"

namespace mqttspec::broker {
namespace {

// The text in lines of at most 100 columns, each behind "  // ".
std::string comment(std::string_view text) {
  std::string result;
  std::string line = "  //";
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > 100) {
      result += line + "\n";
      line = "  //";
    }
    line += " " + std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result + line + "\n";
}

std::vector<OptionText> all_options(std::span<const OptionText> first) {
  std::vector<OptionText> options(first.begin(), first.end());
  for (const auto& row : config_table()) {
    options.push_back({row.key, row.schema, row.standard, row.example, row.meaning});
  }
  return options;
}

}  // namespace

std::string config_schema(std::span<const OptionText> first) {
  using Json = nlohmann::ordered_json;
  Json properties = Json::object();
  for (const auto& row : all_options(first)) {
    Json entry = {{"description", row.meaning}};
    entry.update(Json::parse(row.schema));
    entry["default"] = Json::parse(row.standard);
    entry["examples"] = Json::array({Json::parse(row.example)});
    properties[std::string(row.key)] = std::move(entry);
  }
  const Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                       {"title", "Configuration of mqttspec-broker"},
                       {"type", "object"},
                       {"additionalProperties", false},
                       {"properties", std::move(properties)}};
  return schema.dump(2) + "\n";
}

std::string config_example(std::span<const OptionText> first) {
  const auto options = all_options(first);
  std::string text =
      "// Configuration of mqttspec-broker: every option, with its default. Comments are skipped.\n"
      "{\n";
  for (const auto& row : options) {
    const std::string name = "\"" + std::string(row.key) + "\": ";
    text += comment(row.meaning);
    text += comment("Another value: " + std::string(row.example));
    text += "  " + name + std::string(row.standard);
    text += &row == &options.back() ? "\n" : ",\n\n";
  }
  return text + "}\n";
}

}  // namespace mqttspec::broker
