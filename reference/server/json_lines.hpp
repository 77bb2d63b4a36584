// JSON text, strictly: with the line of every value, without duplicate keys or endless nesting,
// which the JSON library itself does not notice.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace mqttspec::server {

struct JsonLines {
  nlohmann::json value;
  std::map<std::string, std::size_t> line_of;  // path ("deny[1].client") -> line, from 1
};

struct JsonFault {
  std::size_t line = 0;
  std::string path;
  std::string message;
};

[[nodiscard]] std::variant<JsonLines, JsonFault> parse_json_lines(std::string_view text);

}  // namespace mqttspec::server
