// Topic matching as section 4.7 says it, slow and obvious: what the broker's own matching is
// compared with by tests and fuzzers. The broker does not use it.
#pragma once

#include <string>
#include <vector>

namespace mqttspec::broker::naive {

using Levels = std::vector<std::string>;

inline Levels split(const std::string& text) {
  Levels levels(1);
  for (const char c : text) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

// Section 4.7 word by word, by recursion over levels.
inline bool matches_levels(const Levels& filter, const Levels& topic, std::size_t f,
                           std::size_t t) {
  if (f == filter.size()) return t == topic.size();
  if (filter[f] == "#") return true;
  if (t == topic.size()) return false;
  if (filter[f] != "+" && filter[f] != topic[t]) return false;
  const bool parent_of_all =
      t + 1 == topic.size() && f + 2 == filter.size() && filter[f + 1] == "#";
  return parent_of_all || matches_levels(filter, topic, f + 1, t + 1);
}

inline bool matches(const std::string& filter, const std::string& topic) {
  const bool wildcard_first = filter.starts_with('#') || filter.starts_with('+');
  if (topic.starts_with('$') && wildcard_first) return false;
  return matches_levels(split(filter), split(topic), 0, 0);
}

}  // namespace mqttspec::broker::naive
