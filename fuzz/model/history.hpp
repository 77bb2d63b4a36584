// What has happened, as far as the model has to know it: messages with the span in which a broker
// may have routed them, subscriptions with the span in which they may have held. Where the standard
// leaves open when something takes effect, the span is all that is known.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::fuzz {

using Instant = std::chrono::nanoseconds;
// Place of an event in the order of all events.
using Moment = std::uint64_t;
inline constexpr Moment not_yet = UINT64_MAX;

// What a broker is given: how long it may take for what it owes at once, and how coarse its clock
// may be where the standard names a time.
struct Tolerance {
  Instant patience{};
  Instant coarseness = std::chrono::seconds(1);
};

// An Application Message or a Will Message.
struct Message {
  std::string topic;
  std::string payload;
  std::uint8_t qos = 0;
  bool retain = false;
  bool will = false;
  bool certain = false;  // taken for certain; else its publisher or its acknowledgement leave doubt
  std::string publisher;          // Client Identifier
  codec::Properties properties;   // as published
  std::optional<Instant> expiry;  // Message Expiry Interval
  Instant published{};
  // Routed somewhere in between; a Will that waits has no beginning yet.
  Moment from = not_yet;
  Moment to = not_yet;
  std::size_t times = 1;  // that it was sent: a QoS 1 message that is repeated may arrive again
  std::size_t size = 0;   // of its packet, in bytes, generously
};
using MessageNumber = std::size_t;

struct Subscription {
  std::string topic_filter;  // as in SUBSCRIBE
  std::string filter;        // what is matched: without "$share/{name}/"
  bool shared = false;
  std::uint8_t qos = 0;  // asked for until the SUBACK is there, then granted
  bool no_local = false;
  bool retain_as_published = false;
  std::optional<std::uint32_t> identifier;
  Moment from = 0;            // SUBSCRIBE was sent
  Moment certain = not_yet;   // SUBACK came
  Moment doubtful = not_yet;  // something was sent that ends or replaces it
  Moment to = not_yet;        // that was acknowledged
};

// May the subscription have held at some time in which the message may have been routed?
[[nodiscard]] inline bool may_meet(const Subscription& subscription, const Message& message) {
  return subscription.from <= message.to && subscription.to >= message.from;
}
// Did it hold for certain all that time?
[[nodiscard]] inline bool must_meet(const Subscription& subscription, const Message& message) {
  return subscription.certain <= message.from && subscription.doubtful > message.to;
}

// May a copy that comes by this subscription have this QoS? What was granted is known by SUBACK
// only.
[[nodiscard]] inline bool fits(const Subscription& subscription, const Message& message,
                               std::uint8_t qos) {
  const auto most = std::min(subscription.qos, message.qos);
  return subscription.certain == not_yet ? qos <= most : qos == most;
}
[[nodiscard]] inline std::uint8_t delivery_qos(const Subscription& subscription,
                                               const Message& message) {
  return std::min(subscription.qos, message.qos);
}

}  // namespace mqttspec::fuzz
