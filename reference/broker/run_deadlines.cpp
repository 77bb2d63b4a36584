#include <algorithm>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

using Kind = DeadlineKey::Kind;

void keep_alive_due(Core& core, Connection& connection) {
  // Packets only note their time: whether one has come since is looked at here.
  if (connection.last_received + connection.keep_alive > core.now) {
    watch_keep_alive(core, connection);
    return;
  }
  // 5.0 [MQTT-3.1.2-22], [V5-3.1.2.5-b], 3.1.1 [MQTT-3.1.2-24], [V311-3.1.2.5-b] Silent for one and
  // a half times Keep Alive: as if the network had failed. [V31-22] 3.1 says both that and that it
  // is like a DISCONNECT; its Will section has it that the Will is published.
  disconnect(core, connection, codec::ReasonCode::keep_alive_timeout,
             "nothing came for one and a half times Keep Alive");
}

void connection_due(Core& core, const DeadlineKey& key) {
  const auto found = core.connections.find(key.id);
  if (found == core.connections.end()) return;
  if (key.kind == Kind::keep_alive) {
    keep_alive_due(core, *found->second);
  } else {
    // [V5-3.1.4-a], [V311-3.1.4-a] No CONNECT within a reasonable time, or no answer to AUTH.
    close(core, *found->second);
  }
}

void session_due(Core& core, const DeadlineKey& key) {
  const auto found = core.sessions_by_number.find(key.id);
  if (found == core.sessions_by_number.end()) return;
  Session& session = *found->second;
  if (key.kind == Kind::retry) {
    retry(core, session);
  } else if (key.kind == Kind::will) {
    // 5.0 [MQTT-3.1.2-8], [V5-3.1.2.5-e] The Will Delay is over.
    if (session.will) publish_will(core, session);
  } else {
    // 5.0 [MQTT-4.1.0-2] The Session Expiry Interval is over.
    end_session(core, session);
  }
}

}  // namespace

void watch_keep_alive(Core& core, Connection& connection) {
  // [V5-3.1.2.10-a], [V311-3.1.2.10-a], [V31-45] Keep Alive 0 turns it off.
  if (connection.keep_alive == Instant{0}) return;
  core.deadlines.set({Kind::keep_alive, connection.id},
                     connection.last_received + connection.keep_alive);
}

void watch_connect(Core& core, const Connection& connection) {
  if (core.config.connect_timeout.count() == 0) return;
  core.deadlines.set({Kind::connect, connection.id}, core.now + core.config.connect_timeout);
}

void watch_retained(Core& core) {
  const auto next = core.retained.next_expiry();
  if (next != never) core.deadlines.set({Kind::retained, 0}, next);
}

void run_deadlines(Core& core) {
  while (const auto key = core.deadlines.take_due(core.now)) {
    if (key->kind == Kind::retained) {
      core.retained.drop_expired(core.now);
      watch_retained(core);
      continue;
    }
    if (key->kind == Kind::system) {
      publish_system_topics(core);
      continue;
    }
    const bool of_connection = key->kind == Kind::connect || key->kind == Kind::keep_alive;
    of_connection ? connection_due(core, *key) : session_due(core, *key);
  }
}

}  // namespace mqttspec::broker
