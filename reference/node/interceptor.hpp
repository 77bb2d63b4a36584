// The node's only seam for mutants, variants and fault injection. Every hook passes through by
// default; the reference runs without any interceptor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/node/websocket_frame.hpp"

namespace mqttspec::node {

using broker::Actions;
using broker::ConnectionId;
using broker::Instant;

// What a hook may know and do besides editing its argument. Valid during the call only.
class Context {
 public:
  virtual ~Context() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // Version of the connection's CONNECT; 3.1.1 before it.
  [[nodiscard]] virtual codec::Version version(ConnectionId connection) const = 0;
  // Client Identifier that the connection asked for ("" before CONNECT).
  [[nodiscard]] virtual std::string client_identifier(ConnectionId connection) const = 0;
  [[nodiscard]] virtual std::vector<ConnectionId> connections() const = 0;
  // Handled after the hook returns, without passing the hooks again.
  virtual void send(ConnectionId connection, codec::Packet packet) = 0;
  virtual void send_bytes(ConnectionId connection, codec::Bytes bytes) = 0;
  virtual void receive(ConnectionId connection,
                       codec::Packet packet) = 0;   // as if the client sent it
  virtual void close(ConnectionId connection) = 0;  // as if the engine had closed it
  virtual void lose(ConnectionId connection) = 0;   // as if the network had failed
};

class Interceptor {
 public:
  virtual ~Interceptor() = default;

  // Bytes as the transport gave them; may be changed, cut or emptied.
  virtual void on_bytes_in(ConnectionId, codec::Bytes&, Context&) {}

  // The codec refused a frame. `ignore` drops the frame as if it had not come; `tolerate` decodes
  // it again with `tolerated` let through (and reports what is still wrong).
  enum class OnError : std::uint8_t { report, ignore, tolerate };
  virtual OnError on_decode_error(ConnectionId, codec::BytesView /*frame*/,
                                  const codec::DecodeError&, codec::RuleSet& /*tolerated*/,
                                  Context&) {
    return OnError::report;
  }

  // A packet on its way to the engine, alone in the list. May be changed, removed, multiplied.
  virtual void on_packet_in(ConnectionId, std::vector<codec::Packet>&, Context&) {}

  // An action of the engine, alone in the list (a Deliver comes as a Send of its PUBLISH). May be
  // changed, removed, multiplied, joined by others.
  virtual void on_action(Actions&, Context&) {}

  // The bytes of one packet on their way out; may be changed, cut or emptied.
  virtual void on_bytes_out(ConnectionId, codec::Bytes&, Context&) {}

  // WebSocket only (chapter 6). The answer to the upgrade on its way out, as text.
  virtual void on_upgrade_out(ConnectionId, codec::Bytes& /*response*/, Context&) {}
  // A frame as the client sent it, its mask taken off, before anything is judged; data frames come
  // whole. Their payload goes on to on_bytes_in.
  virtual void on_frame_in(ConnectionId, WebSocketFrame&, Context&) {}
  // A frame on its way out, alone in the list: what was sent in one turn, a pong, or the close
  // frame behind which the connection ends. May be changed, removed, multiplied.
  virtual void on_frame_out(ConnectionId, std::vector<WebSocketFrame>&, Context&) {}

  // A connection came or went (for interceptors that keep state per connection).
  virtual void on_opened(ConnectionId, Context&) {}
  virtual void on_closed(ConnectionId, Context&) {}

  // A deadline of the interceptor's own; on_deadline is called when it has come.
  [[nodiscard]] virtual Instant next_deadline() const { return broker::never; }
  virtual void on_deadline(Context&) {}
};

}  // namespace mqttspec::node
