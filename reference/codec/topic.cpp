#include "reference/codec/topic.hpp"

namespace mqttspec::codec {

namespace {

constexpr BytesView share_prefix = "$share/";

std::optional<TopicFault> find_wildcard_fault(BytesView filter, Version version) {
  for (std::size_t i = 0; i < filter.size(); ++i) {
    const char c = filter[i];
    if (c != '#' && c != '+') continue;
    const bool starts_level = i == 0 || filter[i - 1] == '/';
    const bool ends_level = i + 1 == filter.size() || filter[i + 1] == '/';
    if (c == '#') {
      // [MQTT-4.7.1-1] in 5.0, [MQTT-4.7.1-2] in 3.1.1
      if (!starts_level || i + 1 != filter.size()) {
        return TopicFault{Rule::topic_filter_multi_level_wildcard, i};
      }
      continue;
    }
    // [MQTT-4.7.1-2] in 5.0, [MQTT-4.7.1-3] in 3.1.1. 3.1 asks only that a separator be next to it,
    // unless it stands alone; so a/+b is not clearly wrong there (V31-41).
    const bool alone = filter.size() == 1;
    const bool beside_separator =
        (i > 0 && filter[i - 1] == '/') || (i + 1 < filter.size() && filter[i + 1] == '/');
    const bool good =
        version == Version::v3_1 ? alone || beside_separator : starts_level && ends_level;
    if (!good) return TopicFault{Rule::topic_filter_single_level_wildcard, i};
  }
  return std::nullopt;
}

}  // namespace

bool has_wildcard(BytesView topic) {
  for (const char c : topic) {
    if (c == '+' || c == '#') return true;
  }
  return false;
}

std::optional<SharedFilter> split_shared_filter(BytesView topic_filter) {
  if (!topic_filter.starts_with(share_prefix)) return std::nullopt;
  const auto rest = topic_filter.substr(share_prefix.size());
  const auto slash = rest.find('/');
  if (slash == BytesView::npos) return SharedFilter{rest, {}};
  return SharedFilter{rest.substr(0, slash), rest.substr(slash + 1)};
}

std::optional<TopicFault> find_topic_filter_fault(BytesView filter, Version version) {
  if (filter.empty()) return TopicFault{Rule::topic_filter_empty, 0};
  const auto shared = version == Version::v5_0 ? split_shared_filter(filter) : std::nullopt;
  if (!shared) return find_wildcard_fault(filter, version);
  // [MQTT-4.8.2-1]
  if (shared->share_name.empty()) return TopicFault{Rule::share_name_empty, share_prefix.size()};
  // [MQTT-4.8.2-2] No wildcard in the ShareName, and a filter behind it.
  if (has_wildcard(shared->share_name) || shared->filter.empty()) {
    return TopicFault{Rule::share_name_invalid, share_prefix.size()};
  }
  auto fault = find_wildcard_fault(shared->filter, version);
  if (fault) fault->offset += filter.size() - shared->filter.size();
  return fault;
}

}  // namespace mqttspec::codec
