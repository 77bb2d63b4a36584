#include "conformance/executor/late_watch.hpp"

#include <algorithm>

namespace mqttspec::executor {

LateWatches::Id LateWatches::add(LateHope hope, Told told) {
  watches_.push_back({++last_, std::move(hope), std::move(told)});
  return last_;
}

void LateWatches::arrived(const scenario::Received& received) {
  if (watches_.empty()) return;
  for (Watch& watch : watches_) {
    if (watch.hope.missing == 0 || received.at > watch.hope.until) continue;
    if (!watch.hope.wanted(received) || --watch.hope.missing != 0) continue;
    watch.told(received, received.at - watch.hope.due);
  }
  std::erase_if(watches_, [&](const Watch& watch) {
    return watch.hope.missing == 0 || received.at > watch.hope.until;
  });
}

bool LateWatches::open(Id id) const {
  return until(id).has_value();
}

std::optional<Instant> LateWatches::until(Id id) const {
  for (const Watch& watch : watches_) {
    if (watch.id == id) return watch.hope.until;
  }
  return std::nullopt;
}

void LateWatches::give_up(Id id) {
  std::erase_if(watches_, [&](const Watch& watch) { return watch.id == id; });
}

}  // namespace mqttspec::executor
