#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/journal.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using codec::ReasonCode;
using codec::Version;

// Replaces an alias by its topic; false if the connection was closed.
bool resolve_alias(Core& core, Connection& connection, codec::Publish& packet) {
  const auto alias = codec::get_integer(packet.properties, PropertyId::topic_alias);
  if (!alias) return true;
  // 5.0 [MQTT-3.3.2-8], [MQTT-3.3.2-9], [MQTT-3.2.2-17], [MQTT-3.2.2-18], [V5-3.3.4-g] Zero, or
  // above the maximum that we told. [MQTT-3.3.2-12] Everything between is accepted.
  if (*alias == 0 || *alias > core.config.topic_alias_maximum) {
    disconnect(core, connection, ReasonCode::topic_alias_invalid, "Topic Alias out of range");
    return false;
  }
  auto& aliases = connection.aliases_in;
  if (!packet.topic_name.empty()) {
    // [V5-3.3.2.3.4-b], [V5-3.3.2.3.4-c] Sets or replaces the mapping.
    if (aliases.size() < *alias) aliases.resize(*alias);
    aliases[*alias - 1] = packet.topic_name;
    return true;
  }
  if (*alias > aliases.size() || aliases[*alias - 1].empty()) {
    // [V5-3.3.4-h] Nothing is known under this alias. 5.0 [MQTT-3.3.2-7] What an earlier connection
    // used does not count.
    disconnect(core, connection, ReasonCode::protocol_error, "unknown Topic Alias");
    return false;
  }
  packet.topic_name = aliases[*alias - 1];
  return true;
}

// What we announced in CONNACK; false if the connection was closed.
bool keeps_limits(Core& core, Connection& connection, const codec::Publish& packet) {
  // 5.0 [MQTT-3.2.2-11], [V5-3.2.2.3.4-b]
  if (packet.qos > core.config.maximum_qos) {
    disconnect(core, connection, ReasonCode::qos_not_supported, "QoS above Maximum QoS");
    return false;
  }
  // 5.0 [MQTT-3.2.2-14], [V5-3.2.2.3.5-b]
  if (packet.retain && !core.config.retain_available) {
    disconnect(core, connection, ReasonCode::retain_not_supported, "RETAIN is not available");
    return false;
  }
  return true;
}

// A QoS 2 message is open until its PUBREL.
void open_incoming(Core& core, Session& session, std::uint16_t identifier, Incoming entry) {
  const auto [place, is_new] = session.incoming.emplace(identifier, std::move(entry));
  if (core.journal && is_new) core.journal->incoming_begun(session, identifier, place->second);
}

// Answers as the QoS demands; a refusal ends the exchange.
void acknowledge(Core& core, Connection& connection, const codec::Publish& packet,
                 ReasonCode reason, std::string_view why = {}) {
  // 5.0 [MQTT-3.3.4-1], 3.1.1 [MQTT-3.3.4-1], [V311-4.3.1-a] None for QoS 0, PUBACK for 1, PUBREC
  // for 2. 5.0 [MQTT-2.2.1-5], 3.1.1 [MQTT-2.3.1-6] With the identifier of the PUBLISH.
  if (packet.qos == 1) {
    codec::Puback puback;
    puback.packet_identifier = *packet.packet_identifier;
    puback.reason_code = reason;
    puback.properties = reason_string(core, connection, codec::PacketType::puback, why);
    static_cast<void>(send(core, connection, std::move(puback)));
  } else if (packet.qos == 2) {
    codec::Pubrec pubrec;
    pubrec.packet_identifier = *packet.packet_identifier;
    pubrec.reason_code = reason;
    pubrec.properties = reason_string(core, connection, codec::PacketType::pubrec, why);
    static_cast<void>(send(core, connection, std::move(pubrec)));
  }
}

void refuse_publish(Core& core, Connection& connection, const codec::Publish& packet,
                    ReasonCode reason, std::string_view why) {
  const bool closes = core.config.close_on_denied_publish && reason == ReasonCode::not_authorized;
  if (is_v5(connection) && closes) {
    // [V5-3.14-a] DISCONNECT reaches those whom no acknowledgement tells, at QoS 0.
    disconnect(core, connection, reason, why);
    return;
  }
  if (is_v5(connection)) {
    // [V5-3.4.2.1-c], [V5-3.5.2.1-c] Told in the acknowledgement; the connection goes on
    // [V5-4.13.2-a]. 5.0 [MQTT-4.3.3-9] Nothing is kept under the identifier, so that
    // it is a new message next time.
    acknowledge(core, connection, packet, reason, why);
    return;
  }
  // 3.1.1 [MQTT-3.3.5-2] Acknowledged all the same, or closed. [V31-10] 3.1 knows only the first.
  if (core.config.close_on_denied_publish && connection.version == Version::v3_1_1) {
    close(core, connection);
    return;
  }
  if (packet.qos == 2) {
    open_incoming(core, *connection.session, *packet.packet_identifier, {});
  }
  acknowledge(core, connection, packet, ReasonCode::success);
}

// Why the message is not taken over; nothing if it is.
std::optional<std::pair<ReasonCode, std::string_view>> objection(Core& core,
                                                                 const Connection& connection,
                                                                 const codec::Publish& packet) {
  const auto& incoming = connection.session->incoming;
  // [V5-2.2.1-c] The identifier belongs to a QoS 2 message that is not finished.
  if (packet.qos == 1 && is_v5(connection) && incoming.contains(*packet.packet_identifier)) {
    return std::pair{ReasonCode::packet_identifier_in_use, "a QoS 2 message has this identifier"};
  }
  if (!may_publish(core.config, *connection.session, packet.topic_name)) {
    log_denied(core, connection, "publish", packet.topic_name);
    return std::pair{ReasonCode::not_authorized, "publishing on this topic is not permitted"};
  }
  // [V5-3.3.2.3.2-c] The payload is said to be UTF-8.
  if (is_v5(connection) && core.config.check_payload_format &&
      !payload_format_holds(packet.properties, packet.payload)) {
    return std::pair{ReasonCode::payload_format_invalid, "the payload is not UTF-8"};
  }
  if (packet.retain && !packet.payload.empty() && !has_room_for_retained(core, packet.topic_name)) {
    return std::pair{ReasonCode::quota_exceeded, "there are as many retained messages as may be"};
  }
  return std::nullopt;
}

ReasonCode route_and_tell(Core& core, const Connection& connection,
                          const std::shared_ptr<const Message>& message) {
  const bool matched = route(core, message);
  // [V5-3.4.2.1-b], [V5-3.5.2.1-b] A variant of success.
  const bool tell = is_v5(connection) && core.config.no_matching_subscribers_code;
  return matched || !tell ? ReasonCode::success : ReasonCode::no_matching_subscribers;
}

void take_qos2(Core& core, Connection& connection, codec::Publish& packet) {
  const auto identifier = *packet.packet_identifier;
  if (connection.session->incoming.contains(identifier)) {
    // 5.0 [MQTT-4.3.3-10], 3.1.1 [MQTT-4.3.3-2] Until PUBREL it is the same message, whatever its
    // DUP says [V5-3.3.1.1-a].
    acknowledge(core, connection, packet, ReasonCode::success);
    return;
  }
  connection.receive_quota.take();
  codec::Publish header;
  header.qos = packet.qos;
  header.packet_identifier = identifier;
  auto message = make_message(core, std::move(packet), connection.session->client_identifier);
  ReasonCode reason = ReasonCode::success;
  Incoming entry{connection.id, nullptr};
  // [V5-4.3.3-b], [V311-4.3.3-a], [V31-35] Forwarded now or on PUBREL.
  if (core.config.forward_qos2_on_publish) {
    reason = route_and_tell(core, connection, message);
  } else {
    entry.message = std::move(message);
  }
  // [V311-3.1.2.4-f] Part of the session until PUBREL. [V311-4.3.3-b] There may be many.
  open_incoming(core, *connection.session, identifier, std::move(entry));
  // 5.0 [MQTT-4.3.3-8] PUBREC once the message is ours.
  acknowledge(core, connection, header, reason);
}

}  // namespace

void handle(Core& core, Connection& connection, codec::Publish& packet) {
  ++core.statistics.publishes_received;
  if (is_v5(connection) && !resolve_alias(core, connection, packet)) return;
  if (!keeps_limits(core, connection, packet)) return;
  const bool repeated = packet.qos == 2 && packet.packet_identifier &&
                        connection.session->incoming.contains(*packet.packet_identifier);
  // 5.0 [MQTT-3.3.4-7], [V5-3.3.4-f] More than our Receive Maximum is open; [V5-3.2.2.3.3-c] QoS 0
  // does not count. [V5-3.2.2.3.3-b] Up to there
  // all are accepted, [V311-4.3.2-a] in 3.x any number.
  if (is_v5(connection) && packet.qos > 0 && !repeated && !connection.receive_quota.available()) {
    disconnect(core, connection, ReasonCode::receive_maximum_exceeded,
               "more than Receive Maximum messages are open");
    return;
  }
  if (!repeated) {
    if (const auto why = objection(core, connection, packet)) {
      refuse_publish(core, connection, packet, why->first, why->second);
      return;
    }
  }
  if (packet.qos == 2) {
    take_qos2(core, connection, packet);
    return;
  }
  codec::Publish header;
  header.qos = packet.qos;
  header.packet_identifier = packet.packet_identifier;
  const auto message = make_message(core, std::move(packet), connection.session->client_identifier);
  // 5.0 [MQTT-4.3.2-4], [MQTT-4.3.2-5], 3.1.1 [MQTT-4.3.2-2] Acknowledged once the message is ours;
  // the same identifier then is a new message, [V31-34] DUP or not. [V311-4.3.2-b] Its receivers
  // may be absent still.
  acknowledge(core, connection, header, route_and_tell(core, connection, message));
}

}  // namespace mqttspec::broker
