// What clients publish, and to whom it is owed.
#include <fmt/format.h>

#include "fuzz/model/judge.hpp"
#include "reference/broker/naive_topics.hpp"

namespace mqttspec::fuzz {

using codec::PacketType;
using codec::PropertyId;
using codec::ReasonCode;

MessageNumber Judge::add_message(Message message) {
  const MessageNumber number = messages_.size();
  if (const auto seconds =
          codec::get_integer(message.properties, PropertyId::message_expiry_interval)) {
    message.expiry = std::chrono::seconds(*seconds);
  }
  message.published = now_;
  by_payload_.emplace(message.payload, number);
  if (message.retain) retained_.published(message.topic, number);
  messages_.push_back(std::move(message));
  return number;
}

void Judge::sent_publish(Link& link, const codec::Publish& packet) {
  SessionBook& session = session_of(link);
  if (packet.packet_identifier) {
    const auto identifier = *packet.packet_identifier;
    owe(link, packet.qos == 1 ? PacketType::puback : PacketType::pubrec, identifier);
    if (const auto open = session.from_client.find(identifier); open != session.from_client.end()) {
      Message& message = messages_[open->second];
      const bool same = message.payload == packet.payload && message.topic == packet.topic_name &&
                        message.qos == packet.qos;
      // The same once more. At QoS 1 the server has to take it for a new message if it has
      // acknowledged the first, at QoS 2 for the same until PUBREL.
      const bool again = same && !session.released.contains(identifier);
      if (again && packet.qos == 1) {
        ++message.times;
        message.to = not_yet;
      }
      if (again) return;
      // Another one under an identifier that is in use: nobody can tell what becomes of it.
      link.faithful = false;
      session.doubtful = true;
      settle_message(open->second, false);
    }
  }
  Message message;
  message.topic = packet.topic_name;
  message.payload = packet.payload;
  message.qos = packet.qos;
  message.retain = packet.retain;
  message.publisher = link.client_identifier;
  message.properties = packet.properties;
  message.size = codec::encoded_size(packet, link.version) + packet.topic_name.size() + 32;
  message.from = moment_;
  // Whether clients may use topics with '$' is left to the server (section 4.7.2), and how it says
  // that they may not is as well.
  if (packet.topic_name.starts_with('$')) link.may_close = true;
  const bool sure = link.faithful && link.accepted && !packet.topic_name.empty() &&
                    !packet.topic_name.starts_with('$');
  const auto number = add_message(std::move(message));
  if (packet.packet_identifier) {
    session.from_client[*packet.packet_identifier] = number;
    session.released.erase(*packet.packet_identifier);
  } else if (sure) {
    unsettled_.push_back(number);
  } else {
    abandoned_.push_back(number);
  }
}

void Judge::received_acknowledgement(Link& link, PacketType type, std::uint16_t identifier,
                                     ReasonCode reason) {
  SessionBook& session = session_of(link);
  const auto open = session.from_client.find(identifier);
  if (open == session.from_client.end()) return;
  const MessageNumber number = open->second;
  const Message& message = messages_[number];
  const bool failed =
      link.version == codec::Version::v5_0 && static_cast<std::uint8_t>(reason) >= 0x80;
  const bool fits = (type == PacketType::puback) == (message.qos == 1);
  if (!fits) return;
  if (link.faithful && type != PacketType::pubcomp &&
      reason == ReasonCode::no_matching_subscribers && somebody_listens(message)) {
    fault(link, fmt::format("{} has subscribers, but was acknowledged with 0x10", message.payload));
  }
  if (type == PacketType::pubrec && !failed) return;
  session.from_client.erase(open);
  session.released.erase(identifier);
  settle_message(number, link.faithful && !failed && !session.doubtful);
}

bool Judge::somebody_listens(const Message& message) const {
  for (const auto& [identifier, session] : sessions_) {
    if (!session.is_there(now_, tolerance_.coarseness)) continue;
    for (const auto& each : session.subscriptions) {
      if (each.no_local && identifier == message.publisher) continue;
      if (each.certain <= message.from && each.doubtful == not_yet &&
          broker::naive::matches(each.filter, message.topic)) {
        return true;
      }
    }
  }
  return false;
}

// It has been routed, or, if that is not certain, will not be any more.
void Judge::settle_message(MessageNumber number, bool certain) {
  Message& message = messages_[number];
  if (message.to != not_yet) return;
  message.to = ++moment_;
  message.certain = certain && message.times == 1;
  if (message.retain) retained_.settled(number, messages_);
  if (!message.certain || message.topic.starts_with('$')) return;
  owe_message(number);
  owe_groups(number);
}

void Judge::owe_message(MessageNumber number) {
  const Message& message = messages_[number];
  for (const auto& [identifier, session] : sessions_) {
    if (!session.is_there(now_, tolerance_.coarseness)) continue;
    int qos = -1;
    for (const auto& each : session.subscriptions) {
      if (each.shared || !must_meet(each, message)) continue;
      if (each.no_local && identifier == message.publisher) continue;
      if (!broker::naive::matches(each.filter, message.topic)) continue;
      qos = std::max(qos, static_cast<int>(delivery_qos(each, message)));
    }
    if (qos < 0) continue;
    const Link* link = session.link ? &links_.at(*session.link) : nullptr;
    if (link != nullptr && !link->has_room_for(message)) continue;
    // QoS 0 messages may be dropped where nobody takes them at once (section 4.1).
    const bool present = link != nullptr && link->attentive_from <= message.from;
    if (qos == 0 && !present) continue;
    debts_.push_back({identifier, "", session.generation, number, static_cast<std::uint8_t>(qos),
                      false, message.from, now_});
  }
}

// One member of each Shared Subscription gets it, where all who may be members are there for
// certain.
void Judge::owe_groups(MessageNumber number) {
  const Message& message = messages_[number];
  std::map<std::string, bool> groups;  // filter -> all are there
  for (const auto& [identifier, session] : sessions_) {
    if (!session.begun) continue;
    for (const auto& each : session.subscriptions) {
      if (!each.shared || !may_meet(each, message)) continue;
      if (!broker::naive::matches(each.filter, message.topic)) continue;
      const Link* link = session.link ? &links_.at(*session.link) : nullptr;
      const bool sure = !session.doubtful && link != nullptr &&
                        link->attentive_from <= message.from && link->has_room_for(message) &&
                        must_meet(each, message);
      const auto [group, fresh] = groups.emplace(each.topic_filter, true);
      group->second = group->second && sure;
    }
  }
  for (const auto& [filter, all] : groups) {
    if (all) debts_.push_back({"", filter, 0, number, 0, false, message.from, now_});
  }
}

}  // namespace mqttspec::fuzz
