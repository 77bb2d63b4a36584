#include "conformance/catalogue/catalogue.hpp"

#include "conformance/scenario/spelling.hpp"
#include "embedded/catalogue_files.hpp"

namespace mqttspec::catalogue {

Strictness strictest(const Requirement& requirement) {
  const std::string& level = requirement.level;
  if (level == "MUST" || level == "MUST NOT" || level == "stated") return Strictness::must;
  // What only follows from other statements, or has no prescribed outcome, is at most remarked on.
  if (level == "SHOULD" || level == "inferred" || level == "unstated") return Strictness::should;
  return level == "MAY" ? Strictness::may : Strictness::none;
}

const Catalogue& Catalogue::embedded() {
  static const Catalogue catalogue = [] {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& file : mqttspec::embedded::catalogue_files()) {
      if (file.path.find("/mqtt-") != std::string_view::npos) {
        texts.emplace_back(file.path, file.content);
      }
    }
    return from_texts(texts);
  }();
  return catalogue;
}

const Requirement* Catalogue::find(std::string_view id) const {
  const auto place = index_.find(std::string(id));
  return place == index_.end() ? nullptr : &requirements_[place->second];
}

std::string Catalogue::nearest(std::string_view id) const {
  // A bare number, as the standard prints it, lacks only the version.
  for (const std::string_view version : {"5.0:", "3.1.1:", "3.1:"}) {
    const std::string whole = std::string(version).append(id);
    if (index_.contains(whole)) return whole;
  }
  std::vector<std::string_view> ids;
  ids.reserve(requirements_.size());
  for (const Requirement& requirement : requirements_) ids.push_back(requirement.id);
  return std::string(scenario::nearest(id, ids));
}

}  // namespace mqttspec::catalogue
