#include "reference/broker/deadlines.hpp"

namespace mqttspec::broker {

void Deadlines::set(DeadlineKey key, Instant when) {
  cancel(key);
  order_.emplace(when, key);
  when_.emplace(key, when);
}

void Deadlines::cancel(DeadlineKey key) {
  const auto found = when_.find(key);
  if (found == when_.end()) return;
  order_.erase({found->second, key});
  when_.erase(found);
}

Instant Deadlines::next() const {
  return order_.empty() ? never : order_.begin()->first;
}

std::optional<DeadlineKey> Deadlines::take_due(Instant now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  const DeadlineKey key = order_.begin()->second;
  order_.erase(order_.begin());
  when_.erase(key);
  return key;
}

}  // namespace mqttspec::broker
