// What a node keeps: the engine, one link per connection, and what waits to go out.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "reference/codec/frame_reader.hpp"
#include "reference/node/form_cache.hpp"
#include "reference/node/node.hpp"
#include "reference/node/websocket.hpp"

namespace mqttspec::node {

// A connection as the node sees it: bytes on one side, packets on the other. Where there is a
// WebSocket it stands between the two.
struct Link {
  ConnectionId id = 0;
  codec::FrameReader reader;
  bool named = false;                                // CONNECT was read
  codec::Version spoken = codec::Version::v3_1_1;    // by the client: how its frames are decoded
  codec::Version answered = codec::Version::v3_1_1;  // by the engine: how packets are encoded
  std::string client_identifier;
  std::unique_ptr<WebSocket> websocket;  // null: none
  std::size_t output = 0;                // its place in `outputs`, counted from 1; 0: none yet
};

// What an interceptor asked for; done after its hook has returned.
struct SendPacket {
  ConnectionId connection;
  codec::Packet packet;
};
struct SendBytes {
  ConnectionId connection;
  codec::Bytes bytes;
};
struct Receive {
  ConnectionId connection;
  codec::Packet packet;
};
struct CloseLink {
  ConnectionId connection;
};
struct LoseLink {
  ConnectionId connection;
};
using Command = std::variant<SendPacket, SendBytes, Receive, CloseLink, LoseLink>;

struct Node::Impl final : Context {
  Impl(broker::Config config, Interceptor* hooks);

  // When the interceptor wants to be called, as far as it is still believed.
  [[nodiscard]] Instant interceptor_deadline() const;
  void call_deadline();

  // --- inbound.cpp ---
  // MQTT bytes, out of their frames.
  void take_bytes(ConnectionId connection, codec::BytesView bytes);
  void take_frame(ConnectionId connection, codec::BytesView frame);
  void take_packet(ConnectionId connection, codec::Packet&& packet, std::size_t size);
  void report(ConnectionId connection, codec::BytesView frame, const codec::DecodeError& error);
  void feed(broker::Event&& event);

  // --- outbound.cpp ---
  void handle_actions();
  // The client is accepted: from now on it may send larger packets.
  void note_acceptance(const broker::Action& action);
  void perform(broker::Action& action);
  void send_packet(ConnectionId connection, const codec::Packet& packet);
  void append(Link& link, codec::BytesView bytes);
  Output& output_of(Link& link);
  // Where the next MQTT bytes for the connection go.
  codec::Bytes& mqtt_output(Link& link);
  void close_link(ConnectionId connection);

  // --- websocket_link.cpp ---
  void take_websocket_bytes(ConnectionId connection, codec::BytesView bytes);
  void take_upgrade(ConnectionId connection, UpgradeAnswer answer);
  void take_part(ConnectionId connection, WebSocketPart part);
  // Puts the MQTT bytes that wait into frames.
  void frame_output(Link& link);
  void frame_all_output();
  void send_frame(Link& link, WebSocketFrame frame);
  // Sends the last frame and ends the connection, which the engine has not asked for.
  void end_websocket(Link& link, WebSocketFrame frame);
  // The last words of a connection that we close.
  void say_goodbye(Link& link);
  // The connection ends without the engine having asked for it.
  void end_link(ConnectionId connection);

  // --- commands of the interceptor ---
  void run_commands();
  void run(Command& command);

  // --- Context ---
  [[nodiscard]] Instant now() const override { return time; }
  [[nodiscard]] codec::Version version(ConnectionId connection) const override;
  [[nodiscard]] std::string client_identifier(ConnectionId connection) const override;
  [[nodiscard]] std::vector<ConnectionId> connections() const override;
  void send(ConnectionId connection, codec::Packet packet) override {
    commands.emplace_back(SendPacket{connection, std::move(packet)});
  }
  void send_bytes(ConnectionId connection, codec::Bytes bytes) override {
    commands.emplace_back(SendBytes{connection, std::move(bytes)});
  }
  void receive(ConnectionId connection, codec::Packet packet) override {
    commands.emplace_back(Receive{connection, std::move(packet)});
  }
  void close(ConnectionId connection) override { commands.emplace_back(CloseLink{connection}); }
  void lose(ConnectionId connection) override { commands.emplace_back(LoseLink{connection}); }

  [[nodiscard]] Link* find(ConnectionId connection);
  [[nodiscard]] const Link* find(ConnectionId connection) const;
  // Calls a hook if there is an interceptor, then does what it asked for.
  template <typename Hook>
  void intercept(Hook hook) {
    if (interceptor == nullptr) return;
    hook(*interceptor);
    run_commands();
  }

  broker::Engine engine;
  Interceptor* interceptor;
  Instant time{0};
  Instant not_before{0};            // see call_deadline()
  std::uint32_t calls_at_once = 0;  // of the interceptor, since its deadline moved on
  ConnectionId last_connection = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Link>> links;
  broker::Actions fresh;               // what the engine has just asked for
  std::deque<broker::Action> pending;  // not yet performed, in order
  bool performing = false;
  std::deque<Command> commands;
  std::vector<Output> outputs;
  std::vector<broker::RecordPointer> records;  // to be stored, not yet taken
  bool storing = false;                        // some were taken and are not known to be durable
  bool has_websockets = false;                 // or had
  bool going_down = false;                     // shutdown() was called
  std::vector<broker::Authenticate> questions;
  FormCache forms;
};

}  // namespace mqttspec::node
