#include "reference/server/keeper.hpp"

#include <utility>
#include <variant>

namespace mqttspec::server {

std::optional<std::string> Keeper::restore(node::Node& node, broker::WallClock wall_clock,
                                           node::Instant now) {
  const auto kept = store_->load();
  if (const auto* fault = std::get_if<std::string>(&kept)) return *fault;
  const auto& records = std::get<std::vector<broker::Record>>(kept);
  if (const auto fault = node.restore(records, wall_clock, now)) {
    return "the store contradicts itself: " + *fault;
  }
  settle(node);
  return std::nullopt;
}

bool Keeper::settle(node::Node& node) {
  node.take_records(records_);
  if (records_.empty()) return true;
  if (auto fault = store_->commit(records_)) {
    // The same reason again is no news.
    if (*fault != fault_) {
      report_("cannot store: " + *fault + "; nothing is acknowledged until it can be stored");
    }
    fault_ = std::move(*fault);
    return false;
  }
  records_.clear();
  node.stored();
  if (!std::exchange(fault_, {}).empty()) report_("the store can be written again");
  return true;
}

}  // namespace mqttspec::server
