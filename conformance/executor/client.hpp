// A client of a script: what it is, its connection, and what came in and was not yet looked at.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/executor/interpreter.hpp"
#include "conformance/executor/websocket.hpp"
#include "conformance/scenario/matcher.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "reference/codec/frame_reader.hpp"

namespace mqttspec::executor {

// Number of a send on its connection, counted up from 1; 0 stands for one that is over already.
using Ticket = std::uint64_t;

// Whether the script sends something or we do so by ourselves. The answer to a PINGREQ of our own
// (a barrier's) never reaches the script.
enum class Origin : std::uint8_t { script, own };

// An acknowledgement that we owe the broker.
struct Owed {
  codec::PacketType type{};  // PUBACK, PUBREC or PUBCOMP
  std::uint16_t packet_identifier = 0;
};

// What outlives a connection and has to be cleared away at the end, as its CONNECT said.
struct ConnectFacts {
  std::string client_identifier;
  bool clean_start = true;
  bool session_may_remain = false;
  std::uint16_t keep_alive = 0;
  std::string retained_will;  // topic of a Will that would be retained, or empty
};

struct Connection {
  explicit Connection(ConnectionNumber its_number, codec::Version its_version)
      : number(its_number), version(its_version) {}

  ConnectionNumber number = 0;
  codec::Version version;
  enum class State : std::uint8_t { opening, open, refused, closed } state = State::opening;
  bool closed_by_us = false;
  bool half_closed = false;
  bool reading = true;
  bool automatic_acks = true;

  // Inwards.
  std::unique_ptr<WebSocket> websocket;  // if the transport is one
  std::string frame_in;                  // kind of the WebSocket frame that is being read
  codec::FrameReader in;
  bool unreadable = false;  // no frame can be made of what comes
  std::map<std::uint16_t, std::string> aliases_in;
  std::optional<scenario::Received> farewell;  // last DISCONNECT or refusing CONNACK
  std::deque<Owed> owed;

  // Outwards.
  codec::FrameReader out;  // our own bytes, to know whole packets from halves
  std::map<std::uint16_t, std::string> aliases_out;
  std::optional<ConnectFacts> connect;  // of the first CONNECT sent
  bool in_session = false;              // CONNACK 0x00 has come
  bool illegal_sent = false;            // our side's rules cannot be judged any more
  Ticket sends_begun = 0;
  Ticket sends_done = 0;
  std::deque<Origin> pings;  // not answered yet
  std::uint64_t pings_sent = 0;
  std::uint64_t pings_answered = 0;
  Duration ping_every{};  // half a Server Keep Alive; 0: the server asks for none
  Instant next_ping{};

  [[nodiscard]] bool open() const { return state == State::open; }
  [[nodiscard]] bool gone() const { return state == State::closed || state == State::refused; }
  [[nodiscard]] bool done(Ticket ticket) const { return gone() || sends_done >= ticket; }
  // Whole packets have been sent, so that another may follow.
  [[nodiscard]] bool between_packets() const { return out.buffered() == 0; }
};

struct Client {
  std::string name;
  const scenario::ClientDefinition* definition = nullptr;  // none: the epilogue's own client
  codec::Version version = codec::Version::v5_0;
  std::string transport;
  std::vector<std::string> subprotocols = {"mqtt"};  // offered, if it is a WebSocket
  std::string query;
  bool automatic_acks = true;  // at the start of each connection
  std::optional<Connection> connection;
  std::deque<scenario::Received> inbox;
  std::uint16_t next_packet_identifier = 10'001;

  [[nodiscard]] bool connected() const { return connection && connection->open(); }
  // Nothing more can come until a new connection is made.
  [[nodiscard]] bool deaf() const { return !connection || connection->gone(); }
  std::uint16_t take_packet_identifier() {
    const std::uint16_t taken = next_packet_identifier;
    next_packet_identifier = taken == 65'535 ? 10'001 : static_cast<std::uint16_t>(taken + 1);
    return taken;
  }
};

}  // namespace mqttspec::executor
