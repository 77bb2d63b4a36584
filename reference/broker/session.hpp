// Session State (section 4.1): what the server keeps for a Client Identifier, connected or not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/broker/fifo.hpp"
#include "reference/broker/hand_out.hpp"
#include "reference/broker/subscriptions.hpp"

namespace mqttspec::broker {

class AccessRights;
struct Connection;

// 0xFFFFFFFF as Session Expiry Interval: the session does not end by itself (section 3.1.2.11.2).
inline constexpr std::uint32_t never_expires = 0xFFFF'FFFF;

// A message on its way to this session's client, or a place in the line for retained messages.
struct Outgoing {
  std::shared_ptr<const Message> message;  // null: see `hand_out`
  Delivery delivery;
  // The Shared Subscription that chose this session; nullptr for a plain one.
  std::shared_ptr<const std::string> shared_filter;
  std::uint64_t position = 0;           // of its record in the stored queue; 0: it has none
  std::shared_ptr<HandOut> hand_out{};  // null: see `message`
};

// The lines in which retained messages are handed out.
struct HandOuts {
  HandOutLine acknowledged;  // QoS 1 and 2: places in Session::queue
  HandOutLine qos0;          // places in `waiting`
  // What is QoS 0, since nothing of it overtakes what is handed out.
  Fifo<Outgoing> waiting;
  std::size_t waiting_bytes = 0;  // of messages in it
};

// A QoS 1 or 2 message that was sent and is not completely acknowledged.
struct Exchange {
  Outgoing outgoing;
  bool released = false;    // QoS 2: PUBREC came, PUBREL was sent
  bool counted = false;     // takes a place of this connection's Receive Maximum
  std::uint64_t order = 0;  // of PUBLISH, or of PUBREL once that was sent
};

// A QoS 2 message that came from the client and waits for its PUBREL.
struct Incoming {
  ConnectionId counted_on = 0;             // the connection whose Receive Maximum it takes
  std::shared_ptr<const Message> message;  // only if it is to be forwarded on PUBREL
};

struct Session {
  std::uint64_t number = 0;  // of the server's, never used twice; orders sessions
  std::string client_identifier;
  // Of the client that connected last: its user, if that was verified, and what it may do; nullptr:
  // everything.
  std::optional<std::string> user_name;
  std::shared_ptr<const AccessRights> rights;
  Connection* connection = nullptr;   // nullptr: the client is absent
  std::uint32_t expiry_interval = 0;  // seconds
  std::optional<Instant> expires;     // set while the client is absent

  std::map<std::string, SubscriptionOptions, std::less<>> subscriptions;

  std::optional<codec::Will> will;
  std::optional<Instant> will_due;  // set while a Will Delay runs

  std::unordered_map<std::uint16_t, Exchange> exchanges;  // by Packet Identifier
  Fifo<std::uint16_t> to_resend;        // of `exchanges`, not yet repeated on this connection
  Fifo<Outgoing> queue;                 // not yet sent
  std::unique_ptr<HandOuts> hand_outs;  // null: nothing is handed out
  std::unordered_map<std::uint16_t, Incoming> incoming;

  std::uint16_t last_identifier = 0;
  std::uint64_t last_order = 0;
  std::optional<std::uint64_t> retry_until;  // order of the last exchange that retry() repeats
  std::uint64_t routed = 0;  // the last message routed here, to merge overlapping subscriptions
  std::size_t routed_slot = 0;

  // Durable sessions (journal.hpp).
  bool durable = false;   // was made to outlive its connection
  bool recorded = false;  // a store knows it
  std::uint64_t last_position = 0;
};

// A Packet Identifier that is neither zero nor in use; nothing if all 65,535 are.
[[nodiscard]] std::optional<std::uint16_t> take_identifier(Session& session);

// Packet Identifiers of the exchanges in the order in which their packets went out.
[[nodiscard]] std::vector<std::uint16_t> exchanges_in_order(const Session& session, bool released);

}  // namespace mqttspec::broker
