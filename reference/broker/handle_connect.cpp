#include <algorithm>
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

using codec::ReasonCode;
using codec::Version;

struct Refusal {
  ReasonCode reason;
  std::string_view why;
};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

bool is_supported(const Config& config, std::uint8_t protocol_version) {
  return std::any_of(config.versions.begin(), config.versions.end(), [&](Version version) {
    return static_cast<std::uint8_t>(version) == protocol_version;
  });
}

std::optional<Refusal> check_identifier(const Core& core, const Connection& connection,
                                        const codec::Connect& connect) {
  const Config& config = core.config;
  const std::string& identifier = connect.client_identifier;
  if (connection.version == Version::v3_1) {
    // [V31-3], [V31-4], [V31-5] 3.1 wants 1 to 23 characters, whichever they are, and knows no
    // assigned identifiers.
    const auto length = characters(identifier);
    if (length >= 1 && length <= 23) return std::nullopt;
    return Refusal{ReasonCode::client_identifier_not_valid, ""};
  }
  if (identifier.empty()) {
    // 3.1.1 [MQTT-3.1.3-7], [MQTT-3.1.3-8] Without an identifier there must be Clean Session; 5.0
    // does not ask for it [V5-3.1.3.1-c].
    const bool clean = connect.clean_start || connection.version == Version::v5_0;
    if (clean && config.assign_client_identifiers) return std::nullopt;
    return Refusal{ReasonCode::client_identifier_not_valid, "the Client Identifier is empty"};
  }
  // 5.0 [MQTT-3.1.3-8], 3.1.1 [MQTT-3.1.3-9] Refused by code 0x85, or 0x02. Up to 23
  // bytes are always allowed, 5.0 [MQTT-3.1.3-5], 3.1.1 [MQTT-3.1.3-5]; [V5-3.1.3.1-a],
  // [V311-3.1.3.1-a], [V311-3.1.3.1-b] more of them, and other characters, if the limit permits.
  const auto limit = config.client_identifier_length_maximum;
  if (limit && identifier.size() > std::max<std::size_t>(*limit, 23)) {
    return Refusal{ReasonCode::client_identifier_not_valid, "the Client Identifier is too long"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_will(const Core& core, const codec::Connect& connect) {
  if (!connect.will) return std::nullopt;
  const codec::Will& will = *connect.will;
  // [V5-3.1.3.3-a] The Will Topic is going to be a Topic Name.
  if (!is_topic_name(will.topic)) {
    return Refusal{ReasonCode::topic_name_invalid, "the Will Topic is no valid Topic Name"};
  }
  // 5.0 [MQTT-3.2.2-12] A Will QoS that we do not support.
  if (will.qos > core.config.maximum_qos) {
    return Refusal{ReasonCode::qos_not_supported, "the Will QoS is above Maximum QoS"};
  }
  // 5.0 [MQTT-3.2.2-13] A retained Will where nothing is retained.
  if (will.retain && !core.config.retain_available) {
    return Refusal{ReasonCode::retain_not_supported, "the Will is to be retained"};
  }
  // [V5-3.1.3.2.3-b] A Will Payload that is said to be UTF-8.
  if (core.config.check_payload_format && !payload_format_holds(will.properties, will.payload)) {
    return Refusal{ReasonCode::payload_format_invalid, "the Will Payload is not UTF-8"};
  }
  return std::nullopt;
}

// What the server cannot or will not do, whatever the CONNECT is like.
std::optional<Refusal> check_server(Core& core, const Connection& connection,
                                    const codec::Connect& connect) {
  const auto& redirect = core.config.redirect;
  if (redirect && redirect->when == Redirection::When::connect) {
    // [V5-4.11-a] To another server; 3.x has no word for that.
    return Refusal{is_v5(connection) ? redirection_code(*redirect) : ReasonCode::server_unavailable,
                   "another server takes over"};
  }
  const auto limit = core.config.connection_limit;
  if (!limit || core.connected < *limit) return std::nullopt;
  // Whoever replaces a connection of its own takes no place.
  const Session* session = find_session(core, connect.client_identifier);
  if (session != nullptr && session->connection != nullptr) return std::nullopt;
  return Refusal{is_v5(connection) ? ReasonCode::quota_exceeded : ReasonCode::server_unavailable,
                 "there are as many clients as may be"};
}

std::optional<Refusal> check(Core& core, const Connection& connection,
                             const codec::Connect& connect) {
  if (auto refusal = check_identifier(core, connection, connect)) return refusal;
  if (auto refusal = check_will(core, connect)) return refusal;
  if (auto refusal = check_server(core, connection, connect)) return refusal;
  return std::nullopt;
}

// What CONNECT says on the connection itself.
void read_limits(Connection& connection, const codec::Connect& connect) {
  const auto integer = [&](codec::PropertyId id, std::uint32_t otherwise) {
    return is_v5(connection) ? codec::get_integer(connect.properties, id).value_or(otherwise)
                             : otherwise;
  };
  using codec::PropertyId;
  // [V5-3.1.2.11.4-c] Without the property, the protocol's limit.
  connection.maximum_packet_size = integer(PropertyId::maximum_packet_size, 0);
  connection.topic_alias_maximum =
      static_cast<std::uint16_t>(integer(PropertyId::topic_alias_maximum, 0));
  connection.request_problem_information = integer(PropertyId::request_problem_information, 1) != 0;
  // [V5-3.1.2.11.3-c], [V5-3.1.2.11.3-d] Receive Maximum counts for this connection; else 65,535.
  connection.send_quota =
      Quota(static_cast<std::uint16_t>(integer(PropertyId::receive_maximum, 65'535)));
  connection.connect_session_expiry = integer(PropertyId::session_expiry_interval, 0);
}

}  // namespace

void handle(Core& core, Connection& connection, codec::Connect& packet) {
  if (connection.phase != Connection::Phase::opened) {
    // 5.0 [MQTT-3.1.0-2], 3.1.1 [MQTT-3.1.0-2] A second CONNECT is a Protocol Error. [V31-25] 3.1
    // has no rule for it and is treated alike.
    disconnect(core, connection, ReasonCode::protocol_error, "a second CONNECT");
    return;
  }
  // [V5-3.1.4-d], [V311-3.1.4-e] All versions that are configured are served side by side.
  const bool known = packet.protocol_version >= 3 && packet.protocol_version <= 5;
  connection.version = known ? static_cast<Version>(packet.protocol_version) : Version::v3_1_1;
  if (!is_supported(core.config, packet.protocol_version)) {
    // 5.0 [MQTT-3.1.2-2], 3.1.1 [MQTT-3.1.2-2], [V31-2] 0x84, or 0x01 where the client knows only
    // that.
    refuse(core, connection, ReasonCode::unsupported_protocol_version,
           "this protocol version is not served here");
    return;
  }
  read_limits(connection, packet);
  if (connection.came_too_fast) {
    refuse(
        core, connection,
        is_v5(connection) ? ReasonCode::connection_rate_exceeded : ReasonCode::server_unavailable,
        "too many connections a second");
    return;
  }
  // [V5-3.1.4-f] Nothing of what follows touches another connection or session unless all is well.
  if (const auto refusal = check(core, connection, packet)) {
    refuse(core, connection, refusal->reason, refusal->why);
    return;
  }
  connection.connect = std::make_unique<codec::Connect>(std::move(packet));
  // Whatever else has to be proved, and by whichever method.
  if (core.config.require_certificate && connection.certificate_subject.empty()) {
    refuse(core, connection, ReasonCode::not_authorized, "a client certificate is required");
    return;
  }
  const auto& properties = connection.connect->properties;
  const auto method = codec::get_string(properties, codec::PropertyId::authentication_method);
  if (is_v5(connection) && method) {
    begin_authentication(core, connection, std::string(*method));
    return;
  }
  // [V5-4.12-b] Without a method, what CONNECT tells has to do.
  identify(core, connection);
}

}  // namespace mqttspec::broker
