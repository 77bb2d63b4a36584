#include "reference/codec/topic.hpp"

#include <bit>
#include <cstring>

namespace mqttspec::codec {

namespace {

constexpr BytesView share_prefix = "$share/";

// Sets the top bit of each byte that is '+' or '#': such a byte becomes 0, and only 0 has neither
// its own top bit set nor that of its lower bits + 0x7F.
std::uint64_t wildcards_in(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t low = 0x7F7F7F7F7F7F7F7F;
  const auto plus = word ^ ones * '+';
  const auto hash = word ^ ones * '#';
  const auto not_plus = ((plus & low) + low) | plus;
  const auto not_hash = ((hash & low) + low) | hash;
  return ~((not_plus & not_hash) | low);
}

std::uint64_t load(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  return word;
}

std::optional<Rule> wildcard_rule(BytesView filter, std::size_t i, Version version) {
  const bool starts_level = i == 0 || filter[i - 1] == '/';
  const bool is_last = i + 1 == filter.size();
  if (filter[i] == '#') {
    // [MQTT-4.7.1-1] in 5.0, [MQTT-4.7.1-2] in 3.1.1
    if (starts_level && is_last) return std::nullopt;
    return Rule::topic_filter_multi_level_wildcard;
  }
  // [MQTT-4.7.1-2] in 5.0, [MQTT-4.7.1-3] in 3.1.1
  const bool ends_level = is_last || filter[i + 1] == '/';
  if (starts_level && ends_level) return std::nullopt;
  // 3.1 asks only that a separator be next to it, unless it stands alone; so a/+b is not clearly
  // wrong there (V31-41).
  const bool beside_separator = (i > 0 && starts_level) || (!is_last && ends_level);
  if (version == Version::v3_1 && beside_separator) return std::nullopt;
  return Rule::topic_filter_single_level_wildcard;
}

std::optional<TopicFault> find_wildcard_fault(BytesView filter, Version version) {
  const auto size = filter.size();
  std::size_t i = 0;
  // Eight bytes at a time, and without a loop over single ones where it can be helped: where that
  // ends is a branch that nothing can predict.
  for (; std::endian::native == std::endian::little && i + 8 <= size; i += 8) {
    for (auto hits = wildcards_in(load(filter.data() + i)); hits != 0; hits &= hits - 1) {
      const auto place = i + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
      if (const auto rule = wildcard_rule(filter, place, version)) return TopicFault{*rule, place};
    }
  }
  for (; i < size; ++i) {
    if (filter[i] != '+' && filter[i] != '#') continue;
    if (const auto rule = wildcard_rule(filter, i, version)) return TopicFault{*rule, i};
  }
  return std::nullopt;
}

}  // namespace

bool has_wildcard(BytesView topic) {
  const auto size = topic.size();
  if (size < 8) return topic.find_first_of("+#") != BytesView::npos;
  std::uint64_t hits = wildcards_in(load(topic.data() + size - 8));
  for (std::size_t i = 0; i + 8 < size; i += 8) hits |= wildcards_in(load(topic.data() + i));
  return hits != 0;
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
  if (filter.front() != '$' || version != Version::v5_0)
    return find_wildcard_fault(filter, version);
  const auto shared = split_shared_filter(filter);
  if (!shared) return find_wildcard_fault(filter, version);
  // 5.0 [MQTT-4.8.2-1]
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
