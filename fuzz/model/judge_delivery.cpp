// What clients receive: each PUBLISH needs a message and a reason to come, and has to be as both
// say.
#include <fmt/format.h>

#include "fuzz/model/judge.hpp"
#include "reference/broker/naive_topics.hpp"

namespace mqttspec::fuzz {

using codec::PacketType;
using codec::PropertyId;
using codec::ReasonCode;

namespace {

// What a server passes on unaltered (section 3.3.2.3), in the order in which it has to stay.
constexpr PropertyId passed_on[] = {PropertyId::payload_format_indicator, PropertyId::content_type,
                                    PropertyId::response_topic, PropertyId::correlation_data,
                                    PropertyId::user_property};

std::vector<codec::PropertyValue> values(const codec::Properties& properties, PropertyId id) {
  std::vector<codec::PropertyValue> result;
  for (const auto& property : properties) {
    if (property.id == id) result.push_back(property.value);
  }
  return result;
}

bool matches(const Subscription& subscription, const Message& message) {
  // A message of a Shared Subscription may move to who has joined since (section 4.8.2).
  const bool meets =
      subscription.shared ? subscription.to >= message.from : may_meet(subscription, message);
  return meets && broker::naive::matches(subscription.filter, message.topic);
}

}  // namespace

void Judge::received_publish(Link& link, const codec::Publish& packet) {
  if (packet.topic_name.starts_with("$SYS")) return;
  SessionBook& session = session_of(link);
  if (is_repetition(link, session, packet)) return;
  std::vector<MessageNumber> candidates;
  bool elsewhere = false;
  const auto [first, last] = by_payload_.equal_range(packet.payload);
  for (auto it = first; it != last; ++it) {
    const Message& message = messages_[it->second];
    if (message.from == not_yet) continue;
    if (message.topic == packet.topic_name) {
      candidates.push_back(it->second);
    } else {
      elsewhere = true;
    }
  }
  const auto line = [&] { return codec::print(packet, link.version); };
  if (candidates.empty()) {
    if (link.faithful) {
      fault(link, fmt::format(
                      "{} came: {}",
                      elsewhere ? "a message of another topic" : "a message that nobody published",
                      line()));
    }
    return;
  }
  Arrival arrival{candidates.front(), moment_, packet.qos, packet.retain, {}};
  for (const auto& value : values(packet.properties, PropertyId::subscription_identifier)) {
    if (const auto* number = std::get_if<std::uint32_t>(&value)) {
      arrival.identifiers.push_back(*number);
    }
  }
  std::string group;
  if (candidates.size() == 1 && link.faithful && !session.doubtful) {
    const auto wrong = allowance(link, session, candidates.front(), packet, group);
    if (!wrong.empty()) fault(link, fmt::format("{}: {}", wrong, line()));
    judge_delivery(link, session, packet, arrival);
  }
  if (packet.packet_identifier) {
    session.from_broker[*packet.packet_identifier] = {candidates.front(), packet.qos, false, group};
  }
  for (const MessageNumber candidate : candidates) {
    arrival.message = candidate;
    session.arrivals.push_back(arrival);
  }
}

bool Judge::is_repetition(const Link& link, SessionBook& session, const codec::Publish& packet) {
  if (!packet.packet_identifier) return false;
  const auto open = session.from_broker.find(*packet.packet_identifier);
  if (open == session.from_broker.end()) return false;
  const Message& message = messages_[open->second.message];
  if (message.payload != packet.payload || message.topic != packet.topic_name) return false;
  if (link.faithful && !session.doubtful && open->second.received) {
    fault(link, "PUBLISH is repeated after PUBREC: " + codec::print(packet, link.version));
  }
  session.to_repeat.erase(*packet.packet_identifier);
  session.arrivals.push_back({open->second.message, moment_, packet.qos, packet.retain, {}});
  return true;
}

namespace {

// Can each copy have come by a subscription of its own, each of which brings `capacity` of them?
class Assignment {
 public:
  Assignment(const std::vector<std::vector<std::string>>& copies, std::size_t capacity)
      : copies_(copies), capacity_(capacity) {}

  bool exists() {
    for (std::size_t copy = 0; copy < copies_.size(); ++copy) {
      std::set<std::string> visited;
      if (!place(copy, visited)) return false;
    }
    return true;
  }

 private:
  bool place(std::size_t copy, std::set<std::string>& visited) {
    for (const auto& filter : copies_[copy]) {
      if (!visited.insert(filter).second) continue;
      auto& holders = holders_[filter];
      if (holders.size() < capacity_) {
        holders.push_back(copy);
        return true;
      }
      for (auto& holder : holders) {
        if (!place(holder, visited)) continue;
        holder = copy;
        return true;
      }
    }
    return false;
  }

  const std::vector<std::vector<std::string>>& copies_;
  std::size_t capacity_;
  std::map<std::string, std::vector<std::size_t>> holders_;
};

}  // namespace

// Why the message may not come once more with this RETAIN flag; "" if it may. `group`: the Shared
// Subscription that it must have come by.
std::string Judge::allowance(const Link& link, SessionBook& session, MessageNumber number,
                             const codec::Publish& packet, std::string& group) {
  const Message& message = messages_[number];
  Tally& tally = session.tallies[number];
  std::set<std::string> fitting;
  std::string shared;
  bool flag_kept = false;
  bool flag_cleared = !message.retain;
  bool matched = false;
  bool own = false;
  for (const auto& each : session.subscriptions) {
    if (!matches(each, message)) continue;
    // [MQTT-3.8.3-3]; what the server publishes for a client is not that client's own.
    if (each.no_local && !message.will && message.publisher == session.client_identifier) {
      own = true;
      continue;
    }
    matched = true;
    if (fits(each, message, packet.qos)) fitting.insert(each.topic_filter);
    if (each.shared) shared = each.topic_filter;
    (each.retain_as_published && message.retain ? flag_kept : flag_cleared) = true;
  }
  if (packet.retain && tally.retained < tally.retained_allowed) {
    ++tally.retained;
    return "";
  }
  if (!matched && own) return "an own message in spite of No Local";
  if (!matched && tally.retained_allowed == 0) return "a message that matches no subscription";
  if (!matched) return "a retained message that nobody asked for";
  if (packet.retain && !flag_kept) return "RETAIN 1 in a message that is not sent as retained";
  if (!packet.retain && !flag_cleared) return "RETAIN 0 in spite of Retain As Published";
  if (fitting.empty()) return "";  // its QoS is judged below
  const bool forced = fitting.size() == 1 && *fitting.begin() == shared;
  if (forced) {
    group = shared;
    auto& copies = group_copies_[{group, number}];
    // What came on a connection that the broker has given up may move on at once.
    if (!link.closing && copies++ >= message.times) {
      return "a message that another member of the group has";
    }
    return "";
  }
  tally.copies.emplace_back(fitting.begin(), fitting.end());
  if (!Assignment(tally.copies, message.times).exists()) return "a message that has come before";
  return "";
}

void Judge::judge_delivery(const Link& link, const SessionBook& session,
                           const codec::Publish& packet, const Arrival& arrival) {
  const Message& message = messages_[arrival.message];
  const auto line = [&] { return codec::print(packet, link.version); };
  bool fit = false;
  int most = -1;
  std::set<std::uint32_t> identifiers;
  for (const auto& each : session.subscriptions) {
    // A retained message comes by a subscription that is younger than itself.
    if (!matches(each, message) &&
        !(packet.retain && broker::naive::matches(each.filter, message.topic))) {
      continue;
    }
    fit = fit || fits(each, message, packet.qos);
    most = std::max(most, static_cast<int>(delivery_qos(each, message)));
    if (each.identifier) identifiers.insert(*each.identifier);
  }
  if (most >= 0 && !fit) {
    fault(link, fmt::format("QoS {} of a message that was published at QoS {} and may come at "
                            "QoS {} at most: {}",
                            packet.qos, message.qos, most, line()));
  }
  for (const auto identifier : arrival.identifiers) {
    if (!identifiers.contains(identifier)) {
      fault(link, fmt::format("Subscription Identifier {} belongs to no matching subscription: {}",
                              identifier, line()));
    }
  }
  judge_properties(link, message, packet);
}

void Judge::judge_properties(const Link& link, const Message& message,
                             const codec::Publish& packet) {
  if (link.version != codec::Version::v5_0) return;
  const auto line = [&] { return codec::print(packet, link.version); };
  for (const auto id : passed_on) {
    if (values(packet.properties, id) != values(message.properties, id)) {
      fault(link, fmt::format("{} is not as published: {}", codec::to_string(id), line()));
    }
  }
  const auto left = codec::get_integer(packet.properties, PropertyId::message_expiry_interval);
  if (!message.expiry) {
    if (left) fault(link, "a Message Expiry Interval that nobody gave: " + line());
    return;
  }
  // Whoever takes bytes late gets what was sent in time.
  if (!link.attentive_since || link.attentive_from >= moment_) return;
  const Instant age = now_ - message.published;
  if (age > *message.expiry + tolerance_.coarseness)
    fault(link, "a message has expired: " + line());
  if (!left) {
    fault(link, "the Message Expiry Interval is missing: " + line());
    return;
  }
  const auto off = std::chrono::seconds(*left) - (*message.expiry - age);
  // [MQTT-3.3.2-6] A Will may have waited before it was published.
  if (off > tolerance_.coarseness && !message.will) {
    fault(link, "the Message Expiry Interval is not what is left: " + line());
  }
  if (off < -2 * tolerance_.coarseness && !message.will) {
    fault(link, "the Message Expiry Interval is less than what is left: " + line());
  }
}

void Judge::sent_acknowledgement(Link& link, PacketType type, std::uint16_t identifier,
                                 ReasonCode reason) {
  SessionBook& session = session_of(link);
  const auto open = session.from_broker.find(identifier);
  if (open == session.from_broker.end()) return;
  const bool failed = static_cast<std::uint8_t>(reason) >= 0x80;
  const bool over = (type == PacketType::puback && open->second.qos == 1) ||
                    (type == PacketType::pubcomp && open->second.qos == 2) ||
                    (type == PacketType::pubrec && open->second.qos == 2 && failed);
  if (over) {
    session.from_broker.erase(open);
    session.to_repeat.erase(identifier);
  } else if (type == PacketType::pubrec && open->second.qos == 2) {
    open->second.received = true;
    session.to_repeat.erase(identifier);
    owe(link, PacketType::pubrel, identifier);
  }
}

void Judge::received_pubrel(Link& link, const codec::Pubrel& packet) {
  session_of(link).to_repeat.erase(packet.packet_identifier);
}

}  // namespace mqttspec::fuzz
