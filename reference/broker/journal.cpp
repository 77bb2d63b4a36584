#include "reference/broker/journal.hpp"

#include <algorithm>
#include <utility>

namespace mqttspec::broker {

// --- sessions ------------------------------------------------------------------------------------

void Journal::write(Session& session) {
  // What ends with its connection leaves nothing behind but a Will.
  if (!session.durable && !session.will && !session.recorded) return;
  session.recorded = true;
  note(SessionRecord{session.number, session.client_identifier, session.expiry_interval,
                     wall_clock(session.expires), session.will, wall_clock(session.will_due),
                     session.user_name});
}

void Journal::session_ended(const Session& session) {
  changed_.erase(session.number);
  for (const auto& outgoing : session.queue) {
    if (outgoing.position != 0) release(outgoing.message);
  }
  for (const auto& [identifier, exchange] : session.exchanges) {
    if (is_kept(session, exchange.outgoing)) release(exchange.outgoing.message);
  }
  for (const auto& [identifier, incoming] : session.incoming) {
    if (session.durable) release(incoming.message);
  }
  if (session.recorded) note(SessionErased{session.number});
}

void Journal::subscribed(const Session& session, const std::string& filter,
                         const SubscriptionOptions& options, bool share_filters) {
  if (session.durable) {
    note(SubscriptionRecord{session.number, filter, options, share_filters});
  }
}

void Journal::unsubscribed(const Session& session, const std::string& filter) {
  if (session.durable) note(SubscriptionErased{session.number, filter});
}

// --- messages on their way -----------------------------------------------------------------------

bool Journal::is_kept(const Session& session, const Outgoing& outgoing) {
  if (outgoing.delivery.qos == 0) return false;
  // [V5-4.8.2-j] A QoS 1 message of a Shared Subscription is owed to the other members if the
  // chosen one, whose session is not durable, does not come back.
  return session.durable || (outgoing.shared_filter != nullptr && outgoing.delivery.qos == 1);
}

StoredDelivery Journal::stored(const Outgoing& outgoing, std::uint64_t message) const {
  const Delivery& delivery = outgoing.delivery;
  return {message, delivery.qos, delivery.retain, delivery.subscription_identifiers,
          outgoing.shared_filter == nullptr ? std::string() : *outgoing.shared_filter};
}

void Journal::queued(Session& session, Outgoing& outgoing) {
  if (!is_kept(session, outgoing)) return;
  if (!session.recorded) session_changed(session);
  session.recorded = true;
  if (outgoing.position == 0) outgoing.position = ++session.last_position;
  const auto number = hold(outgoing.message);
  note(QueuedRecord{session.number, outgoing.position, stored(outgoing, number)});
}

void Journal::unqueued(const Session& session, const Outgoing& outgoing) {
  if (outgoing.position == 0) return;
  release(outgoing.message);
  note(QueuedErased{session.number, outgoing.position});
}

void Journal::handed_out(Session& session, HandOut& hand_out) {
  if (!session.durable || hand_out.of_qos0) return;
  if (!session.recorded) session_changed(session);
  session.recorded = true;
  if (hand_out.position == 0) hand_out.position = ++session.last_position;
  note(QueuedRecord{session.number,
                    hand_out.position,
                    {0, hand_out.options.qos, true, {}, {}},
                    StoredHandOut{hand_out.topic_filter, hand_out.options.no_local,
                                  hand_out.options.identifier, hand_out.after}});
}

void Journal::hand_out_ended(const Session& session, const HandOut& hand_out) {
  if (hand_out.position != 0) note(QueuedErased{session.number, hand_out.position});
}

void Journal::exchange_begun(Session& session, std::uint16_t identifier, const Exchange& exchange) {
  if (!is_kept(session, exchange.outgoing)) return;
  if (!session.recorded) session_changed(session);
  session.recorded = true;
  const auto number = hold(exchange.outgoing.message);
  note(ExchangeRecord{session.number, identifier, exchange.order, exchange.released,
                      stored(exchange.outgoing, number)});
}

void Journal::exchange_released(const Session& session, std::uint16_t identifier,
                                const Exchange& exchange,
                                const std::shared_ptr<const Message>& message) {
  if (!is_kept(session, exchange.outgoing)) return;
  release(message);
  note(ExchangeRecord{session.number, identifier, exchange.order, exchange.released,
                      stored(exchange.outgoing, 0)});
}

void Journal::exchange_ended(const Session& session, std::uint16_t identifier,
                             const Exchange& exchange) {
  if (!is_kept(session, exchange.outgoing)) return;
  release(exchange.outgoing.message);
  note(ExchangeErased{session.number, identifier});
}

void Journal::incoming_begun(const Session& session, std::uint16_t identifier,
                             const Incoming& incoming) {
  if (!session.durable) return;
  const auto number = incoming.message == nullptr ? 0 : hold(incoming.message);
  note(IncomingRecord{session.number, identifier, number});
}

void Journal::incoming_ended(const Session& session, std::uint16_t identifier,
                             const Incoming& incoming) {
  if (!session.durable) return;
  release(incoming.message);
  note(IncomingErased{session.number, identifier});
}

// --- retained messages ---------------------------------------------------------------------------

void Journal::retained(const std::shared_ptr<const Message>& old,
                       const std::shared_ptr<const Message>& now) {
  const auto is_clients = [](const auto& message) {
    return message != nullptr && !message->publisher.empty();
  };
  if (is_clients(now)) {
    note(RetainedRecord{now->topic_name, hold(now)});
  } else if (is_clients(old)) {
    note(RetainedErased{old->topic_name});
  }
  if (is_clients(old)) release(old);
}

// --- messages ------------------------------------------------------------------------------------

std::optional<WallClock> Journal::wall_clock(const std::optional<Instant>& when) const {
  if (!when) return std::nullopt;
  return *when + epoch_;
}

std::uint64_t Journal::hold(const std::shared_ptr<const Message>& message) {
  auto& held = held_[message.get()];
  if (held.number == 0) {
    held.number = ++last_message_;
    note(MessageRecord{held.number, message, wall_clock(message->expires)});
  }
  ++held.references;
  return held.number;
}

void Journal::release(const std::shared_ptr<const Message>& message) {
  const auto found = held_.find(message.get());
  if (found == held_.end()) return;
  if (--found->second.references == 0) released_.push_back(message);
}

void Journal::knows(std::uint64_t number, std::shared_ptr<const Message> message) {
  held_.emplace(message.get(), Held{number, 0});
  last_message_ = std::max(last_message_, number);
  released_.push_back(std::move(message));
}

void Journal::end_turn(Actions& actions) {
  for (const auto& message : std::exchange(released_, {})) {
    const auto found = held_.find(message.get());
    if (found == held_.end() || found->second.references > 0) continue;
    note(MessageErased{found->second.number});
    held_.erase(found);
  }
  for (const auto& [number, session] : std::exchange(changed_, {})) write(*session);
  for (auto& record : records_) actions.emplace_back(Store{std::move(record)});
  records_.clear();
}

}  // namespace mqttspec::broker
