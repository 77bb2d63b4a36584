// How coarse mutants are.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "conformance/mutants/matrix/matrix.hpp"

namespace mqttspec::mutants {

Kills kills_of(const Matrix& matrix) {
  Kills kills;
  kills.checks = matrix.checks;
  for (const auto& mutant : matrix.mutants) kills.turned[mutant.row->slug] = mutant.turned.size();
  return kills;
}

std::string kills_to_text(const Kills& kills) {
  std::string text = fmt::format(
      "{{\n  \"format\": \"mqttspec-kills/1\",\n  \"checks\": {},\n  \"turned\": {{", kills.checks);
  const char* separator = "\n";
  for (const auto& [slug, turned] : kills.turned) {
    text += fmt::format("{}    \"{}\": {}", separator, slug, turned);
    separator = ",\n";
  }
  return text + (kills.turned.empty() ? "}\n}\n" : "\n  }\n}\n");
}

Kills kills_from_text(const std::string& path, const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("format") != "mqttspec-kills/1") throw std::runtime_error("not of this format");
    return {json.at("checks").get<std::size_t>(),
            json.at("turned").get<std::map<std::string, std::size_t>>()};
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": " + error.what() +
                             "; mqttspec mutants --full writes it anew");
  }
}

std::vector<std::string> coarse(const Kills& kills) {
  std::vector<std::string> slugs;
  for (const auto& [slug, turned] : kills.turned) {
    if (turned * 10 > kills.checks) slugs.push_back(slug);
  }
  return slugs;
}

}  // namespace mqttspec::mutants
