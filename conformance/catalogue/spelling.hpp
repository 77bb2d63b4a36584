// Which known name was probably meant: for "did you mean ...?" in messages to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqttspec::catalogue {

// The candidate with the fewest edits, if those are no more than a third of the word; else "".
[[nodiscard]] std::string nearest_word(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace mqttspec::catalogue
