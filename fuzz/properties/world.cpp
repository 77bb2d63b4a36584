#include "fuzz/properties/world.hpp"

#include <fmt/format.h>

#include "reference/node/connect_version.hpp"

namespace mqttspec::fuzz {

using codec::Packet;
using codec::PropertyId;
using Kind = Operation::Kind;

namespace {

// The Topic Alias stands for the name; what it cannot stand for is left empty.
void resolve(Packet& packet, std::map<std::uint16_t, std::string>& aliases) {
  auto* publish = std::get_if<codec::Publish>(&packet);
  if (publish == nullptr) return;
  const auto number = codec::get_integer(publish->properties, PropertyId::topic_alias);
  if (!number) return;
  auto& name = aliases[static_cast<std::uint16_t>(*number)];
  if (publish->topic_name.empty()) {
    publish->topic_name = name;
  } else {
    name = publish->topic_name;
  }
}

std::optional<Packet> acknowledgement_of(const Packet& packet) {
  if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    if (!publish->packet_identifier) return std::nullopt;
    if (publish->qos == 1) return codec::Puback{*publish->packet_identifier};
    return codec::Pubrec{*publish->packet_identifier};
  }
  if (const auto* pubrel = std::get_if<codec::Pubrel>(&packet)) {
    return codec::Pubcomp{pubrel->packet_identifier};
  }
  if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet);
      pubrec != nullptr && static_cast<std::uint8_t>(pubrec->reason_code) < 0x80) {
    return codec::Pubrel{pubrec->packet_identifier};
  }
  return std::nullopt;
}

}  // namespace

World::World(broker::Config config, node::Interceptor* interceptor, std::uint64_t cuts,
             Tolerance tolerance, bool durable)
    : config_(config),
      interceptor_(interceptor),
      node_(std::make_unique<node::Node>(config, interceptor)),
      cuts_(cuts),
      cutting_(cuts != 0),
      tolerance_(tolerance),
      judge_(Offer::of(config), tolerance) {
  if (!durable) return;
  store_.emplace();
  static_cast<void>(node_->restore({}, now_, now_));
}

void World::fault(const std::string& what) {
  verdict_.faults.push_back(what);
}

std::optional<std::size_t> World::client_of(broker::ConnectionId connection) const {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (peers_[i].connection == connection) return i;
  }
  return std::nullopt;
}

void World::run(const Operation& operation) {
  const std::size_t client = operation.client;
  Peer& peer = peers_[client];
  switch (operation.kind) {
    case Kind::connect:
      open(client, operation);
      break;
    case Kind::send:
      send(client, codec::encode(operation.packet, peer.version));
      break;
    case Kind::raw:
      send(client, operation.bytes);
      break;
    case Kind::acknowledge:
      if (!peer.owed.empty()) {
        const Packet packet = peer.owed.front();
        peer.owed.erase(peer.owed.begin());
        send(client, codec::encode(packet, peer.version));
      }
      break;
    case Kind::stall:
      peer.stalled = true;
      break;
    case Kind::deliver:
      take_held(client, operation.amount);
      break;
    case Kind::resume:
      peer.stalled = false;
      take_held(client, peer.held.size());
      break;
    case Kind::half_close:
    case Kind::reset:
      leave(client);
      break;
    case Kind::advance:
      advance(operation.time);
      break;
    case Kind::restart:
      restart();
      break;
  }
  settle();
}

void World::open(std::size_t client, const Operation& operation) {
  leave(client);
  Peer& peer = peers_[client];
  peer = Peer{};
  peer.version = operation.version;
  peer.automatic = operation.automatic;
  peer.connection = node_->opened("fuzz", "tcp", now_);
  watch_.opened(watched(*peer.connection), operation.version, now_);
  judge_.opened(watched(*peer.connection), operation.version);
  send(client, bytes_of(operation, operation.version));
}

void World::leave(std::size_t client) {
  Peer& peer = peers_[client];
  if (!peer.connection) return;
  const auto connection = *peer.connection;
  peer.connection.reset();
  peer.in_session = false;
  watch_.closed(watched(connection), true, now_);
  judge_.gone(watched(connection));
  node_->closed(connection, now_);
  collect();
}

void World::send(std::size_t client, codec::BytesView bytes) {
  Peer& peer = peers_[client];
  if (!peer.connection || bytes.empty()) return;
  const auto connection = *peer.connection;
  peer.to_broker.push(bytes);
  for (;;) {
    const auto next = peer.to_broker.next();
    if (const auto* error = std::get_if<codec::FrameError>(&next); error && !peer.tainted) {
      peer.tainted = true;
      judge_.sent_illegal(watched(connection), error->error);
    }
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) break;
    watch_sent(client, frame->bytes);
  }
  if (peer.to_broker.buffered() > 0) judge_.begun_packet(watched(connection));
  while (cutting_ && bytes.size() > 1 && peers_[client].connection == connection) {
    const auto size = cuts_.between<std::size_t>(1, bytes.size() - 1);
    node_->received(connection, bytes.substr(0, size), now_);
    bytes.remove_prefix(size);
    collect();
  }
  if (peers_[client].connection == connection) node_->received(connection, bytes, now_);
  collect();
}

// A client speaks what its first CONNECT says, whatever it was meant to speak.
void World::follow_version(Peer& peer, codec::BytesView frame) {
  if (std::exchange(peer.has_spoken, true) || !frame.starts_with('\x10')) return;
  const auto named = node::connect_version(frame);
  if (!named || *named == peer.version) return;
  peer.version = *named;
  watch_.opened(watched(*peer.connection), *named, now_);
  judge_.opened(watched(*peer.connection), *named);
}

void World::watch_sent(std::size_t client, codec::BytesView frame) {
  Peer& peer = peers_[client];
  follow_version(peer, frame);
  watch_.sent(watched(*peer.connection), frame, peer.tainted, now_);
  take_findings();
  auto decoded = codec::decode(frame, peer.version, codec::Sender::client);
  auto* packet = std::get_if<Packet>(&decoded);
  if (packet == nullptr) {
    peer.tainted = true;
    judge_.sent_illegal(watched(*peer.connection), std::get<codec::DecodeError>(decoded));
    return;
  }
  resolve(*packet, peer.aliases_out);
  judge_.sent(watched(*peer.connection), *packet, !peer.tainted);
}

// What is found of a client's own side taints it: from then on little is owed to it.
void World::take_findings() {
  for (const auto& finding : watch_.take_findings()) {
    const auto client = client_of(finding.connection - watched(0));
    if (finding.ours) {
      if (client) peers_[*client].tainted = true;
      continue;
    }
    if (client && peers_[*client].tainted) continue;
    fault(fmt::format("{} ({}): {}", finding.monitor, finding.statement, finding.message));
  }
}

void World::collect() {
  // What an answer of ours brings forth is collected by the call that sends it.
  store();
  std::vector<node::Output> output;
  node_->take_output(output);
  for (const auto& entry : output) {
    if (entry.close && judging_ && client_of(entry.connection)) {
      judge_.broker_closes(watched(entry.connection));
    }
  }
  for (const auto& entry : output) {
    const auto client = client_of(entry.connection);
    if (!client) {
      if (!entry.bytes.empty()) fault("bytes for a connection that is closed");
      continue;
    }
    Peer& peer = peers_[*client];
    if (peer.stalled && !entry.close) {
      peer.held += entry.bytes;
      continue;
    }
    node_->drained(entry.connection, entry.bytes.size(), now_);
    take(*client, std::exchange(peer.held, {}) + entry.bytes);
    if (!entry.close || peers_[*client].connection != entry.connection) continue;
    verdict_.transcript.push_back(fmt::format("{}: closed", *client));
    watch_.closed(watched(entry.connection), false, now_);
    judge_.gone(watched(entry.connection));
    peer.connection.reset();
    peer.in_session = false;
  }
  // What has waited for a client to read.
  if (node_->has_output()) collect();
}

// Takes bytes that have come while the client was stalled: only now have they left the broker.
void World::take_held(std::size_t client, std::size_t amount) {
  Peer& peer = peers_[client];
  const codec::Bytes taken = peer.held.substr(0, amount);
  if (!peer.connection || taken.empty()) return;
  peer.held.erase(0, taken.size());
  node_->drained(*peer.connection, taken.size(), now_);
  take(client, taken);
  collect();
}

void World::take(std::size_t client, codec::BytesView bytes) {
  Peer& peer = peers_[client];
  if (!peer.connection) return;
  const auto connection = *peer.connection;
  peer.from_broker.push(bytes);
  for (;;) {
    if (peers_[client].connection != connection) return;
    const auto next = peer.from_broker.next();
    if (std::holds_alternative<codec::FrameError>(next)) {
      fault(fmt::format("{}: the broker sent what is no packet", client));
      return;
    }
    const auto* frame = std::get_if<codec::Frame>(&next);
    if (frame == nullptr) return;
    take_packet(client, std::string(frame->bytes));
  }
}

void World::take_packet(std::size_t client, codec::BytesView frame) {
  Peer& peer = peers_[client];
  watch_.received(watched(*peer.connection), frame, now_);
  take_findings();
  auto decoded = codec::decode(frame, peer.version, codec::Sender::server);
  auto* packet = std::get_if<Packet>(&decoded);
  if (packet == nullptr) {
    verdict_.transcript.push_back(fmt::format("{}: {}", client, codec::print(Packet{}, {})));
    return;
  }
  verdict_.transcript.push_back(fmt::format("{}: {}", client, codec::print(*packet, peer.version)));
  if (const auto* connack = std::get_if<codec::Connack>(packet);
      connack != nullptr && connack->reason_code == codec::ReasonCode::success) {
    peer.in_session = true;
  }
  if (std::holds_alternative<codec::Pingresp>(*packet)) ++peer.pings_answered;
  resolve(*packet, peer.aliases_in);
  if (judging_) judge_.received(watched(*peer.connection), *packet);
  answer(client, *packet);
}

void World::answer(std::size_t client, const Packet& packet) {
  auto acknowledgement = acknowledgement_of(packet);
  if (!acknowledgement) return;
  Peer& peer = peers_[client];
  if (!peer.automatic) {
    peer.owed.push_back(std::move(*acknowledgement));
    return;
  }
  send(client, codec::encode(*acknowledgement, peer.version));
}

void World::advance(std::chrono::milliseconds time) {
  const auto end = now_ + time;
  for (int turns = 0; node_->next_deadline() <= end; ++turns) {
    const auto deadline = node_->next_deadline();
    if (deadline < now_ || turns > 100'000) {
      fault("a deadline lies in the past, or time does not go on");
      break;
    }
    now_ = deadline;
    judge_.time(now_);
    node_->tick(now_);
    collect();
    if (node_->next_deadline() <= now_) {
      fault("a deadline stays after it was handled");
      break;
    }
  }
  now_ = std::max(now_, end);
  judge_.time(now_);
}

void World::settle() {
  for (const Peer& peer : peers_) {
    if (!peer.connection) continue;
    const bool takes = peer.in_session && !peer.tainted && !peer.stalled;
    judge_.attentive(watched(*peer.connection), takes, peer.automatic);
  }
  judge_.quiet();
  for (const auto& each : judge_.take_faults()) fault(each);
}

Verdict World::finish() {
  for (std::size_t client = 0; client < clients_max; ++client) {
    Peer& peer = peers_[client];
    peer.stalled = false;
    take_held(client, peer.held.size());
  }
  settle();
  if (tolerance_.patience > Instant{}) {
    advance(std::chrono::duration_cast<std::chrono::milliseconds>(tolerance_.patience));
    settle();
  }
  judging_ = false;
  for (std::size_t client = 0; client < clients_max; ++client) {
    Peer& peer = peers_[client];
    if (!peer.connection || !peer.in_session || peer.tainted || peer.to_broker.buffered() > 0) {
      continue;
    }
    const int before = peer.pings_answered;
    send(client, codec::encode(codec::Pingreq{}, peer.version));
    if (peer.pings_answered == before) fault(fmt::format("{}: PINGREQ was not answered", client));
  }
  node_->shutdown(now_);
  collect();
  for (std::size_t client = 0; client < clients_max; ++client) {
    if (peers_[client].connection) fault(fmt::format("{}: not closed on shutdown", client));
  }
  return std::move(verdict_);
}

Verdict run(const Program& program, broker::Config config, node::Interceptor* interceptor,
            std::uint64_t cuts, Tolerance tolerance) {
  World world(std::move(config), interceptor, cuts, tolerance, restarts(program));
  for (const Operation& operation : program) world.run(operation);
  return world.finish();
}

}  // namespace mqttspec::fuzz
