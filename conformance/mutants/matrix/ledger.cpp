// The list of mutants that are known to survive.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "conformance/mutants/matrix/matrix.hpp"
#include "embedded/mutant_ledger.hpp"

namespace mqttspec::mutants {

const std::map<std::string, std::string>& embedded_ledger() {
  static const std::map<std::string, std::string> ledger = [] {
    std::map<std::string, std::string> result;
    for (const auto& file : embedded::mutant_ledger()) {
      const auto json = nlohmann::json::parse(file.content);
      for (const auto& entry : json.at("mutants")) {
        auto slug = entry.at("slug").get<std::string>();
        if (!result.emplace(slug, entry.at("why").get<std::string>()).second) {
          throw std::runtime_error(std::string(file.path) + ": \"" + slug + "\" is listed twice");
        }
      }
    }
    return result;
  }();
  return ledger;
}

}  // namespace mqttspec::mutants
