// Engine + codec for a set of connections, sans-IO: bytes in, bytes out. What a server's socket
// loop, the virtual driver and the fuzzers all drive.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/broker/engine.hpp"
#include "reference/node/interceptor.hpp"
#include "reference/node/websocket_rules.hpp"

namespace mqttspec::node {

// What has to be done for one connection. `bytes` go out first, then, if `close` is set, the
// transport is closed (the node has already forgotten the connection).
struct Output {
  ConnectionId connection = 0;
  codec::Bytes bytes;
  bool close = false;
};

// What is known of a connection besides its peer and transport.
struct Arrival {
  std::string certificate_subject;                    // of a verified client certificate, else ""
  std::shared_ptr<const WebSocketRules> websocket{};  // null: the default rules
};

class Node {
 public:
  // `interceptor` may be null and must outlive the node.
  explicit Node(broker::Config config, Interceptor* interceptor = nullptr);
  ~Node();

  // Durable sessions. Goes on from what a store has kept, before anything else: see
  // Engine::restore(). From then on take_output() gives nothing while there are records that are
  // not stored; take_records() gives those that are new, and stored() tells that all that were
  // taken are durable, all of them or, after a crash, none.
  [[nodiscard]] std::optional<std::string> restore(const std::vector<broker::Record>& records,
                                                   broker::WallClock wall_clock, Instant now);
  // Appends them, in order.
  void take_records(std::vector<broker::RecordPointer>& out);
  void stored();

  // A transport was accepted; the id names it from now on. With "ws" and "wss" its bytes are those
  // of a WebSocket, from the HTTP request on; with any other name they are MQTT's.
  ConnectionId opened(std::string peer, std::string transport, Instant now, Arrival arrival = {});
  void received(ConnectionId connection, codec::BytesView bytes, Instant now);
  // The transport is gone or its peer has shut down its sending side, which is the end as well: the
  // caller closes the transport once it has taken the output.
  void closed(ConnectionId connection, Instant now);
  // `bytes` of what take_output() gave have left. Has to be told: what waits for a client goes out
  // only as it reads, and may be the node's next output.
  void drained(ConnectionId connection, std::uint64_t bytes, Instant now);
  // Deadlines at or before `now` are handled.
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // Orderly shutdown of the broker (5.0 clients are told 0x8B).
  void shutdown(Instant now);

  // Passwords and access rules that hold from now on.
  void change_access(broker::AccessChanged access, Instant now);
  // What a verifier outside has to answer since the last call, by authenticated(). Questions of
  // connections that have ended meanwhile need no answer. The vector is reused, as below.
  void take_questions(std::vector<broker::Authenticate>& out);
  void authenticated(ConnectionId connection, bool accepted, Instant now);

  // Everything that has to go out since the last call, if all that caused it is stored: one entry
  // per connection, in the order in which the connections first had something. The vector is
  // reused: swap or clear it.
  void take_output(std::vector<Output>& out);
  // Something has come up since that take_output() would give, now or when it is stored.
  [[nodiscard]] bool has_output() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqttspec::node
