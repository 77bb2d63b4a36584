// What the model knows of one Client Identifier: its session, its subscriptions, what is open in
// both directions and what has arrived.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fuzz/model/history.hpp"
#include "reference/broker/events.hpp"

namespace mqttspec::fuzz {

enum class Belief : std::uint8_t { no, perhaps, yes };

// A PUBLISH from the broker whose exchange is not over.
struct OpenDelivery {
  MessageNumber message = 0;
  std::uint8_t qos = 0;
  bool received = false;  // we sent PUBREC
  std::string group;      // it counts for this Shared Subscription; "" for none
};

struct Arrival {
  MessageNumber message = 0;
  Moment at = 0;
  std::uint8_t qos = 0;
  bool retain = false;
  std::vector<std::uint32_t> identifiers;
};

// How often a message has come, and how often it may come because of SUBSCRIBE packets that ask for
// what is retained.
struct Tally {
  // Of each copy: the filters of the subscriptions that it may have come by.
  std::vector<std::vector<std::string>> copies;
  std::size_t retained = 0;
  std::size_t retained_allowed = 0;
};

struct SessionBook {
  std::string client_identifier;
  std::uint64_t generation = 0;  // counts sessions under this identifier
  bool begun = false;
  bool doubtful = false;  // its client broke rules: little is certain of it
  codec::Version version = codec::Version::v5_0;
  std::optional<broker::ConnectionId> link;
  std::optional<Instant> ends;  // after its connection has gone; nothing: not at all
  bool ended_with_link = false;

  std::vector<Subscription> subscriptions;
  std::map<std::uint16_t, OpenDelivery> from_broker;
  std::map<std::uint16_t, MessageNumber> from_client;  // QoS 1 and 2, not acknowledged to the end
  std::set<std::uint16_t> released;                    // of these: PUBREL was sent
  std::map<MessageNumber, Tally> tallies;
  std::vector<Arrival> arrivals;
  // Packet Identifiers of what has to be repeated since the session was resumed.
  std::map<std::uint16_t, OpenDelivery> to_repeat;

  // Is there a session that a CONNECT without Clean Start finds?
  [[nodiscard]] Belief exists(Instant now, codec::Version asking, Instant coarseness) const;
  // It exists for certain, connected or not.
  [[nodiscard]] bool is_there(Instant now, Instant coarseness) const;
  void begin();

  // Those that hold for certain, or may hold, at present.
  [[nodiscard]] Belief holds(const std::string& topic_filter) const;
  // The subscriptions under this filter that are not over.
  template <class Function>
  void each_under(const std::string& topic_filter, Function function) {
    for (auto& each : subscriptions) {
      if (each.topic_filter == topic_filter && each.to == not_yet) function(each);
    }
  }
  [[nodiscard]] bool has_arrived(MessageNumber message, Moment after, std::uint8_t qos,
                                 bool as_retained) const;
};

}  // namespace mqttspec::fuzz
