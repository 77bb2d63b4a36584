#include "reference/broker/engine.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

Connection* find(Core& core, ConnectionId id) {
  const auto found = core.connections.find(id);
  return found == core.connections.end() ? nullptr : found->second.get();
}

void on(Core& core, Opened& event) {
  auto connection = std::make_unique<Connection>();
  connection->id = event.connection;
  connection->peer = std::move(event.peer);
  connection->transport = std::move(event.transport);
  connection->certificate_subject = std::move(event.certificate_subject);
  connection->last_received = core.now;
  const Config& config = core.config;
  connection->came_too_fast = config.connection_rate_limit &&
                              !core.connection_rate.take(*config.connection_rate_limit, core.now);
  Connection& added = *connection;
  core.connections.emplace(event.connection, std::move(connection));
  watch_connect(core, added);
}

// True if the connection was closed because its client sends more than it may.
bool is_too_fast(Core& core, Connection& connection) {
  const auto limit = core.config.packet_rate_limit;
  if (!limit || connection.packet_rate.take(*limit, core.now)) return false;
  // The client is told and closed instead of being read more slowly: that way its messages cannot
  // pile up unseen, and its author learns of it.
  disconnect(core, connection, codec::ReasonCode::message_rate_too_high,
             "more packets a second than are permitted");
  return true;
}

// What comes while a verifier is asked waits, but not without end; false if the connection was
// closed.
bool hold_is_bounded(Core& core, Connection& connection, std::size_t size) {
  constexpr std::size_t held_size_maximum = std::size_t{1} << 20U;
  if (connection.phase != Connection::Phase::verifying) return true;
  // A small packet takes more memory than its frame.
  connection.held_size += size + sizeof(codec::Packet);
  if (connection.held_size <= held_size_maximum) return true;
  refuse(core, connection, codec::ReasonCode::quota_exceeded,
         "too much was sent without waiting for CONNACK");
  return false;
}

void on(Core& core, PacketReceived& event) {
  Connection* connection = find(core, event.connection);
  if (connection == nullptr) return;
  // [V5-3.1.2.10-b], [V5-3.1.2.10-c], [V311-3.1.2.10-b], [V311-3.1.2.10-c] Every packet from the
  // client counts for Keep Alive, and nothing else does.
  connection->last_received = core.now;
  ++core.statistics.packets_received;
  core.statistics.bytes_received += event.size;
  // 5.0 [MQTT-3.2.2-15], [V5-3.2.2.3.6-b] Larger than the maximum that we told; [V5-3.2.2.3.6-c] up
  // to it, fixed header and all, everything is taken.
  const auto limit = core.config.maximum_packet_size;
  if (limit != 0 && event.size > limit && connection->phase == Connection::Phase::connected &&
      is_v5(*connection)) {
    disconnect(core, *connection, codec::ReasonCode::packet_too_large,
               "larger than Maximum Packet Size");
    return;
  }
  if (is_too_fast(core, *connection) || !hold_is_bounded(core, *connection, event.size)) return;
  log_packet(core, *connection, event.packet, event.size);
  handle_packet(core, *connection, event.packet);
}

void on(Core& core, Malformed& event) {
  if (Connection* connection = find(core, event.connection)) {
    connection->last_received = core.now;
    handle_malformed(core, *connection, event);
  }
}

void on(Core& core, Closed& event) {
  // [V5-3.1.2.5-a], [V311-3.1.2.5-a] A connection that ends without DISCONNECT releases its Will.
  if (Connection* connection = find(core, event.connection)) {
    log_left(core, *connection, "connection lost");
    forget(core, *connection);
  }
}

void on(Core& core, Drained& event) {
  core.statistics.bytes_sent += event.bytes;
  if (Connection* connection = find(core, event.connection)) {
    drain(core, *connection, event.bytes);
  }
}

void on(Core& core, Authenticated& event) {
  if (Connection* connection = find(core, event.connection)) {
    verified(core, *connection, event.accepted);
  }
}

void on(Core& core, AccessChanged& event) {
  change_access(core, std::move(event.passwords), std::move(event.access_list));
}

void on(Core& core, Tick&) {
  run_deadlines(core);
}

void on(Core& core, Shutdown&) {
  const auto& redirect = core.config.redirect;
  const bool elsewhere = redirect && redirect->when == Redirection::When::shutdown;
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : core.connections) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  for (const auto id : ids) {
    if (Connection* connection = find(core, id)) {
      // [V5-3.14-a] 5.0 clients are told before the connection goes, and [V5-4.11-a] perhaps where
      // to go themselves.
      disconnect(core, *connection,
                 elsewhere ? redirection_code(*redirect) : codec::ReasonCode::server_shutting_down,
                 "the server shuts down");
    }
  }
}

}  // namespace

Core::Core(Config settings) : config(std::move(settings)), random(config.seed) {
  if (!config.retain_available) return;
  for (const auto& [topic, payload] : config.system_topics) {
    auto message = std::make_shared<Message>();
    message->topic_name = topic;
    message->payload = payload;
    message->retain = true;
    retained.set(message);
    ++own_retained;
  }
}

Core::~Core() = default;

struct Engine::Impl {
  Core core;
};

Engine::Engine(Config config) : impl_(new Impl{Core(std::move(config))}) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::handle(Event event, Instant now, Actions& actions) {
  Core& core = impl_->core;
  core.now = std::max(core.now, now);
  core.actions = &actions;
  if (!core.statistics.started) core.statistics.started = core.now;
  core.just_closed.clear();
  std::visit([&](auto& known) { on(core, known); }, event);
  if (core.journal != nullptr) core.journal->end_turn(actions);
}

std::optional<std::string> Engine::restore(const std::vector<Record>& records, Instant wall_clock,
                                           Instant now, Actions& actions) {
  Core& core = impl_->core;
  core.now = std::max(core.now, now);
  core.actions = &actions;
  core.just_closed.clear();
  core.journal = std::make_unique<Journal>(wall_clock - core.now);
  if (auto fault = broker::restore(core, records)) return fault;
  core.journal->end_turn(actions);
  return std::nullopt;
}

Instant Engine::next_deadline() const {
  return impl_->core.deadlines.next();
}

codec::Version Engine::version_of(ConnectionId connection) const {
  const Core& core = impl_->core;
  const auto found = core.connections.find(connection);
  if (found != core.connections.end()) return found->second->version;
  for (const auto& [id, version] : core.just_closed) {
    if (id == connection) return version;
  }
  return codec::Version::v3_1_1;
}

const Config& Engine::config() const {
  return impl_->core.config;
}

}  // namespace mqttspec::broker
