#include "conformance/executor/virtual/network.hpp"

#include <algorithm>

namespace mqttspec::executor {

Network::Network(Interpreter& interpreter, broker::Config config, node::Interceptor* interceptor,
                 std::uint64_t seed, bool durable)
    : interpreter_(interpreter), config_(std::move(config)), interceptor_(interceptor) {
  if (seed != 0) random_.emplace(seed);
  if (durable) store_.emplace();
  start_node({});
}

Network::Network(Interpreter& interpreter, node::Node& node, std::uint64_t seed)
    : interpreter_(interpreter), interceptor_(nullptr), node_(&node) {
  if (seed != 0) random_.emplace(seed);
}

void Network::start_node(Instant now) {
  own_ = std::make_unique<node::Node>(config_, interceptor_);
  node_ = own_.get();
  if (!store_) return;
  const auto kept = store_->load();
  const auto* records = std::get_if<std::vector<broker::Record>>(&kept);
  // A wrong broker's records may make no sense: then it begins with nothing. Time in a store is
  // wall-clock time; here that is the virtual clock's.
  if (records == nullptr || node_->restore(*records, now, now)) {
    store_.emplace();
    own_ = std::make_unique<node::Node>(config_, interceptor_);
    node_ = own_.get();
    static_cast<void>(node_->restore({}, now, now));
  }
  collect();
}

Wire* Network::find(ConnectionNumber number) {
  for (const auto& wire : wires_) {
    if (wire->number == number) return wire.get();
  }
  return nullptr;
}

void Network::forget_dead() {
  std::erase_if(wires_, [](const auto& wire) { return wire->over; });
}

// --- what the interpreter asks for --------------------------------------------------------------

void Network::take_commands(Instant now) {
  for (;;) {
    commands_.clear();
    interpreter_.take_commands(commands_);
    if (commands_.empty()) return;
    const std::vector<Command> commands = std::move(commands_);
    commands_ = {};
    for (const Command& command : commands) {
      if (const auto* opening = std::get_if<OpenCommand>(&command)) {
        open(*opening, now);
      } else if (const auto* sending = std::get_if<SendCommand>(&command)) {
        send(*sending, now);
      } else if (const auto* closing = std::get_if<CloseCommand>(&command)) {
        close(*closing, now);
      } else if (const auto* reading = std::get_if<ReadingCommand>(&command)) {
        if (Wire* wire = find(reading->connection)) wire->reading = reading->reading;
      } else {
        restart(std::get<BrokerCommand>(command), now);
      }
    }
  }
}

void Network::open(const OpenCommand& command, Instant now) {
  if (command.transport != "tcp" && command.transport != "ws") {
    interpreter_.open_failed(command.connection,
                             "there is no " + command.transport + " in virtual time", now);
    return;
  }
  forget_dead();
  auto wire = std::make_unique<Wire>();
  wire->number = command.connection;
  wire->client = command.client;
  wire->node_id =
      node_->opened("virtual:" + std::to_string(command.connection), command.transport, now);
  wires_.push_back(std::move(wire));
  collect();
  interpreter_.opened(command.connection, now);
}

void Network::send(const SendCommand& command, Instant now) {
  Wire* wire = find(command.connection);
  if (wire == nullptr || wire->over) return;
  Instant ready = std::max(now, wire->last_ready);
  for (std::size_t i = 0; i < command.segments.size(); ++i) {
    if (i > 0) ready += command.pause;
    const bool last = i + 1 == command.segments.size();
    put(*wire, {command.segments[i], ready, last, std::nullopt});
  }
}

void Network::close(const CloseCommand& command, Instant now) {
  Wire* wire = find(command.connection);
  if (wire == nullptr || wire->over) return;
  // Whoever closes does not read any more; a reset also loses what has not left yet.
  if (command.how != CloseCommand::How::half) wire->reading = false;
  if (command.how == CloseCommand::How::reset) wire->to_broker.clear();
  put(*wire, {"", std::max(now, wire->last_ready), false, command.how});
}

void Network::put(Wire& wire, Wire::Outgoing item) {
  item.sequence = ++sequence_;
  wire.last_ready = item.ready;
  wire.to_broker.push_back(std::move(item));
}

void Network::restart(const BrokerCommand& command, Instant now) {
  const bool kill = command.what == BrokerCommand::What::kill;
  if (!kill) {
    node_->shutdown(now);
    collect();
  }
  for (const auto& wire : wires_) {
    wire->known_to_node = false;
    if (!wire->ending) wire->ending = kill ? CloseKind::reset : CloseKind::fin;
  }
  start_node(now);
  restarting_ = true;
}

// --- moving -------------------------------------------------------------------------------------

void Network::collect() {
  if (store_) {
    records_.clear();
    node_->take_records(records_);
    static_cast<void>(store_->commit(records_));  // memory does not fail
    node_->stored();
  }
  outputs_.clear();
  node_->take_output(outputs_);
  for (node::Output& output : outputs_) {
    const auto found = std::find_if(wires_.begin(), wires_.end(), [&](const auto& wire) {
      return wire->known_to_node && wire->node_id == output.connection;
    });
    if (found == wires_.end()) continue;
    (*found)->to_client += output.bytes;
    if (!output.close) continue;
    (*found)->known_to_node = false;
    (*found)->ending = CloseKind::fin;
  }
}

// What a client sends on a new connection does not overtake what it sent on the one before.
bool Network::waits_for_older(const Wire& wire) const {
  return std::any_of(wires_.begin(), wires_.end(), [&](const auto& other) {
    return other->number < wire.number && other->client == wire.client && !other->over &&
           !other->to_broker.empty();
  });
}

// What one client sent may reach the broker before what another sent earlier. But nobody gets an
// answer before the broker has seen what was sent before the question: a whole round trip is longer
// than the delay between two connections.
bool Network::overtook(const Wire& wire, Instant now) const {
  return std::any_of(wires_.begin(), wires_.end(), [&](const auto& other) {
    return other->outgoing_can_move(now) && other->to_broker.front().sequence < wire.arrived;
  });
}

bool Network::move(Instant now) {
  if (node_->next_deadline() <= now) {
    node_->tick(now);
    collect();
    return true;
  }
  std::vector<std::pair<Wire*, bool>> movable;  // and whether inwards
  for (const auto& wire : wires_) {
    if (wire->incoming_can_move() && !overtook(*wire, now)) movable.emplace_back(wire.get(), true);
    if (wire->outgoing_can_move(now) && !waits_for_older(*wire)) {
      movable.emplace_back(wire.get(), false);
    }
    if (!movable.empty() && !random_) break;
  }
  if (movable.empty()) {
    if (!restarting_) return false;
    restarting_ = false;
    interpreter_.broker_ready(now);
    return true;
  }
  const auto [wire, inwards] = movable[random_ ? random_->below(movable.size()) : 0];
  if (inwards) {
    move_in(*wire, now);
  } else {
    move_out(*wire, now);
  }
  return true;
}

std::size_t Network::piece_of(std::size_t size) {
  if (!random_ || size < 2) return size;
  return 1 + random_->below(size);
}

void Network::move_in(Wire& wire, Instant now) {
  if (wire.to_client.empty()) {
    wire.over = true;
    interpreter_.closed(wire.number, *wire.ending, now);
    return;
  }
  const std::size_t size = piece_of(wire.to_client.size());
  const codec::Bytes piece = wire.to_client.substr(0, size);
  wire.to_client.erase(0, size);
  if (wire.known_to_node) {
    node_->drained(wire.node_id, size, now);
    collect();
  }
  interpreter_.bytes(wire.number, piece, now);
}

void Network::move_out(Wire& wire, Instant now) {
  Wire::Outgoing& next = wire.to_broker.front();
  wire.arrived = next.sequence;
  if (next.close) {
    const CloseCommand::How how = *next.close;
    wire.to_broker.pop_front();
    deliver_close(wire, how, now);
    return;
  }
  const std::size_t size = piece_of(next.bytes.size());
  const codec::Bytes piece = next.bytes.substr(0, size);
  next.bytes.erase(0, size);
  const bool handed_over = next.bytes.empty() && next.last_of_send;
  if (next.bytes.empty()) wire.to_broker.pop_front();
  const ConnectionNumber number = wire.number;
  if (wire.known_to_node) {
    node_->received(wire.node_id, piece, now);
    collect();
  }
  if (handed_over) interpreter_.sent(number, now);
}

void Network::deliver_close(Wire& wire, CloseCommand::How how, Instant now) {
  if (wire.known_to_node) {
    wire.known_to_node = false;
    node_->closed(wire.node_id, now);
    collect();
  }
  if (how != CloseCommand::How::half) {
    wire.over = true;
  } else if (!wire.ending) {
    // The broker takes the end of our sending as the end of the connection.
    wire.ending = CloseKind::fin;
  }
}

Instant Network::next_deadline() const {
  Instant earliest = node_->next_deadline();
  for (const auto& wire : wires_) {
    if (!wire->over && !wire->to_broker.empty()) {
      earliest = std::min(earliest, wire->to_broker.front().ready);
    }
  }
  return earliest;
}

}  // namespace mqttspec::executor
