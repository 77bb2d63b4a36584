// The broker's death and its return: what it keeps, and how connections are told apart after it.
#include <fmt/format.h>

#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

namespace {

// More than any program opens between two restarts.
constexpr std::uint32_t connections_max = 1'000;

}  // namespace

std::uint32_t World::watched(broker::ConnectionId connection) const {
  return static_cast<std::uint32_t>(connection) + epoch_ * connections_max;
}

// It dies and comes back at once, with what it has stored; all connections are gone.
void World::restart() {
  if (!store_) return;
  for (std::size_t client = 0; client < clients_max; ++client) {
    Peer& peer = peers_[client];
    if (!peer.connection) continue;
    watch_.closed(watched(*peer.connection), false, now_);
    judge_.gone(watched(*peer.connection));
    verdict_.transcript.push_back(fmt::format("{}: closed", client));
    peer.connection.reset();
    peer.in_session = false;
    peer.held.clear();
  }
  const auto records = store_->load();
  node_ = std::make_unique<node::Node>(config_, interceptor_);
  ++epoch_;
  const auto* kept = std::get_if<std::vector<broker::Record>>(&records);
  if (kept == nullptr || node_->restore(*kept, now_, now_)) {
    fault("what the broker has stored cannot be read again");
  }
  collect();
}

void World::store() {
  if (!store_) return;
  std::vector<broker::RecordPointer> records;
  node_->take_records(records);
  static_cast<void>(store_->commit(records));  // memory does not fail
  node_->stored();
}

}  // namespace mqttspec::fuzz
