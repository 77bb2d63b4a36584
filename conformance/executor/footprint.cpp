#include "conformance/executor/footprint.hpp"

namespace mqttspec::executor {

using codec::PropertyId;

namespace {

void track_publish(Footprint& footprint, Connection& connection, const codec::Publish& publish) {
  std::string topic = publish.topic_name;
  const auto number = codec::get_integer(publish.properties, PropertyId::topic_alias);
  if (number) {
    const auto alias = static_cast<std::uint16_t>(*number);
    if (!topic.empty()) connection.aliases_out[alias] = topic;
    const auto mapped = connection.aliases_out.find(alias);
    if (topic.empty() && mapped != connection.aliases_out.end()) topic = mapped->second;
  }
  if (!publish.retain || topic.empty()) return;
  if (publish.payload.empty()) {
    footprint.retained.erase(topic);
  } else {
    footprint.retained.insert(topic);
  }
}

void track_disconnect(Footprint& footprint, Connection& connection,
                      const codec::Disconnect& disconnect) {
  if (!connection.connect || !connection.in_session) return;
  const auto expiry =
      codec::get_integer(disconnect.properties, PropertyId::session_expiry_interval);
  if (!expiry) return;
  if (*expiry == 0) {
    footprint.sessions.erase(connection.connect->client_identifier);
  } else {
    footprint.sessions.insert_or_assign(connection.connect->client_identifier, connection.version);
  }
}

}  // namespace

ConnectFacts facts_of(const codec::Connect& connect, codec::Version version) {
  ConnectFacts facts;
  facts.client_identifier = connect.client_identifier;
  facts.clean_start = connect.clean_start;
  facts.keep_alive = connect.keep_alive;
  facts.session_may_remain =
      version == codec::Version::v5_0
          ? codec::get_integer(connect.properties, PropertyId::session_expiry_interval)
                    .value_or(0) > 0
          : !connect.clean_start;
  if (connect.will && connect.will->retain && !connect.will->payload.empty()) {
    facts.retained_will = connect.will->topic;
  }
  return facts;
}

void leave_tracks(Footprint& footprint, Connection& connection, const codec::Packet& packet) {
  if (const auto* connect = std::get_if<codec::Connect>(&packet)) {
    if (!connection.connect) connection.connect = facts_of(*connect, connection.version);
  } else if (const auto* publish = std::get_if<codec::Publish>(&packet)) {
    track_publish(footprint, connection, *publish);
  } else if (const auto* disconnect = std::get_if<codec::Disconnect>(&packet)) {
    track_disconnect(footprint, connection, *disconnect);
  }
}

void leave_tracks_of_session(Footprint& footprint, const Connection& connection,
                             const codec::Connack& connack) {
  if (!connection.connect) return;
  const ConnectFacts& connect = *connection.connect;
  std::string identifier = connect.client_identifier;
  if (const auto assigned =
          codec::get_string(connack.properties, PropertyId::assigned_client_identifier)) {
    identifier = *assigned;
  }
  const bool remains = codec::get_integer(connack.properties, PropertyId::session_expiry_interval)
                           .value_or(connect.session_may_remain ? 1 : 0) > 0;
  if (remains && !identifier.empty()) {
    footprint.sessions.insert_or_assign(identifier, connection.version);
  } else {
    // The session that there may have been is continued or replaced, and ends with this connection.
    footprint.sessions.erase(identifier);
  }
  if (!connect.retained_will.empty()) footprint.retained.insert(connect.retained_will);
}

}  // namespace mqttspec::executor
