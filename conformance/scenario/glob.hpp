// Globs over ids: what --only and --skip take, and what a profile's deviations name.
#pragma once

#include <string_view>

namespace mqttspec::scenario {

// * stands for any characters, ? for one; all others, brackets too, for themselves. The pattern has
// to match the whole text.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace mqttspec::scenario
