// From a session to its connection: identifiers, quota, queue. What waits goes out in portions, so
// that nobody makes us hold more bytes than it reads; how those leave is transmit.cpp.
#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

// What has waited goes out as long as no more bytes than this are on their way to the client.
constexpr std::uint64_t portion_maximum = std::uint64_t{64} << 10U;
// So many bytes of QoS 0 messages wait behind retained ones that are handed out.
constexpr std::size_t waiting_bytes_maximum = std::size_t{1} << 20U;

// 5.0 [MQTT-3.3.2-5] What has expired in the queue keeps nothing else out.
void drop_expired(Core& core, Session& session) {
  session.queue.erase_if([&](const Outgoing& waiting) {
    if (waiting.message == nullptr || !is_expired(*waiting.message, core.now)) return false;
    if (core.journal) core.journal->unqueued(session, waiting);
    return true;
  });
}

// Messages in the queue; places for retained ones are none.
bool is_full(const Core& core, const Session& session) {
  if (!core.config.queue_limit) return false;
  const auto places = session.hand_outs ? session.hand_outs->acknowledged.places() : 0;
  return session.queue.size() - places >= *core.config.queue_limit;
}

void enqueue(Core& core, Session& session, Outgoing outgoing) {
  if (is_full(core, session)) drop_expired(core, session);
  if (is_full(core, session)) {
    if (core.config.queue_drop == Config::Drop::newest || session.queue.empty()) return;
    // The oldest that is no message is a subscription's claim, which is not for this limit to take.
    if (session.queue.front().hand_out != nullptr) return;
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
  watch_retry(core, session);
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

// May more of what has waited go out? If not, drain() takes it up again.
bool wants_more(const Core& core, Connection& connection) {
  connection.wants_portion = connection.unread >= portion_maximum || reads_slowly(core, connection);
  return !connection.wants_portion;
}

std::size_t bytes_of(const Outgoing& waiting) {
  return sizeof(Outgoing) + waiting.message->topic_name.size() + waiting.message->payload.size();
}

// A QoS 0 message that comes while retained ones are handed out.
void wait_behind(HandOuts& hand_outs, Outgoing outgoing) {
  const auto bytes = bytes_of(outgoing);
  // [V5-4.3.1-a] It may get lost: its client does not keep up.
  if (hand_outs.waiting_bytes + bytes > waiting_bytes_maximum) return;
  hand_outs.waiting_bytes += bytes;
  hand_outs.waiting.push_back(std::move(outgoing));
}

// Retained messages of QoS 0 and what has come behind them.
void pump_qos0(Core& core, Session& session) {
  HandOuts& hand_outs = *session.hand_outs;
  auto& waiting = hand_outs.waiting;
  while (!waiting.empty() && wants_more(core, *session.connection)) {
    if (const auto hand_out = waiting.front().hand_out) {
      if (const auto message = next_of(core, session, *hand_out)) {
        static_cast<void>(transmit(core, *session.connection, *message, false));
      } else {
        waiting.pop_front();
        end_hand_out(core, session, *hand_out);
      }
      continue;
    }
    const Outgoing outgoing = std::move(waiting.front());
    waiting.pop_front();
    hand_outs.waiting_bytes -= bytes_of(outgoing);
    if (is_expired(*outgoing.message, core.now)) continue;
    static_cast<void>(transmit(core, *session.connection, outgoing, false));
  }
}

// As much of the first hand-out of the queue as may go out; true if that was all of it.
bool pump_hand_out(Core& core, Session& session) {
  const auto hand_out = session.queue.front().hand_out;
  const std::string before = hand_out->after;
  while (wants_more(core, *session.connection) && can_start(core, session)) {
    auto message = next_of(core, session, *hand_out);
    if (!message) {
      session.queue.pop_front();
      end_hand_out(core, session, *hand_out);
      return true;
    }
    start_exchange(core, session, std::move(*message));
  }
  if (core.journal && hand_out->after != before) core.journal->handed_out(session, *hand_out);
  return false;
}

void pump_queue(Core& core, Session& session) {
  while (!session.queue.empty() && wants_more(core, *session.connection)) {
    auto& first = session.queue.front();
    if (first.hand_out != nullptr) {
      if (!pump_hand_out(core, session)) return;
      continue;
    }
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
    if (session.hand_outs != nullptr && !session.hand_outs->waiting.empty()) {
      wait_behind(*session.hand_outs, std::move(outgoing));
      return;
    }
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
  Connection* connection = session.connection;
  if (connection == nullptr) return;
  if (session.hand_outs != nullptr) pump_qos0(core, session);
  // [V5-4.4-a] What was open before the connection broke comes before anything new.
  while (!session.to_resend.empty() && connection->send_quota.available()) {
    if (!wants_more(core, *connection)) return;
    const auto identifier = session.to_resend.front();
    session.to_resend.pop_front();
    repeat(core, session, identifier);
  }
  if (session.to_resend.empty()) pump_queue(core, session);
  const auto& hand_outs = session.hand_outs;
  if (hand_outs != nullptr && hand_outs->waiting.empty() && session.queue.empty()) {
    session.hand_outs.reset();
  }
}

void drain(Core& core, Connection& connection, std::uint64_t bytes) {
  // What has waited for the client goes on as soon as it reads again.
  if (reads_slowly(core, connection)) connection.wants_portion = true;
  connection.on_their_way -= std::min(bytes, connection.on_their_way);
  connection.unread -= std::min(bytes, connection.unread);
  const bool may_go_on = connection.wants_portion && connection.unread <= portion_maximum / 2 &&
                         !reads_slowly(core, connection);
  if (may_go_on && connection.session != nullptr) pump(core, *connection.session);
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
  watch_retry(core, session);
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
