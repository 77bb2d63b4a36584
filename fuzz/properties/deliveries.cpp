#include "fuzz/properties/deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reference/broker/naive_topics.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::fuzz {

using codec::ReasonCode;

namespace {

bool is_server_topic(const std::string& topic) {
  return topic.starts_with("$SYS");
}

// Wills share one payload, and empty payloads clear retained messages: neither tells messages
// apart.
bool tells_nothing(const std::string& payload) {
  return payload.empty() || payload == "will";
}

// A filter that begins with "$share/" is a Shared Subscription if 5.0 made it, else a plain one; a
// session may outlive the connection that made it, so either will do.
bool filter_matches(const std::string& filter, const std::string& topic) {
  const auto shared = codec::split_shared_filter(filter);
  return broker::naive::matches(filter, topic) ||
         (shared && broker::naive::matches(std::string(shared->filter), topic));
}

}  // namespace

void Deliveries::connected(const Party& party, std::optional<bool> session_present) {
  Book& book = books_[party.client_identifier];
  if (!session_present) {
    book.confirmed.clear();  // perhaps they are still there, perhaps not: nothing is owed by them
  } else if (!*session_present) {
    book = Book{};
  }
}

void Deliveries::sent(std::size_t client, const Party& party, const codec::Packet& packet) {
  if (const auto* connect = std::get_if<codec::Connect>(&packet)) {
    if (!connect->will) return;
    auto& entry = published_[connect->will->payload];
    entry = {connect->will->topic, connect->will->qos, connect->will->retain, "", entry.times + 2};
    return;
  }
  Book& book = books_[party.client_identifier];
  if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    auto& entry = published_[publish->payload];
    entry = {publish->topic_name, publish->qos, publish->retain, party.client_identifier,
             entry.times + 1};
    if (publish->packet_identifier) {
      unacknowledged_[{client, *publish->packet_identifier}] = publish->payload;
    }
    auto& audience = audience_[publish->payload];
    audience.clear();
    const bool perishable =
        codec::find(publish->properties, codec::PropertyId::message_expiry_interval) != nullptr;
    // Whether clients may talk among themselves on topics with '$' is left to the server (4.7.2).
    const bool free = perishable || publish->topic_name.starts_with('$');
    for (const auto& [identifier, other] : books_) {
      if (free || !attentive_.contains(identifier)) continue;
      for (const auto& [filter, granted] : other.confirmed) {
        if (granted.qos == 0 || codec::split_shared_filter(filter)) continue;
        if (granted.no_local && identifier == party.client_identifier) continue;
        if (broker::naive::matches(filter, publish->topic_name)) audience.insert(identifier);
      }
    }
  } else if (const auto* subscribe = std::get_if<codec::Subscribe>(&packet)) {
    for (const auto& entry : subscribe->subscriptions) {
      book.ever.insert(entry.topic_filter);
      book.confirmed.erase(entry.topic_filter);
    }
    asked_[{client, subscribe->packet_identifier}] = *subscribe;
  } else if (const auto* unsubscribe = std::get_if<codec::Unsubscribe>(&packet)) {
    for (const auto& filter : unsubscribe->topic_filters) book.confirmed.erase(filter);
  }
}

Deliveries::Fault Deliveries::check_published(const codec::Publish& packet, const Party& party) {
  const Book& book = books_[party.client_identifier];
  const auto found = published_.find(packet.payload);
  if (found == published_.end()) {
    return fmt::format("a message that nobody published came: {}",
                       codec::print(packet, party.version));
  }
  const bool matched = std::any_of(book.ever.begin(), book.ever.end(), [&](const auto& filter) {
    return filter_matches(filter, packet.topic_name);
  });
  if (!matched) {
    return fmt::format("a message came that matches no subscription: {}",
                       codec::print(packet, party.version));
  }
  const Published& origin = found->second;
  if (tells_nothing(packet.payload) || origin.times != 1) return std::nullopt;
  if (origin.topic != packet.topic_name) {
    return fmt::format("published to {}, came on {}", origin.topic, packet.topic_name);
  }
  if (packet.qos > origin.qos) {
    return fmt::format("published at QoS {}, came at QoS {}", origin.qos, packet.qos);
  }
  return std::nullopt;
}

Deliveries::Fault Deliveries::received(std::size_t client, const Party& party,
                                       const codec::Packet& packet) {
  if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    if (is_server_topic(publish->topic_name)) return std::nullopt;
    if (auto fault = check_published(*publish, party)) return fault;
    Book& book = books_[party.client_identifier];
    book.got.insert(publish->payload);
    const Published& origin = published_[publish->payload];
    if (publish->qos != 2 || publish->dup || origin.retain || origin.times != 1 ||
        tells_nothing(publish->payload)) {
      return std::nullopt;
    }
    // Overlapping subscriptions may each bring a copy (section 3.3.4).
    const auto copies = std::count_if(book.ever.begin(), book.ever.end(), [&](const auto& filter) {
      return filter_matches(filter, publish->topic_name);
    });
    if (++book.once[publish->payload] > copies) {
      return fmt::format("a QoS 2 message came again: {}", codec::print(packet, party.version));
    }
  } else if (const auto* puback = std::get_if<codec::Puback>(&packet)) {
    note_acknowledgement(client, puback->packet_identifier, puback->reason_code);
  } else if (const auto* pubrec = std::get_if<codec::Pubrec>(&packet)) {
    note_acknowledgement(client, pubrec->packet_identifier, pubrec->reason_code);
  } else if (const auto* suback = std::get_if<codec::Suback>(&packet)) {
    const auto asked = asked_.find({client, suback->packet_identifier});
    if (asked == asked_.end()) return std::nullopt;
    Book& book = books_[party.client_identifier];
    const auto& entries = asked->second.subscriptions;
    for (std::size_t i = 0; i < std::min(entries.size(), suback->reason_codes.size()); ++i) {
      const auto code = static_cast<std::uint8_t>(suback->reason_codes[i]);
      if (code > 2) continue;
      book.confirmed[entries[i].topic_filter] = {code, entries[i].no_local};
    }
    asked_.erase(asked);
  }
  return std::nullopt;
}

void Deliveries::note_acknowledgement(std::size_t client, std::uint16_t identifier,
                                      ReasonCode reason) {
  const auto open = unacknowledged_.find({client, identifier});
  if (open == unacknowledged_.end()) return;
  const std::string payload = open->second;
  unacknowledged_.erase(open);
  if (static_cast<std::uint8_t>(reason) >= 0x80 || tells_nothing(payload)) return;
  // A repetition under the same identifier is the same message, whatever its payload.
  if (published_[payload].times != 1) return;
  for (const auto& identifier_owed : audience_[payload]) {
    debts_.push_back({payload, identifier_owed});
  }
}

void Deliveries::gone(std::size_t client, const Party&) {
  std::erase_if(unacknowledged_, [&](const auto& entry) { return entry.first.first == client; });
  std::erase_if(asked_, [&](const auto& entry) { return entry.first.first == client; });
}

Deliveries::Fault Deliveries::settled(const std::vector<Party>& parties) {
  attentive_.clear();
  for (const Party& party : parties) {
    if (party.attentive && !party.excused) attentive_.insert(party.client_identifier);
  }
  for (const Debt& debt : std::exchange(debts_, {})) {
    if (!attentive_.contains(debt.client_identifier)) continue;
    const Book& book = books_[debt.client_identifier];
    if (!book.got.contains(debt.payload)) {
      return fmt::format("client {} has not got {}, which was acknowledged", debt.client_identifier,
                         debt.payload);
    }
  }
  return std::nullopt;
}

}  // namespace mqttspec::fuzz
