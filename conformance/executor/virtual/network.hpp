// Moves bytes between an interpreter and a node until nothing moves any more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "conformance/executor/virtual/wire.hpp"
#include "reference/store/memory_store.hpp"

namespace mqttspec::executor {

class Network {
 public:
  // `seed` 0: everything as it comes, whole. Else pieces and order are chosen by chance. `durable`:
  // the broker keeps a store, out of which it comes back when it is restarted.
  Network(Interpreter& interpreter, broker::Config config, node::Interceptor* interceptor,
          std::uint64_t seed, bool durable);
  // Of a node that there is already, and that outlives the network. It cannot be restarted.
  Network(Interpreter& interpreter, node::Node& node, std::uint64_t seed);

  // Does what the interpreter has asked for since the last call.
  void take_commands(Instant now);
  // Moves one thing, or handles what is due in the node; false: nothing moves.
  [[nodiscard]] bool move(Instant now);
  // When something moves by itself: the node's deadlines, pauses between segments.
  [[nodiscard]] Instant next_deadline() const;

 private:
  void open(const OpenCommand& command, Instant now);
  void send(const SendCommand& command, Instant now);
  void close(const CloseCommand& command, Instant now);
  void restart(const BrokerCommand& command, Instant now);
  void start_node(Instant now);
  void collect();
  void move_in(Wire& wire, Instant now);
  void move_out(Wire& wire, Instant now);
  void deliver_close(Wire& wire, CloseCommand::How how, Instant now);
  [[nodiscard]] std::size_t piece_of(std::size_t size);
  void put(Wire& wire, Wire::Outgoing item);
  [[nodiscard]] bool waits_for_older(const Wire& wire) const;
  [[nodiscard]] bool overtook(const Wire& wire, Instant now) const;
  [[nodiscard]] Wire* find(ConnectionNumber number);
  void forget_dead();

  Interpreter& interpreter_;
  broker::Config config_;
  node::Interceptor* interceptor_;
  std::optional<Random> random_;
  std::optional<store::MemoryStore> store_;
  std::vector<broker::RecordPointer> records_;
  std::unique_ptr<node::Node> own_;
  node::Node* node_ = nullptr;
  std::vector<std::unique_ptr<Wire>> wires_;  // by number
  std::vector<Command> commands_;
  std::vector<node::Output> outputs_;
  std::uint64_t sequence_ = 0;  // of what clients send
  bool restarting_ = false;
};

}  // namespace mqttspec::executor
