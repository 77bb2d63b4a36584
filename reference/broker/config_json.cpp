#include "reference/broker/config_json.hpp"

#include <algorithm>

#include "reference/broker/config_reader.hpp"
#include "reference/broker/config_table.hpp"

namespace mqttspec::broker {

using nlohmann::json;

std::vector<std::string_view> config_keys() {
  std::vector<std::string_view> keys;
  for (const auto& row : config_table()) keys.push_back(row.key);
  return keys;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 1;  // more than that is another word
  for (const auto candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t corner = std::exchange(row[0], i + 1);
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t change = corner + (word[i] == candidate[j] ? 0 : 1);
        corner = row[j + 1];
        row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, change});
      }
    }
    if (row.back() > best_distance || (row.back() == best_distance && !best.empty())) continue;
    best = candidate;
    best_distance = row.back();
  }
  return best;
}

std::vector<ConfigError> read_config(const json& object, Config& config,
                                     const std::vector<std::string_view>& others) {
  std::vector<ConfigError> errors;
  const ConfigReader top("", errors);
  if (!object.is_object()) {
    top.fail("an object", object);
    return errors;
  }
  const auto rows = config_table();
  Config result = config;
  for (const auto& [key, value] : object.items()) {
    if (std::find(others.begin(), others.end(), key) != others.end()) continue;
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [name = std::string_view(key)](const ConfigRow& candidate) {
                                    return candidate.key == name;
                                  });
    if (row == rows.end()) {
      auto known = config_keys();
      known.insert(known.end(), others.begin(), others.end());
      top.unknown(key, known);
    } else {
      row->read(top.member(key), value, result);
    }
  }
  if (errors.empty()) config = std::move(result);
  return errors;
}

}  // namespace mqttspec::broker
