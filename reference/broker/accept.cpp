// From a CONNECT that passed every check to a connection in a session (section 3.1.4).
#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using codec::ReasonCode;
using codec::Version;

// The session that the client had, if it is to go on; what must not go on is ended.
Session* previous_session(Core& core, const codec::Connect& connect) {
  Session* session = find_session(core, connect.client_identifier);
  if (session != nullptr && session->connection != nullptr) {
    // 5.0 [MQTT-3.1.4-3], 3.1.1 [MQTT-3.1.4-2], [V31-24] The older connection ends first; that ends
    // its session as well where that was agreed [V5-3.1.4-e]. [V5-3.1.3.2.2-e], [V311-3.1.2.5-d]
    // Its Will is released like that of any other connection that ends without DISCONNECT.
    disconnect(core, *session->connection, ReasonCode::session_taken_over,
               "another connection uses this Client Identifier");
    session = find_session(core, connect.client_identifier);
  }
  // 5.0 [MQTT-4.1.0-2] A session whose time is over is gone, though its deadline was not handled
  // yet.
  const bool over = session != nullptr && session->expires && *session->expires <= core.now;
  // 5.0 [MQTT-3.1.2-4], [MQTT-3.1.4-4], 3.1.1 [MQTT-3.1.2-6], [MQTT-3.1.4-3] A clean start drops
  // whatever there was.
  if (session != nullptr && (over || connect.clean_start)) {
    end_session(core, *session);
    session = nullptr;
  }
  // [V5-3.1.4-c], [V311-3.1.4-d] Otherwise it goes on, on this connection.
  if (session != nullptr && session->will) {
    // 5.0 [MQTT-3.1.3-9] Coming back in time cancels the Will.
    const bool due = session->will_due && *session->will_due <= core.now;
    due ? publish_will(core, *session) : forget_will(core, *session);
  }
  return session;
}

std::uint32_t session_expiry(const Core& core, const Connection& connection,
                             const codec::Connect& connect) {
  if (!is_v5(connection)) {
    // 3.1.1 [MQTT-3.1.2-4], [V31-37] Clean Session says it all.
    return connect.clean_start ? 0 : never_expires;
  }
  // [V5-3.1.2.11.2-d] Every CONNECT sets it anew.
  return std::min(connection.connect_session_expiry,
                  core.config.session_expiry_interval.value_or(never_expires));
}

std::uint16_t keep_alive_seconds(const Core& core, const Connection& connection,
                                 const codec::Connect& connect) {
  // [V5-3.2.2.3.14-b] Server Keep Alive takes the place of the client's. 5.0 [MQTT-3.2.2-22]
  // Without it the client's own counts.
  if (is_v5(connection) && core.config.server_keep_alive) return *core.config.server_keep_alive;
  return connect.keep_alive;
}

void add_limits(const Config& config, codec::Properties& properties) {
  const auto add = [&](PropertyId id, std::uint32_t value) { properties.push_back({id, value}); };
  // [V5-3.2.2.3.4-c], [V5-3.2.2.3.5-c], [V5-3.2.2.3.11-d] What is not told is supported in full.
  if (config.receive_maximum != 65'535) add(PropertyId::receive_maximum, config.receive_maximum);
  // 5.0 [MQTT-3.2.2-9] Maximum QoS is told where it is below 2.
  if (config.maximum_qos < 2) add(PropertyId::maximum_qos, config.maximum_qos);
  if (!config.retain_available) add(PropertyId::retain_available, 0);
  if (config.maximum_packet_size != 0) {
    add(PropertyId::maximum_packet_size, config.maximum_packet_size);
  }
  if (config.topic_alias_maximum != 0) {
    add(PropertyId::topic_alias_maximum, config.topic_alias_maximum);
  }
  if (!config.wildcard_subscription_available) {
    add(PropertyId::wildcard_subscription_available, 0);
  }
  if (!config.subscription_identifier_available) {
    add(PropertyId::subscription_identifier_available, 0);
  }
  if (!config.shared_subscription_available) add(PropertyId::shared_subscription_available, 0);
}

codec::Properties connack_properties(const Core& core, const Connection& connection,
                                     const codec::Connect& connect, std::uint32_t expiry,
                                     const std::optional<std::string>& data) {
  codec::Properties properties;
  // [V5-3.2.2.3.2-b] Told only where it differs from what was asked.
  if (expiry != connection.connect_session_expiry) {
    properties.push_back({PropertyId::session_expiry_interval, expiry});
  }
  add_limits(core.config, properties);
  // 5.0 [MQTT-3.1.3-7], [V5-3.2.2.3.7-b] The identifier that we chose.
  if (connection.identifier_was_assigned) {
    properties.push_back({PropertyId::assigned_client_identifier, connect.client_identifier});
  }
  if (core.config.server_keep_alive) {
    properties.push_back(
        {PropertyId::server_keep_alive, std::uint32_t{*core.config.server_keep_alive}});
  }
  // 5.0 [MQTT-3.1.2-28], [V5-3.1.2.11.6-c] Only for those who ask, [V5-3.2.2.3.15-b] and only if
  // there is any.
  const auto wanted =
      codec::get_integer(connect.properties, PropertyId::request_response_information).value_or(0);
  if (wanted == 1 && core.config.response_information) {
    properties.push_back({PropertyId::response_information, *core.config.response_information});
  }
  // [V5-3.2.2.3.10-a] As many as the configuration has, in its order.
  for (const auto& [name, value] : core.config.connack_user_properties) {
    properties.push_back({PropertyId::user_property, codec::StringPair{name, value}});
  }
  // 5.0 [MQTT-4.12.0-5], [MQTT-4.12.0-6] The method, if there is one.
  if (connection.authentication_method) {
    properties.push_back({PropertyId::authentication_method, *connection.authentication_method});
  }
  if (data) properties.push_back({PropertyId::authentication_data, *data});
  return properties;
}

void handle_held(Core& core, ConnectionId id) {
  // [V5-3.1.4-b], [V311-3.1.4-c], [V31-44] What the client sent without waiting for CONNACK.
  const auto found = core.connections.find(id);
  if (found == core.connections.end()) return;
  auto held = std::exchange(found->second->held, {});
  for (auto& packet : held) {
    const auto still = core.connections.find(id);
    if (still == core.connections.end()) return;
    handle_packet(core, *still->second, packet);
  }
}

}  // namespace

void start_keep_alive(Core& core, Connection& connection, std::uint16_t seconds) {
  connection.keep_alive = std::chrono::duration_cast<Instant>(
      std::chrono::duration<double>(seconds) * core.config.keep_alive_factor);
  core.deadlines.cancel({DeadlineKey::Kind::keep_alive, connection.id});
  watch_keep_alive(core, connection);
}

void assign_identifier(Core& core, Connection& connection) {
  std::string& identifier = connection.connect->client_identifier;
  if (!identifier.empty()) return;
  connection.identifier_was_assigned = true;
  // 5.0 [MQTT-3.1.3-6], [MQTT-3.2.2-16], 3.1.1 [MQTT-3.1.3-6] An identifier that no session has.
  do {
    identifier =
        core.config.assigned_client_identifier_prefix + std::to_string(++core.last_assigned);
  } while (core.sessions.contains(identifier));
}

void accept(Core& core, Connection& connection, const std::optional<std::string>& data) {
  const auto connect = std::move(connection.connect);
  Session* session = previous_session(core, *connect);
  codec::Connack connack;
  // 5.0 [MQTT-3.2.2-2], [MQTT-3.2.2-3], 3.1.1 [MQTT-3.2.2-1], [MQTT-3.2.2-2], [MQTT-3.2.2-3]
  // Session Present tells whether a session goes on. [V31-6] In 3.1 that byte means nothing.
  connack.session_present = session != nullptr && connection.version != Version::v3_1;
  // 5.0 [MQTT-3.1.2-5], [MQTT-3.1.2-6], 3.1.1 [MQTT-3.1.2-4] Continue what there is, else create.
  if (session == nullptr) session = &create_session(core, connect->client_identifier);
  session->expiry_interval = session_expiry(core, connection, *connect);
  if (session->expiry_interval != 0) session->durable = true;
  session->expires.reset();
  // [MQTT-4.1.0-1] in 5.0, [MQTT-4.1.0-2] in 3.1.1: as long as the client is here it does not end.
  core.deadlines.cancel({DeadlineKey::Kind::session, session->number});
  core.deadlines.cancel({DeadlineKey::Kind::connect, connection.id});
  session->user_name = connection.user_name;
  session->rights = rights_of(core.config, session->client_identifier, session->user_name);
  session->connection = &connection;
  ++core.connected;
  connection.session = session;
  connection.phase = Connection::Phase::connected;
  // [V5-3.3.4-i], [V5-3.3.2.3.4-d] Our own limits, counted anew.
  connection.receive_quota = Quota(core.config.receive_maximum);
  start_keep_alive(core, connection, keep_alive_seconds(core, connection, *connect));

  // 5.0 [MQTT-3.1.4-5], [MQTT-3.2.0-1], [MQTT-3.2.0-2], 3.1.1 [MQTT-3.1.4-4], [MQTT-3.2.0-1] One
  // CONNACK, before anything else.
  if (is_v5(connection)) {
    connack.properties =
        connack_properties(core, connection, *connect, session->expiry_interval, data);
  }
  const ConnectionId id = connection.id;
  log_connected(core, connection, connack.session_present);
  // [V311-3.2-a] There is no other place that accepts.
  if (!send(core, connection, std::move(connack))) return;
  // [V311-3.1.2.5-f] Only now that nothing can be refused any more: 5.0 [MQTT-3.1.2-7], 3.1.1
  // [MQTT-3.1.2-8] the Will is kept with the session. [V5-3.1.2.5-g]
  // Without one, one from an earlier connection does not come back.
  session->will = std::move(connect->will);
  if (core.journal) core.journal->session_changed(*session);
  resume_system_topics(core, *session);
  resume(core, *session);
  handle_held(core, id);
}

}  // namespace mqttspec::broker
