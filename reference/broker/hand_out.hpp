// Retained messages that a new subscription is owed (section 3.3.1.3). They are not put in line one
// by one: a single SUBSCRIBE may ask for millions. A place in the line waits instead, and what the
// filter matches is taken out of the store as the client takes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "reference/broker/subscriptions.hpp"

namespace mqttspec::broker {

struct HandOut {
  std::string topic_filter;
  SubscriptionOptions options;
  // Those of QoS 0 wait in a line of their own: nothing but the client's reading holds them up.
  bool of_qos0 = false;
  // What is set later is routed to the subscription like any message, behind this.
  std::uint64_t until = 0;     // Retained::last_number() when it was asked for
  std::string after = {};      // the topic that was handed out last; "": none yet
  bool cancelled = false;      // the client has unsubscribed, or asked anew
  std::uint64_t position = 0;  // of its record in the stored queue; 0: it has none
};

// The places in one line.
struct HandOutLine {
  std::map<std::string, std::shared_ptr<HandOut>, std::less<>> open;  // by Topic Filter
  std::size_t cancelled = 0;                                          // that are still in the line
  [[nodiscard]] std::size_t places() const { return open.size() + cancelled; }
};

}  // namespace mqttspec::broker
