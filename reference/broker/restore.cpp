// From records to the state that they describe.
#include <map>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

using Fault = std::optional<std::string>;

std::string of_session(std::uint64_t number) {
  return " of session " + std::to_string(number);
}

// Records come in any order; each kind is looked at after those that it refers to.
class Restoration {
 public:
  Restoration(Core& core, const std::vector<Record>& records) : core_(core), records_(records) {}

  Fault run() {
    Fault fault;
    const auto each = [&]<class Kind>(const Kind*) {
      for (const auto& record : records_) {
        const auto* known = std::get_if<Kind>(&record.change);
        if (known != nullptr && !fault) fault = take(*known);
      }
    };
    each(static_cast<const SessionRecord*>(nullptr));
    each(static_cast<const MessageRecord*>(nullptr));
    each(static_cast<const SubscriptionRecord*>(nullptr));
    each(static_cast<const ExchangeRecord*>(nullptr));
    each(static_cast<const QueuedRecord*>(nullptr));
    each(static_cast<const IncomingRecord*>(nullptr));
    each(static_cast<const RetainedRecord*>(nullptr));
    if (fault) return fault;
    fill_queues();
    core_.retained.set_journal(core_.journal.get());
    watch_retained(core_);
    lose_connections();
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<Instant> instant(const std::optional<WallClock>& when) const {
    if (!when) return std::nullopt;
    return *when - core_.journal->epoch();
  }
  [[nodiscard]] Session* find(std::uint64_t number) const {
    const auto found = core_.sessions_by_number.find(number);
    return found == core_.sessions_by_number.end() ? nullptr : found->second;
  }
  // The message, now held once more; null if the store does not have it.
  [[nodiscard]] std::shared_ptr<const Message> message(std::uint64_t number) {
    const auto found = messages_.find(number);
    if (found == messages_.end()) return nullptr;
    core_.journal->hold(found->second);
    return found->second;
  }

  Fault take(const SessionRecord& record);
  Fault take(const MessageRecord& record);
  Fault take(const SubscriptionRecord& record);
  Fault take(const ExchangeRecord& record);
  Fault take(const QueuedRecord& record);
  Fault take(const IncomingRecord& record);
  Fault take(const RetainedRecord& record);
  Outgoing outgoing(const StoredDelivery& stored);
  static Outgoing hand_out(const QueuedRecord& record);
  void fill_queues();
  void lose_connections();

  Core& core_;
  const std::vector<Record>& records_;
  std::map<std::uint64_t, std::shared_ptr<const Message>> messages_;
  std::map<std::pair<Session*, std::uint64_t>, Outgoing> queued_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> shared_filters_;
};

Fault Restoration::take(const SessionRecord& record) {
  if (record.client_identifier.empty() || find(record.session) != nullptr ||
      find_session(core_, record.client_identifier) != nullptr) {
    return "there are two sessions number " + std::to_string(record.session) +
           " or for the Client Identifier \"" + record.client_identifier + "\"";
  }
  core_.last_session_number = record.session - 1;
  Session& session = create_session(core_, record.client_identifier);
  session.recorded = true;
  session.durable = true;  // as far as the store goes; one that is not ends in a moment
  session.user_name = record.user_name;
  session.rights = rights_of(core_.config, session.client_identifier, session.user_name);
  session.expiry_interval = record.expiry_interval;
  session.expires = instant(record.expires);
  session.will = record.will;
  session.will_due = instant(record.will_due);
  if (session.expires) {
    core_.deadlines.set({DeadlineKey::Kind::session, session.number}, *session.expires);
  }
  if (session.will_due) {
    core_.deadlines.set({DeadlineKey::Kind::will, session.number}, *session.will_due);
  }
  return std::nullopt;
}

Fault Restoration::take(const MessageRecord& record) {
  auto content = std::make_shared<Message>(*record.content);
  content->expires = instant(record.expires);
  if (!messages_.emplace(record.message, content).second) {
    return "there are two messages number " + std::to_string(record.message);
  }
  core_.journal->knows(record.message, std::move(content));
  return std::nullopt;
}

Fault Restoration::take(const SubscriptionRecord& record) {
  Session* session = find(record.session);
  if (session == nullptr) return "a subscription" + of_session(record.session) + ", which is gone";
  session->subscriptions.insert_or_assign(record.topic_filter, record.options);
  core_.subscriptions.add(*session, record.topic_filter, record.options, record.share_filters);
  return std::nullopt;
}

Outgoing Restoration::outgoing(const StoredDelivery& stored) {
  Outgoing result;
  result.message = message(stored.message);
  result.delivery.qos = stored.qos;
  result.delivery.retain = stored.retain;
  result.delivery.subscription_identifiers = stored.subscription_identifiers;
  if (!stored.shared_filter.empty()) {
    auto& shared = shared_filters_[stored.shared_filter];
    if (shared == nullptr) shared = std::make_shared<const std::string>(stored.shared_filter);
    result.shared_filter = shared;
  }
  return result;
}

Fault Restoration::take(const ExchangeRecord& record) {
  Session* session = find(record.session);
  if (session == nullptr) return "an exchange" + of_session(record.session) + ", which is gone";
  Exchange exchange{outgoing(record.delivery), record.released, false, record.order};
  if (exchange.outgoing.message == nullptr && !record.released) {
    return "Packet Identifier " + std::to_string(record.packet_identifier) +
           of_session(record.session) + " has no message";
  }
  exchange.outgoing.delivery.packet_identifier = record.packet_identifier;
  session->last_order = std::max(session->last_order, record.order);
  session->last_identifier = std::max(session->last_identifier, record.packet_identifier);
  session->exchanges.emplace(record.packet_identifier, std::move(exchange));
  return std::nullopt;
}

Outgoing Restoration::hand_out(const QueuedRecord& record) {
  Outgoing place;
  place.delivery.qos = record.delivery.qos;
  place.hand_out = std::make_shared<HandOut>();
  HandOut& restored = *place.hand_out;
  restored.topic_filter = record.hand_out->topic_filter;
  restored.options.qos = record.delivery.qos;
  restored.options.no_local = record.hand_out->no_local;
  restored.options.identifier = record.hand_out->identifier;
  restored.after = record.hand_out->after;
  restored.position = record.position;
  return place;
}

Fault Restoration::take(const QueuedRecord& record) {
  Session* session = find(record.session);
  if (session == nullptr) {
    return "a queued message" + of_session(record.session) + ", which is gone";
  }
  if (record.hand_out) {
    queued_.emplace(std::pair(session, record.position), hand_out(record));
    return std::nullopt;
  }
  Outgoing waiting = outgoing(record.delivery);
  if (waiting.message == nullptr) {
    return "queued message " + std::to_string(record.position) + of_session(record.session) +
           " is gone";
  }
  waiting.position = record.position;
  queued_.emplace(std::pair(session, record.position), std::move(waiting));
  return std::nullopt;
}

Fault Restoration::take(const IncomingRecord& record) {
  Session* session = find(record.session);
  if (session == nullptr) {
    return "an open QoS 2 message" + of_session(record.session) + ", which is gone";
  }
  session->incoming.emplace(record.packet_identifier, Incoming{0, message(record.message)});
  return std::nullopt;
}

Fault Restoration::take(const RetainedRecord& record) {
  if (!core_.config.retain_available) {
    core_.journal->erase_retained(record.topic_name);
    return std::nullopt;
  }
  auto content = message(record.message);
  if (content == nullptr || content->topic_name != record.topic_name) {
    return "the retained message of topic \"" + record.topic_name + "\" is gone";
  }
  core_.retained.set(content, retained_until(core_, *content));
  return std::nullopt;
}

void Restoration::fill_queues() {
  for (auto& [place, waiting] : queued_) {
    Session& session = *place.first;
    session.last_position = std::max(session.last_position, place.second);
    if (waiting.hand_out != nullptr) {
      // Which of the retained messages came later is not known any more: all are handed out.
      waiting.hand_out->until = core_.retained.last_number();
      if (session.hand_outs == nullptr) session.hand_outs = std::make_unique<HandOuts>();
      auto& open = session.hand_outs->acknowledged.open;
      if (!open.emplace(waiting.hand_out->topic_filter, waiting.hand_out).second) continue;
    }
    session.queue.push_back(std::move(waiting));
  }
}

// [V5-4.1-e], 5.0 [MQTT-3.1.2-8] Whoever was connected is not any more: intervals start, Wills are
// published now or after their delay, and sessions that were to end with their connection end.
void Restoration::lose_connections() {
  std::map<std::uint64_t, Session*> present;
  for (const auto& [number, session] : core_.sessions_by_number) {
    if (!session->expires) present.emplace(number, session);
  }
  for (const auto& [number, session] : present) detach(core_, *session);
}

}  // namespace

Fault restore(Core& core, const std::vector<Record>& records) {
  return Restoration(core, records).run();
}

}  // namespace mqttspec::broker
