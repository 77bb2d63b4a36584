// What goes into the engine and what comes out of it. The engine has no clock, socket or thread of
// its own: time is an argument, everything else is an event or an action.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::broker {

class AccessList;
struct PasswordRecord;
struct Passwords;

// Time since any fixed moment; only differences count.
using Instant = std::chrono::nanoseconds;
inline constexpr Instant never = Instant::max();

// Given by the node, never used twice.
using ConnectionId = std::uint64_t;

// --- events -------------------------------------------------------------------------------------

struct Opened {
  ConnectionId connection = 0;
  std::string peer;                 // "127.0.0.1:50123", for logs
  std::string transport;            // "tcp", "tls", "ws", "wss", "unix"
  std::string certificate_subject;  // of a verified TLS client certificate, else empty
};
// A packet that decoded without fault. `size` is that of its frame, in bytes.
struct PacketReceived {
  ConnectionId connection = 0;
  codec::Packet packet;
  std::size_t size = 0;
};
// A frame that the codec refused. `type` as in its first byte.
struct Malformed {
  ConnectionId connection = 0;
  codec::PacketType type{};
  codec::DecodeError error;
  // Of a CONNECT: the version that it names or whose layout it has, as far as that can be told.
  std::optional<codec::Version> version = std::nullopt;
};
// The transport is gone (FIN, RST, TLS or WebSocket close), by the peer or by the network.
struct Closed {
  ConnectionId connection = 0;
};
// So many bytes that were handed over for the connection have left.
struct Drained {
  ConnectionId connection = 0;
  std::uint64_t bytes = 0;
};
// The answer of a slow verifier to an Authenticate action.
struct Authenticated {
  ConnectionId connection = 0;
  bool accepted = false;
};
// New passwords and access rules, from now on. Who no longer has the password that it came with is
// told 0x98 and disconnected.
struct AccessChanged {
  std::shared_ptr<const Passwords> passwords;
  std::shared_ptr<const AccessList> access_list;
};
// A deadline has come: see Engine::next_deadline().
struct Tick {};
// The server goes down in order: 5.0 clients are told 0x8B, every connection is closed.
struct Shutdown {};

using Event = std::variant<Opened, PacketReceived, Malformed, Closed, Drained, Authenticated,
                           AccessChanged, Tick, Shutdown>;

// --- actions ------------------------------------------------------------------------------------

// An Application Message, held once however many receive it (section 1.2).
struct Message {
  std::string topic_name;
  std::string payload;
  std::uint8_t qos = 0;
  bool retain = false;
  codec::Properties
      properties;  // those that are forwarded, in order; no expiry, alias, identifiers
  std::optional<Instant> expires;  // absolute; section 3.3.2.3.3
  std::string publisher;           // Client Identifier, for No Local
};

// What differs from one receiver of a message to the next.
struct Delivery {
  std::uint8_t qos = 0;
  bool retain = false;
  bool dup = false;
  std::optional<std::uint16_t> packet_identifier;
  std::vector<std::uint32_t> subscription_identifiers;
  std::optional<std::uint32_t> message_expiry_interval;  // seconds that are left
  std::optional<std::uint16_t> topic_alias;
  bool topic_name_omitted = false;  // the alias alone tells
};

// Send this packet.
struct Send {
  ConnectionId connection = 0;
  codec::Packet packet;
};
// Send a PUBLISH made of the shared message and its own header. Interceptors see it as a Send.
struct Deliver {
  ConnectionId connection = 0;
  std::shared_ptr<const Message> message;
  Delivery delivery;
};
// Close once everything sent before has left.
struct Close {
  ConnectionId connection = 0;
};
// Ask a verifier outside whether these credentials are good: whether the password fits the record
// (see passwords.hpp), or, without one, by its own means.
struct Authenticate {
  ConnectionId connection = 0;
  std::optional<std::string> user_name;
  std::optional<std::string> password;
  std::shared_ptr<const PasswordRecord> record;
};
// One durable change (record.hpp). The records of one turn are one transaction, and nothing that
// the turn sends or closes may leave before they are stored.
struct Record;
struct Store {
  std::shared_ptr<const Record> record;
};

using Action = std::variant<Send, Deliver, Close, Authenticate, Store>;
using Actions = std::vector<Action>;

// The PUBLISH that a Deliver stands for.
[[nodiscard]] codec::Publish to_publish(const Message& message, const Delivery& delivery);

}  // namespace mqttspec::broker
