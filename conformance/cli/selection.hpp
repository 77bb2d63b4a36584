// Which instances of a suite to run: --protocol, --only, --skip.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::cli {

struct Filter {
  std::vector<std::string> protocols;  // "3.1", "3.1.1", "5.0"; empty: all
  std::vector<std::string> only;       // globs over scenario ids and instance ids; empty: all
  std::vector<std::string> skip;
};

// The instances that pass, in order. A glob that matches nothing is an error that says what was
// probably meant; so is a filter that leaves nothing.
[[nodiscard]] scenario::Result<std::vector<scenario::Instance>> select(
    const std::vector<scenario::Instance>& instances, const Filter& filter);

// Does the glob mean instances of the suite of which none is selected? What a profile says about
// those is no concern of this run.
[[nodiscard]] bool means_others(const std::string& glob,
                                const std::vector<scenario::Instance>& instances,
                                const std::vector<scenario::Instance>& selected);

// "" if every glob matches at least one of the names, else which does not, and what is near.
[[nodiscard]] std::string unmatched_glob(const std::vector<std::string>& globs,
                                         const std::vector<std::string_view>& names);

}  // namespace mqttspec::cli
