// The virtual network: one wire per connection, with what is on its way in both directions. Within
// a connection order is kept; between connections a seeded run may choose any.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/virtual/random.hpp"
#include "reference/node/node.hpp"

namespace mqttspec::executor {

struct Wire {
  ConnectionNumber number = 0;
  node::ConnectionId node_id = 0;
  std::string client;

  // From the client: pieces of a send, and how it ended.
  struct Outgoing {
    codec::Bytes bytes;
    Instant ready{};  // not before
    bool last_of_send = false;
    std::optional<CloseCommand::How> close;
    std::uint64_t sequence = 0;  // over all wires
  };
  std::deque<Outgoing> to_broker;
  std::uint64_t arrived = 0;  // sequence of what the broker got last
  Instant last_ready{};       // of what was put in last

  // From the broker: bytes, then perhaps the end.
  codec::Bytes to_client;
  std::optional<CloseKind> ending;

  bool reading = true;
  bool known_to_node = true;  // the node has not closed it, nor been told that it is closed
  bool over = false;          // nothing passes any more

  [[nodiscard]] bool incoming_can_move() const {
    return !over && reading && (!to_client.empty() || ending);
  }
  [[nodiscard]] bool outgoing_can_move(Instant now) const {
    return !over && !to_broker.empty() && to_broker.front().ready <= now;
  }
};

}  // namespace mqttspec::executor
