// What a packet can break about topics by itself (sections 4.7.1, 4.7.3 and 4.8.2 of 5.0).
#pragma once

#include <optional>

#include "reference/codec/rule.hpp"
#include "reference/codec/types.hpp"

namespace mqttspec::codec {

[[nodiscard]] bool has_wildcard(BytesView topic);

// "$share/{ShareName}/{filter}" of 5.0, taken apart; `filter` and `share_name` are empty where the
// text has none. Nothing if the text does not begin with "$share/".
struct SharedFilter {
  BytesView share_name;
  BytesView filter;
};
[[nodiscard]] std::optional<SharedFilter> split_shared_filter(BytesView topic_filter);

struct TopicFault {
  Rule rule;
  std::size_t offset = 0;  // within the filter
};

// The first rule that a Topic Filter breaks. In 5.0 "$share/..." is a Shared Subscription, in 3.x
// an ordinary filter.
[[nodiscard]] std::optional<TopicFault> find_topic_filter_fault(BytesView filter, Version version);

}  // namespace mqttspec::codec
