// What a broker has to keep so that nothing acknowledged is lost when it ends: one record per
// durable change. A record replaces what was stored under the same key, or erases it, so that a
// store holds the state, not its history; applied twice it changes nothing.
//
// Times are wall-clock times, since an Instant means nothing to the next process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/broker/events.hpp"
#include "reference/broker/subscriptions.hpp"

namespace mqttspec::broker {

// Time since 1970-01-01 00:00 UTC.
using WallClock = std::chrono::nanoseconds;

// A session but for what hangs on it below. One with Expiry Interval 0 is kept for its Will, or for
// messages of a Shared Subscription that others have to get when it is gone.
struct SessionRecord {
  std::uint64_t session = 0;  // its number
  std::string client_identifier;
  std::uint32_t expiry_interval = 0;     // seconds
  std::optional<WallClock> expires;      // the client is absent
  std::optional<codec::Will> will;       // waits for the end of the connection, or its delay
  std::optional<WallClock> will_due;     // the delay runs
  std::optional<std::string> user_name;  // to whom it belongs, if that was verified
};
// With all that hangs on it.
struct SessionErased {
  std::uint64_t session = 0;
};

struct SubscriptionRecord {
  std::uint64_t session = 0;
  std::string topic_filter;
  SubscriptionOptions options;
  bool share_filters = false;  // made by a client to whom "$share/" means a Shared Subscription
};
struct SubscriptionErased {
  std::uint64_t session = 0;
  std::string topic_filter;
};

// An Application Message, stored once; the records below name its number.
struct MessageRecord {
  std::uint64_t message = 0;
  std::shared_ptr<const Message> content;  // its `expires` means nothing
  std::optional<WallClock> expires;
};
struct MessageErased {
  std::uint64_t message = 0;
};

// What is the same in a queued message and in one that was sent.
struct StoredDelivery {
  std::uint64_t message = 0;  // 0: not needed any more (QoS 2 after PUBREC)
  std::uint8_t qos = 0;
  bool retain = false;
  std::vector<std::uint32_t> subscription_identifiers;
  std::string shared_filter;  // of the Shared Subscription that chose the session, or empty
};
// Retained messages that a subscription is still owed (hand_out.hpp).
struct StoredHandOut {
  std::string topic_filter;
  bool no_local = false;
  std::optional<std::uint32_t> identifier;
  std::string after;  // the topic that was handed out last, or empty
};
// Waits to be sent; in the order of positions.
struct QueuedRecord {
  std::uint64_t session = 0;
  std::uint64_t position = 0;
  StoredDelivery delivery;
  std::optional<StoredHandOut> hand_out{};  // instead of a message
};
struct QueuedErased {
  std::uint64_t session = 0;
  std::uint64_t position = 0;
};
// Was sent under this Packet Identifier and is not completely acknowledged.
struct ExchangeRecord {
  std::uint64_t session = 0;
  std::uint16_t packet_identifier = 0;
  std::uint64_t order = 0;
  bool released = false;  // PUBREL was sent
  StoredDelivery delivery;
};
struct ExchangeErased {
  std::uint64_t session = 0;
  std::uint16_t packet_identifier = 0;
};

// A QoS 2 message of the client that waits for its PUBREL.
struct IncomingRecord {
  std::uint64_t session = 0;
  std::uint16_t packet_identifier = 0;
  std::uint64_t message = 0;  // 0: was forwarded already
};
struct IncomingErased {
  std::uint64_t session = 0;
  std::uint16_t packet_identifier = 0;
};

struct RetainedRecord {
  std::string topic_name;
  std::uint64_t message = 0;
};
struct RetainedErased {
  std::string topic_name;
};

struct Record {
  using Change =
      std::variant<SessionRecord, SessionErased, SubscriptionRecord, SubscriptionErased,
                   MessageRecord, MessageErased, QueuedRecord, QueuedErased, ExchangeRecord,
                   ExchangeErased, IncomingRecord, IncomingErased, RetainedRecord, RetainedErased>;
  Change change;
};
using RecordPointer = std::shared_ptr<const Record>;

}  // namespace mqttspec::broker
