#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

using std::chrono::seconds;

DeadlineKey expiry_key(const Session& session) {
  return {DeadlineKey::Kind::session, session.number};
}

// [V5-4.8.2-j] A QoS 1 message whose member is gone goes to another member of the group. 5.0
// [MQTT-4.8.2-5] A QoS 2 message goes to nobody else: [MQTT-4.8.2-4] it waits in this session.
std::vector<Outgoing> take_shared_qos1(Core& core, Session& session) {
  std::vector<Outgoing> taken;
  const auto is_wanted = [](const Outgoing& outgoing) {
    return outgoing.shared_filter != nullptr && outgoing.delivery.qos == 1;
  };
  for (const auto identifier : exchanges_in_order(session, false)) {
    const auto found = session.exchanges.find(identifier);
    if (!is_wanted(found->second.outgoing)) continue;
    if (core.journal) core.journal->exchange_ended(session, identifier, found->second);
    taken.push_back(std::move(found->second.outgoing));
    session.exchanges.erase(found);
  }
  session.queue.erase_if([&](Outgoing& outgoing) {
    if (!is_wanted(outgoing)) return false;
    if (core.journal) core.journal->unqueued(session, outgoing);
    taken.push_back(std::move(outgoing));
    return true;
  });
  return taken;
}

void redeliver(Core& core, const std::vector<Outgoing>& taken) {
  for (const auto& outgoing : taken) {
    auto* group = core.subscriptions.find_group(*outgoing.shared_filter);
    if (group != nullptr && !is_expired(*outgoing.message, core.now)) {
      route_to_group(core, *group, outgoing.message);
    }
  }
}

}  // namespace

Session* find_session(Core& core, const std::string& client_identifier) {
  // 5.0 [MQTT-3.1.3-2], 3.1.1 [MQTT-3.1.3-2] The Client Identifier, as it is written
  // [V5-3.1.3.1-b], is the session's key.
  const auto found = core.sessions.find(client_identifier);
  return found == core.sessions.end() ? nullptr : found->second.get();
}

Session& create_session(Core& core, const std::string& client_identifier) {
  // [V5-4.1-a], [V311-3.1.2.4-b] It exists as soon as it is made, though there is nothing in it
  // yet.
  auto session = std::make_unique<Session>();
  session->number = ++core.last_session_number;
  session->client_identifier = client_identifier;
  Session& created = *session;
  core.sessions_by_number.emplace(created.number, &created);
  core.sessions.emplace(client_identifier, std::move(session));
  return created;
}

void detach(Core& core, Session& session) {
  session.connection = nullptr;
  session.to_resend.clear();
  session.retry_until.reset();
  core.deadlines.cancel({DeadlineKey::Kind::retry, session.number});
  if (session.hand_outs != nullptr) {
    // [V5-4.1-c], [V311-3.1.2.4-a] QoS 0 messages need not be kept for an absent client.
    session.hand_outs->qos0 = {};
    session.hand_outs->waiting.clear();
    session.hand_outs->waiting_bytes = 0;
  }
  // [V5-4.1-e] The Session Expiry Interval starts when the connection ends; 5.0 [MQTT-3.1.2-23]
  // until it is over the session is kept, [V5-3.1.2.11.2-c] with 0xFFFFFFFF for ever.
  if (session.expiry_interval != never_expires) {
    session.expires = core.now + seconds(session.expiry_interval);
    core.deadlines.set(expiry_key(session), *session.expires);
  }
  if (core.journal) core.journal->session_changed(session);
  if (core.config.redeliver_shared_on_disconnect) redeliver(core, take_shared_qos1(core, session));
  // 5.0 [MQTT-3.1.2-8], 3.1.1 [MQTT-3.1.2-8] Whatever was not deleted by DISCONNECT is published.
  // 3.1.1 [MQTT-3.1.2-12] Without Will Flag there is nothing. [V31-21] However the connection
  // ended: 3.1 names some ways only, and excludes none but DISCONNECT.
  // A delay that runs already goes on (of a session that was restored).
  if (session.will && !session.will_due) release_will(core, session);
  // [V5-3.1.2.11.2-b], 3.1.1 [MQTT-3.1.2-6] With interval 0 the session ends with the connection.
  if (session.expiry_interval == 0) end_session(core, session);
}

void forget(Core& core, Connection& connection) {
  core.deadlines.cancel({DeadlineKey::Kind::connect, connection.id});
  core.deadlines.cancel({DeadlineKey::Kind::keep_alive, connection.id});
  Session* session = connection.session;
  // [V5-4.1-e], 3.1.1 [MQTT-4.1.0-1] The session stays behind for as long as was agreed.
  if (session != nullptr) --core.connected;
  core.connections.erase(connection.id);
  if (session != nullptr) detach(core, *session);
}

void end_session(Core& core, Session& session) {
  core.deadlines.cancel(expiry_key(session));
  // [V5-4.8.2-f], [V5-3.8.4-e] Its subscriptions, identifiers and memberships go with it.
  for (const auto& [filter, options] : session.subscriptions) {
    core.subscriptions.remove(session, filter);
  }
  // 3.1.1 [MQTT-3.1.2-7], [V5-4.1-d] Retained messages are no part of it and stay.
  const auto node = core.sessions.extract(session.client_identifier);
  core.sessions_by_number.erase(session.number);
  redeliver(core, take_shared_qos1(core, session));
  // [V5-3.1.3.2.2-c], [V5-3.1.3.2.2-d] A Will that still waits is published when its session ends.
  if (session.will) publish_will(core, session);
  if (core.journal) core.journal->session_ended(session);
}

}  // namespace mqttspec::broker
