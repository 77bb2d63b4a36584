// From a session to its connection: identifiers, quota, queue, aliases, size.
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

// Bytes that the PUBLISH has at most, told without encoding it; only of a message without
// properties.
std::size_t size_bound(const Message& message, const Delivery& delivery) {
  constexpr std::size_t fixed_header = 5, topic_length = 2, identifier = 2, property_length = 4;
  constexpr std::size_t expiry = 5, alias = 3, subscription_identifier = 5;
  return fixed_header + topic_length + message.topic_name.size() + identifier + property_length +
         expiry + alias + subscription_identifier * delivery.subscription_identifiers.size() +
         message.payload.size();
}

// 5.0 [MQTT-3.1.2-24] A PUBLISH larger than the client takes is not sent.
bool fits(const Connection& connection, const Message& message, const Delivery& delivery) {
  const auto limit = connection.maximum_packet_size;
  if (limit == 0) return true;
  if (message.properties.empty() && size_bound(message, delivery) <= limit) return true;
  return codec::encoded_size(to_publish(message, delivery), connection.version) <= limit;
}

// 5.0 [MQTT-3.1.2-26], [MQTT-3.1.2-27], [MQTT-3.3.2-11] Aliases from 1 to the client's Topic Alias
// Maximum; without one, none. [MQTT-3.3.2-7] They are forgotten with the connection.
void use_alias(const Core& core, Connection& connection, const Message& message,
               Delivery& delivery) {
  if (!core.config.use_topic_aliases || connection.topic_alias_maximum == 0) return;
  if (!connection.aliases_out) {
    connection.aliases_out = std::make_unique<std::unordered_map<std::string, std::uint16_t>>();
  }
  const auto& aliases = *connection.aliases_out;
  const auto known = aliases.find(message.topic_name);
  if (known != aliases.end()) {
    delivery.topic_alias = known->second;
    delivery.topic_name_omitted = true;
  } else if (aliases.size() < connection.topic_alias_maximum) {
    delivery.topic_alias = static_cast<std::uint16_t>(aliases.size() + 1);
  }
}

void count_bytes(const Core& core, Connection& connection, const Message& message,
                 const Delivery& delivery) {
  if (core.config.slow_reader_limit == 0) return;
  connection.on_their_way += codec::encoded_size(to_publish(message, delivery), connection.version);
}

// Sends a PUBLISH; false if it is too large for the client.
bool transmit(Core& core, Connection& connection, const Outgoing& outgoing, bool dup) {
  Delivery delivery = outgoing.delivery;
  // 3.1.1 and 5.0 [MQTT-3.3.1-1], [MQTT-3.3.1-2], [MQTT-3.3.1-3] DUP tells that this packet is sent
  // again, nothing else.
  delivery.dup = dup;
  // 5.0 [MQTT-3.3.2-6] The interval received, less the time that the message has waited here.
  delivery.message_expiry_interval = seconds_left(*outgoing.message, core.now);
  if (!is_v5(connection)) delivery.message_expiry_interval.reset();
  use_alias(core, connection, *outgoing.message, delivery);
  if (!fits(connection, *outgoing.message, delivery)) {
    // A new alias makes the packet larger than it has to be.
    if (!delivery.topic_alias || delivery.topic_name_omitted) return false;
    delivery.topic_alias.reset();
    if (!fits(connection, *outgoing.message, delivery)) return false;
  }
  if (delivery.topic_alias && !delivery.topic_name_omitted) {
    connection.aliases_out->emplace(outgoing.message->topic_name, *delivery.topic_alias);
  }
  count_bytes(core, connection, *outgoing.message, delivery);
  ++core.statistics.publishes_sent;
  core.actions->emplace_back(Deliver{connection.id, outgoing.message, std::move(delivery)});
  return true;
}

// 5.0 [MQTT-3.3.2-5] What has expired in the queue keeps nothing else out.
void drop_expired(Core& core, Session& session) {
  session.queue.erase_if([&](const Outgoing& waiting) {
    if (!is_expired(*waiting.message, core.now)) return false;
    if (core.journal) core.journal->unqueued(session, waiting);
    return true;
  });
}

bool is_full(const Core& core, const Session& session) {
  return core.config.queue_limit && session.queue.size() >= *core.config.queue_limit;
}

void enqueue(Core& core, Session& session, Outgoing outgoing) {
  if (is_full(core, session)) drop_expired(core, session);
  if (is_full(core, session)) {
    if (core.config.queue_drop == Config::Drop::newest || session.queue.empty()) return;
    if (core.journal) core.journal->unqueued(session, session.queue.front());
    session.queue.pop_front();
  }
  // [V311-3.1.2.4-e], [V5-4.1-b] Part of the session like its subscriptions and its open messages.
  if (core.journal) core.journal->queued(session, outgoing);
  session.queue.push_back(std::move(outgoing));
}

// Sends a new QoS 1 or 2 message; the quota has been looked at.
void start_exchange(Core& core, Session& session, Outgoing outgoing) {
  const auto identifier = take_identifier(session);
  if (!identifier) {
    if (core.journal) core.journal->queued(session, outgoing);
    session.queue.push_front(std::move(outgoing));
    return;
  }
  outgoing.delivery.packet_identifier = identifier;
  // 5.0 [MQTT-3.1.2-25] One that does not fit is dropped as if it had been delivered,
  // [V5-3.1.2.11.4-d] also if another member of the group could have taken it. 5.0 [MQTT-4.3.2-2],
  // [MQTT-4.3.3-2] It goes out with its QoS and without DUP.
  if (!transmit(core, *session.connection, outgoing, false)) return;
  // 5.0 [MQTT-3.3.4-9], [MQTT-4.9.0-2] It takes one of the client's Receive Maximum.
  session.connection->send_quota.take();
  // 5.0 [MQTT-4.3.2-3], [MQTT-4.3.3-3], 3.1.1 [MQTT-4.3.2-1], [MQTT-4.3.3-1], [V311-3.1.2.4-d] Open
  // until acknowledged.
  const auto open = session.exchanges.emplace(
      *identifier, Exchange{std::move(outgoing), false, true, ++session.last_order});
  if (core.journal) core.journal->exchange_begun(session, *identifier, open.first->second);
}

void repeat(Core& core, Session& session, std::uint16_t identifier) {
  const auto found = session.exchanges.find(identifier);
  if (found == session.exchanges.end() || found->second.released) return;
  // 5.0 [MQTT-4.3.3-7] A message that was sent once does not expire any more, [V5-3.8.4-f] and has
  // the Subscription Identifiers that it had.
  if (!transmit(core, *session.connection, found->second.outgoing, true)) {
    if (core.journal) core.journal->exchange_ended(session, identifier, found->second);
    session.exchanges.erase(found);
    return;
  }
  session.connection->send_quota.take();
  found->second.counted = true;
}

// Packet Identifiers end there, if the configuration does not say less. 3.1.1 section 4.6 leaves
// the number to the server.
std::size_t open_maximum(const Core& core) {
  return core.config.inflight_limit.value_or(65'535);
}

bool can_start(const Core& core, const Session& session) {
  return session.connection->send_quota.available() &&
         session.exchanges.size() < open_maximum(core) && !reads_slowly(core, *session.connection);
}

}  // namespace

bool reads_slowly(const Core& core, const Connection& connection) {
  const auto limit = core.config.slow_reader_limit;
  return limit != 0 && connection.on_their_way > limit;
}

void deliver(Core& core, Session& session, Outgoing outgoing) {
  const bool qos0 = outgoing.delivery.qos == 0;
  if (session.connection == nullptr) {
    // [V5-4.1-c], [V311-3.1.2.4-a] QoS 0 messages need not be kept for an absent client. 5.0
    // [MQTT-4.5.0-1], 3.1.1 [MQTT-3.1.2-5] QoS 1 and 2 have to be.
    if (qos0 && !core.config.queue_qos0_for_absent) return;
    enqueue(core, session, std::move(outgoing));
  } else if (qos0) {
    // [V5-3.1.2.11.3-e] Receive Maximum says nothing on QoS 0. [V5-4.3.1-a] It may get lost. 3.1.1
    // and 5.0 [MQTT-4.3.1-1] It never has DUP.
    if (reads_slowly(core, *session.connection)) return;
    static_cast<void>(transmit(core, *session.connection, outgoing, false));
  } else if (session.to_resend.empty() && session.queue.empty() && can_start(core, session)) {
    start_exchange(core, session, std::move(outgoing));
  } else {
    // 5.0 [MQTT-4.6.0-5], [MQTT-4.6.0-6], 3.1.1 [MQTT-4.6.0-5], [MQTT-4.6.0-6], [V31-36] Nothing
    // overtakes what waits already, whatever the topic.
    enqueue(core, session, std::move(outgoing));
  }
}

void pump(Core& core, Session& session) {
  if (session.connection == nullptr) return;
  // [V5-4.4-a] What was open before the connection broke comes before anything new.
  while (!session.to_resend.empty() && session.connection->send_quota.available()) {
    const auto identifier = session.to_resend.front();
    session.to_resend.pop_front();
    repeat(core, session, identifier);
  }
  if (!session.to_resend.empty()) return;
  while (!session.queue.empty()) {
    auto& first = session.queue.front();
    const bool qos0 = first.delivery.qos == 0;
    // 5.0 [MQTT-3.3.2-5] What has expired before its delivery began is deleted.
    const bool expired = is_expired(*first.message, core.now);
    if (!expired && !qos0 && !can_start(core, session)) return;
    if (core.journal) core.journal->unqueued(session, first);
    Outgoing outgoing = std::move(first);
    session.queue.pop_front();
    if (expired) continue;
    if (qos0) {
      static_cast<void>(transmit(core, *session.connection, outgoing, false));
    } else {
      start_exchange(core, session, std::move(outgoing));
    }
  }
}

void resume(Core& core, Session& session) {
  for (auto& [identifier, exchange] : session.exchanges) exchange.counted = false;
  // 5.0 [MQTT-4.4.0-1], 3.1.1 [MQTT-4.4.0-1], [V31-12] Everything open is repeated under its
  // identifier, and [V311-4.4-a] only now. 5.0 [MQTT-4.3.3-6] After PUBREL that is the PUBREL,
  // never the PUBLISH.
  for (const auto identifier : exchanges_in_order(session, true)) {
    codec::Pubrel pubrel;
    pubrel.packet_identifier = identifier;
    if (!send(core, *session.connection, std::move(pubrel))) return;
    session.exchanges.at(identifier).counted = true;
    session.connection->send_quota.take();
  }
  // 3.1.1 [MQTT-4.6.0-6] In the order in which they were first sent.
  const auto open = exchanges_in_order(session, false);
  session.to_resend.assign(open.begin(), open.end());
  pump(core, session);
}

void complete(Core& core, Session& session, std::uint16_t identifier) {
  const auto found = session.exchanges.find(identifier);
  if (found == session.exchanges.end()) return;
  // [V5-4.9-a] PUBACK, PUBCOMP and a refusing PUBREC return one unit of quota.
  if (found->second.counted && session.connection != nullptr) {
    session.connection->send_quota.give_back();
  }
  if (core.journal) core.journal->exchange_ended(session, identifier, found->second);
  session.exchanges.erase(found);
  pump(core, session);
}

}  // namespace mqttspec::broker
