// "did you mean": the candidate that is nearest to a misspelt word.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mqttspec::scenario {

// Levenshtein distance; letters that differ only in case count as one third of a difference, two
// neighbours swapped as one. Given in thirds.
[[nodiscard]] std::size_t spelling_distance(std::string_view a, std::string_view b);

// The nearest candidate, if at most about a third of the word is wrong, or one of which the
// word is a part; else "".
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

// "; did you mean PUBREC?" or "".
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> candidates);

// A word that someone wrote, fit to be shown: in quotes, at most 60 bytes, control characters and
// what is not plain ASCII text left readable but harmless.
[[nodiscard]] std::string quoted(std::string_view word);

// `a, b or c`
[[nodiscard]] std::string listed(std::span<const std::string_view> words);

}  // namespace mqttspec::scenario
