#include "reference/node/node.hpp"

#include <algorithm>
#include <utility>

#include "reference/node/impl.hpp"

namespace mqttspec::node {
namespace {

// Nobody can know our Maximum Packet Size before CONNACK; this bounds what one may make us buffer
// until it is clear who it is.
constexpr std::size_t early_size_maximum = 1U << 20U;

// So often an interceptor is called at one moment, for as many things that it has to do then. One
// whose deadline has not moved on by that time never moves it: it is called again a little later,
// so that whoever waits for the next deadline sees time pass.
constexpr std::uint32_t calls_at_once_maximum = 1000;
constexpr Instant patience = std::chrono::milliseconds(1);

}  // namespace

Node::Impl::Impl(broker::Config config, Interceptor* hooks)
    : engine(std::move(config)), interceptor(hooks) {}

Link* Node::Impl::find(ConnectionId connection) {
  const auto found = links.find(connection);
  return found == links.end() ? nullptr : found->second.get();
}

const Link* Node::Impl::find(ConnectionId connection) const {
  const auto found = links.find(connection);
  return found == links.end() ? nullptr : found->second.get();
}

codec::Version Node::Impl::version(ConnectionId connection) const {
  const Link* link = find(connection);
  return link == nullptr ? codec::Version::v3_1_1 : link->spoken;
}

std::string Node::Impl::client_identifier(ConnectionId connection) const {
  const Link* link = find(connection);
  return link == nullptr ? std::string() : link->client_identifier;
}

std::vector<ConnectionId> Node::Impl::connections() const {
  std::vector<ConnectionId> ids;
  ids.reserve(links.size());
  for (const auto& [id, link] : links) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Instant Node::Impl::interceptor_deadline() const {
  if (interceptor == nullptr) return broker::never;
  return std::max(interceptor->next_deadline(), not_before);
}

void Node::Impl::call_deadline() {
  intercept([&](Interceptor& hooks) { hooks.on_deadline(*this); });
  const bool moved_on = interceptor->next_deadline() > time;
  calls_at_once = moved_on ? 0 : calls_at_once + 1;
  if (calls_at_once < calls_at_once_maximum) return;
  calls_at_once = 0;
  not_before = time + patience;
}

Node::Node(broker::Config config, Interceptor* interceptor)
    : impl_(std::make_unique<Impl>(std::move(config), interceptor)) {}
Node::~Node() = default;

std::optional<std::string> Node::restore(const std::vector<broker::Record>& records,
                                         broker::WallClock wall_clock, Instant now) {
  impl_->time = std::max(impl_->time, now);
  auto fault = impl_->engine.restore(records, wall_clock, impl_->time, impl_->fresh);
  impl_->handle_actions();
  return fault;
}

void Node::take_records(std::vector<broker::RecordPointer>& out) {
  if (impl_->records.empty()) return;
  impl_->storing = true;
  std::move(impl_->records.begin(), impl_->records.end(), std::back_inserter(out));
  impl_->records.clear();
}

void Node::stored() {
  impl_->storing = false;
}

ConnectionId Node::opened(std::string peer, std::string transport, Instant now, Arrival arrival) {
  impl_->time = std::max(impl_->time, now);
  auto link = std::make_unique<Link>();
  const ConnectionId id = ++impl_->last_connection;
  link->id = id;
  if (transport == "ws" || transport == "wss") {
    link->websocket = std::make_unique<WebSocket>(std::move(arrival.websocket));
    impl_->has_websockets = true;
  }
  link->reader.set_limit(early_size_maximum);
  impl_->links.emplace(id, std::move(link));
  impl_->feed(broker::Opened{id, std::move(peer), std::move(transport),
                             std::move(arrival.certificate_subject)});
  impl_->intercept([&](Interceptor& hooks) { hooks.on_opened(id, *impl_); });
  return id;
}

// 5.0 [MQTT-4.2.0-1], 3.1.1 [MQTT-7.1.1-1] From transports that lose nothing and keep the order.
void Node::received(ConnectionId connection, codec::BytesView bytes, Instant now) {
  impl_->time = std::max(impl_->time, now);
  const Link* link = impl_->find(connection);
  if (link == nullptr) return;
  if (link->websocket) {
    impl_->take_websocket_bytes(connection, bytes);
  } else {
    impl_->take_bytes(connection, bytes);
  }
}

void Node::closed(ConnectionId connection, Instant now) {
  impl_->time = std::max(impl_->time, now);
  Link* link = impl_->find(connection);
  if (link == nullptr) return;
  // A peer that has only shut down its sending side still reads what was on its way to it.
  if (link->output != 0) {
    impl_->frame_output(*link);
    impl_->output_of(*link).close = true;
  }
  impl_->end_link(connection);
}

void Node::drained(ConnectionId connection, std::uint64_t bytes, Instant now) {
  impl_->time = std::max(impl_->time, now);
  if (Link* link = impl_->find(connection); link != nullptr && link->websocket) {
    // The engine counts what it has sent; frames around it are none of its business.
    auto& overhead = link->websocket->overhead;
    const auto ours = std::min(bytes, overhead);
    overhead -= ours;
    bytes -= ours;
  }
  impl_->feed(broker::Drained{connection, bytes});
}

void Node::tick(Instant now) {
  impl_->time = std::max(impl_->time, now);
  if (impl_->interceptor_deadline() <= impl_->time) impl_->call_deadline();
  if (impl_->engine.next_deadline() <= impl_->time) impl_->feed(broker::Tick{});
}

Instant Node::next_deadline() const {
  return std::min(impl_->engine.next_deadline(), impl_->interceptor_deadline());
}

void Node::shutdown(Instant now) {
  impl_->time = std::max(impl_->time, now);
  impl_->going_down = true;
  impl_->feed(broker::Shutdown{});
}

void Node::change_access(broker::AccessChanged access, Instant now) {
  impl_->time = std::max(impl_->time, now);
  impl_->feed(std::move(access));
}

void Node::take_questions(std::vector<broker::Authenticate>& out) {
  out.clear();
  std::swap(out, impl_->questions);
}

void Node::authenticated(ConnectionId connection, bool accepted, Instant now) {
  impl_->time = std::max(impl_->time, now);
  impl_->feed(broker::Authenticated{connection, accepted});
}

void Node::take_output(std::vector<Output>& out) {
  out.clear();
  // [V31-47] Nothing that a turn causes leaves before the turn is stored: no acknowledgement, no
  // Packet Identifier, not even a close.
  if (impl_->storing || !impl_->records.empty()) return;
  if (impl_->has_websockets) impl_->frame_all_output();
  std::swap(out, impl_->outputs);
  for (const auto& output : out) {
    if (Link* link = impl_->find(output.connection)) link->output = 0;
  }
}

bool Node::has_output() const {
  return !impl_->outputs.empty() || !impl_->records.empty();
}

}  // namespace mqttspec::node
