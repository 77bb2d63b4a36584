#include "conformance/monitor/topic_filter.hpp"

#include <vector>

namespace mqttspec::monitor {
namespace {

std::vector<std::string_view> levels_of(std::string_view topic) {
  std::vector<std::string_view> levels;
  while (true) {
    const auto slash = topic.find('/');
    levels.push_back(topic.substr(0, slash));
    if (slash == std::string_view::npos) return levels;
    topic.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_shared(std::string_view filter) {
  return filter.starts_with("$share/");
}

std::string_view without_share(std::string_view filter) {
  if (!is_shared(filter)) return filter;
  const auto end = filter.find('/', 7);
  return end == std::string_view::npos ? std::string_view{} : filter.substr(end + 1);
}

bool has_wildcard(std::string_view filter) {
  return filter.find_first_of("+#") != std::string_view::npos;
}

bool matches(std::string_view filter, std::string_view topic) {
  const auto wanted = levels_of(filter);
  const auto given = levels_of(topic);
  // 5.0 [MQTT-4.7.2-1] A leading wildcard does not match a topic that begins with '$'.
  if (topic.starts_with('$') && (wanted[0] == "+" || wanted[0] == "#")) return false;
  std::size_t i = 0;
  for (; i < wanted.size(); ++i) {
    if (wanted[i] == "#") return true;
    if (i == given.size()) return false;
    if (wanted[i] != "+" && wanted[i] != given[i]) return false;
  }
  return i == given.size();
}

}  // namespace mqttspec::monitor
