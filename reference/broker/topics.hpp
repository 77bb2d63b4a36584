// Topic Names and Topic Filters (section 4.7): their form, and which filter matches which name.
#pragma once

#include <optional>
#include <string_view>

namespace mqttspec::broker {

// Takes the first level off `rest`: what stands before the first '/', which is taken too. `more`
// tells whether a '/' was there, so that "a/" has a second, empty level and "a" has none.
struct Level {
  std::string_view text;
  bool more = false;
};
[[nodiscard]] Level take_level(std::string_view& rest);

// At least one character, no wildcard, no U+0000.
[[nodiscard]] bool is_topic_name(std::string_view topic);
// At least one character, no U+0000, '#' only as the whole last level, '+' only as a whole level.
[[nodiscard]] bool is_topic_filter(std::string_view filter);
[[nodiscard]] bool has_wildcard(std::string_view filter);

// "$share/{ShareName}/{filter}" taken apart (section 4.8.2).
struct SharedFilter {
  std::string_view share_name;
  std::string_view filter;
};
// Does the filter begin with "$share/", well formed or not?
[[nodiscard]] bool is_shared(std::string_view filter);
// Nothing if it is not well formed.
[[nodiscard]] std::optional<SharedFilter> parse_shared(std::string_view filter);

// One filter against one name, level by level. The broker itself uses the subscription trie; this
// is for single questions (access rules) and for tests.
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic);
// Does `filter` match every topic that `narrower`, a filter itself, matches?
[[nodiscard]] bool covers(std::string_view filter, std::string_view narrower);

}  // namespace mqttspec::broker
