#include "conformance/cli/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/scenario/glob.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::cli {
namespace {

bool matches_any(const std::vector<std::string>& globs, const scenario::Instance& instance) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return scenario::glob_matches(glob, instance.scenario->id) ||
           scenario::glob_matches(glob, instance.id);
  });
}

}  // namespace

std::string unmatched_glob(const std::vector<std::string>& globs,
                           const std::vector<std::string_view>& names) {
  for (const std::string& glob : globs) {
    const bool hit = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return scenario::glob_matches(glob, name);
    });
    if (!hit) {
      return fmt::format("{} matches nothing{}", scenario::quoted(glob),
                         scenario::did_you_mean(glob, names));
    }
  }
  return {};
}

bool means_others(const std::string& glob, const std::vector<scenario::Instance>& instances,
                  const std::vector<scenario::Instance>& selected) {
  const auto meant = [&](const scenario::Instance& instance) {
    return scenario::glob_matches(glob, instance.id);
  };
  return std::any_of(instances.begin(), instances.end(), meant) &&
         std::none_of(selected.begin(), selected.end(), meant);
}

scenario::Result<std::vector<scenario::Instance>> select(
    const std::vector<scenario::Instance>& instances, const Filter& filter) {
  using Selected = scenario::Result<std::vector<scenario::Instance>>;
  std::vector<std::string_view> names;
  for (const scenario::Instance& instance : instances) {
    names.push_back(instance.scenario->id);
    names.push_back(instance.id);
  }
  for (const auto& globs : {filter.only, filter.skip}) {
    const std::string unmatched = unmatched_glob(globs, names);
    if (!unmatched.empty()) return Selected::failure(unmatched);
  }
  std::vector<scenario::Instance> selected;
  for (const scenario::Instance& instance : instances) {
    const auto version = codec::to_string(instance.version);
    const bool version_wanted =
        filter.protocols.empty() || std::find(filter.protocols.begin(), filter.protocols.end(),
                                              version) != filter.protocols.end();
    const bool wanted = filter.only.empty() || matches_any(filter.only, instance);
    if (version_wanted && wanted && !matches_any(filter.skip, instance)) {
      selected.push_back(instance);
    }
  }
  if (selected.empty()) {
    return Selected::failure("no instance is left after --protocol, --only and --skip");
  }
  return selected;
}

}  // namespace mqttspec::cli
