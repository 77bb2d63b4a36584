// Topic matching (section 4.7) written for obviousness, not speed: an oracle, independent of the
// broker's.
#pragma once

#include <string_view>

namespace mqttspec::monitor {

// "$share/name/filter" -> "filter"; anything else unchanged.
[[nodiscard]] std::string_view without_share(std::string_view filter);
[[nodiscard]] bool is_shared(std::string_view filter);
[[nodiscard]] bool has_wildcard(std::string_view filter);
// Does the Topic Filter (without $share part) match the Topic Name?
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic);

}  // namespace mqttspec::monitor
