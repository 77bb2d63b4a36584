// Engine + codec for a set of connections, sans-IO: bytes in, bytes out. What a server's socket
// loop, the virtual driver and the fuzzers all drive.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/broker/engine.hpp"
#include "reference/node/interceptor.hpp"

namespace mqttspec::node {

// What has to be done for one connection. `bytes` go out first, then, if `close` is set, the
// transport is closed (the node has already forgotten the connection).
struct Output {
  ConnectionId connection = 0;
  codec::Bytes bytes;
  bool close = false;
};

class Node {
 public:
  // `interceptor` may be null and must outlive the node.
  explicit Node(broker::Config config, Interceptor* interceptor = nullptr);
  ~Node();

  // A transport was accepted; the id names it from now on.
  ConnectionId opened(std::string peer, std::string transport, Instant now);
  void received(ConnectionId connection, codec::BytesView bytes, Instant now);
  // The transport is gone or its peer has shut down its sending side, which is the end as well: the
  // caller closes the transport once it has taken the output.
  void closed(ConnectionId connection, Instant now);
  // `bytes` of what take_output() gave have left.
  void drained(ConnectionId connection, std::uint64_t bytes, Instant now);
  // Deadlines at or before `now` are handled.
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // Orderly shutdown of the broker (5.0 clients are told 0x8B).
  void shutdown(Instant now);

  // Everything that has to go out since the last call: one entry per connection, in the order in
  // which the connections first had something. The vector is reused: swap or clear it.
  void take_output(std::vector<Output>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::node
