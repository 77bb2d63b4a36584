// What monitors remember of connections and sessions. Everything is seen from our side of the wire.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "reference/codec/codec.hpp"

namespace mqttspec::monitor {

// A filter that the session has subscribed to at some time. Messages may have been queued under
// earlier options, so the most that was ever granted counts.
struct SubscriptionMemory {
  std::string filter;        // as subscribed, "$share/..." included
  std::uint8_t qos_max = 0;  // highest QoS granted, or asked for while the SUBACK is still out
  bool always_no_local = true;
  std::set<std::uint32_t> identifiers;
};

// A PUBLISH of QoS 1 or 2 on its way, in either direction.
struct Exchange {
  std::uint8_t qos = 1;
  std::string topic_name;
  std::string payload;
  bool received = false;         // QoS 2: PUBREC has passed
  std::uint32_t connection = 0;  // where it was last sent
};

struct Request {
  codec::PacketType type{};
  std::vector<codec::Subscription> subscriptions;
  std::optional<std::uint32_t> identifier;  // Subscription Identifier
  // What was remembered of each filter before, to be restored or raised when the answer comes.
  std::vector<std::optional<SubscriptionMemory>> before;
};

// Lives as long as the server may keep it; shared by the connections of one Client Identifier.
struct Session {
  std::string client_identifier;
  std::map<std::string, SubscriptionMemory> subscriptions;
  std::map<std::uint16_t, Exchange> from_server;
  std::map<std::uint16_t, Exchange> from_us;
  // Identifiers that we acknowledged on a connection that has ended: the server may not know.
  std::set<std::uint16_t> doubtful;
  bool seen_from_its_start = true;
  std::uint32_t began_on = 0;  // the connection on which the session began
  // (publisher, topic, published QoS, delivered QoS) -> place of the latest message delivered
  std::map<std::tuple<std::string, std::string, int, int>, std::uint64_t> latest;
};

struct Connection {
  std::uint32_t number = 0;
  codec::Version version = codec::Version::v3_1_1;
  bool connect_sent = false;
  bool connack_received = false;
  bool accepted = false;
  bool disconnect_received = false;
  bool disconnect_sent = false;
  bool damaged = false;     // we sent something illegal: the server owes us little from then on
  bool superseded = false;  // another connection has taken the session over
  codec::Connect connect;
  codec::Connack connack;
  std::shared_ptr<Session> session = std::make_shared<Session>();
  std::map<std::uint16_t, Request> requests;  // SUBSCRIBE and UNSUBSCRIBE without answer
  std::set<std::uint16_t> open_from_server;   // counted against our Receive Maximum
  std::set<std::uint16_t> open_from_us;       // counted against the server's
  std::map<std::uint32_t, std::string> server_aliases;
  std::map<std::uint32_t, std::string> our_aliases;
  std::uint64_t pings_unanswered = 0;
  // (PUBACK, PUBREC or PUBCOMP; identifier) -> how many of them the server may still send here
  std::map<std::pair<codec::PacketType, std::uint16_t>, std::uint32_t> answers_due;
  std::set<std::uint16_t> completed_here;  // identifiers of the server's that we acknowledged
};

// One of our publications. Payloads that were published more than once on a topic prove nothing
// about order or origin.
struct Publication {
  std::string publisher;
  std::uint8_t qos = 0;
  std::uint64_t place = 0;
  bool ambiguous = false;
};
using PublicationLog =
    std::map<std::pair<std::string, std::string>, Publication>;  // topic, payload

}  // namespace mqttspec::monitor
