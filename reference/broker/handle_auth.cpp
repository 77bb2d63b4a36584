// Enhanced authentication and re-authentication (section 4.12): the packets around a method.
#include <utility>

#include "reference/broker/core.hpp"
#include "reference/broker/digest.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using codec::ReasonCode;
using Phase = Connection::Phase;
using Verdict = AuthenticationStep::Verdict;

// 5.0 [MQTT-4.12.0-2], [MQTT-4.12.0-5] AUTH with the method and, if there is any, data.
bool send_auth(Core& core, Connection& connection, ReasonCode reason,
               const std::optional<std::string>& data) {
  codec::Auth auth;
  auth.reason_code = reason;
  auth.properties.push_back({PropertyId::authentication_method, *connection.authentication_method});
  if (data) auth.properties.push_back({PropertyId::authentication_data, *data});
  return send(core, connection, std::move(auth));
}

// Before CONNACK a fault is answered with a refusing CONNACK, after it with DISCONNECT.
void reject(Core& core, Connection& connection, ReasonCode reason, std::string_view why) {
  if (connection.phase == Phase::connected) {
    // 5.0 [MQTT-4.12.1-2] A failed re-authentication closes the connection.
    disconnect(core, connection, reason, why);
  } else {
    // 5.0 [MQTT-4.12.0-4] So does a failed authentication.
    refuse(core, connection, reason, why);
  }
}

// What the exchange is made unique by: never twice, and not to be foreseen without the secret.
std::string make_nonce(Core& core) {
  constexpr std::size_t length = 24;
  const auto& config = core.config;
  const auto secret = config.secret.empty() ? std::to_string(config.seed) : config.secret;
  return to_base64(hmac_sha256(secret, "nonce " + std::to_string(++core.nonces))).substr(0, length);
}

void succeed(Core& core, Connection& connection, AuthenticationStep step) {
  connection.authentication.reset();
  if (connection.phase == Phase::connected) {
    // A connection belongs to one user as long as it lasts.
    if (step.user_name != connection.user_name) {
      reject(core, connection, ReasonCode::not_authorized, "authentication failed");
      return;
    }
    connection.record = std::move(step.record);
    // [V5-4.12.1-a] Re-authentication ends with AUTH 0x00.
    static_cast<void>(send_auth(core, connection, ReasonCode::success, step.data));
    return;
  }
  connection.user_name = std::move(step.user_name);
  connection.record = std::move(step.record);
  if (connection.record != nullptr && !is_current(core, connection)) {
    reject(core, connection, ReasonCode::not_authorized, "authentication failed");
    return;
  }
  // [V5-4.12-a] Authentication ends with CONNACK.
  authenticated(core, connection, step.data);
}

// Tells the method what the client has said.
void go_on(Core& core, Connection& connection, const codec::Properties& properties) {
  const auto view = codec::get_string(properties, PropertyId::authentication_data);
  auto step =
      connection.authentication->next(view ? std::optional(std::string(*view)) : std::nullopt);
  switch (step.verdict) {
    case Verdict::accepted:
      succeed(core, connection, std::move(step));
      return;
    case Verdict::rejected:
      reject(core, connection, ReasonCode::not_authorized, step.why);
      return;
    case Verdict::go_on:
      break;
  }
  if (connection.phase == Phase::authenticating) {
    // A client that never answers would keep its place for ever.
    watch_connect(core, connection);
  }
  static_cast<void>(send_auth(core, connection, ReasonCode::continue_authentication, step.data));
}

}  // namespace

void begin_authentication(Core& core, Connection& connection, std::string method) {
  connection.authentication = begin_exchange(core.config, method, make_nonce(core));
  // 5.0 [MQTT-4.12.0-1] A method that we do not have.
  if (connection.authentication == nullptr) {
    refuse(core, connection, ReasonCode::bad_authentication_method,
           "this Authentication Method is not supported");
    return;
  }
  connection.phase = Phase::authenticating;
  connection.authentication_method = std::move(method);
  // 5.0 [MQTT-3.1.2-22] Keep Alive counts from CONNECT on, so while authentication is under way
  // too.
  start_keep_alive(core, connection, connection.connect->keep_alive);
  go_on(core, connection, connection.connect->properties);
}

void handle(Core& core, Connection& connection, codec::Auth& packet) {
  // 5.0 [MQTT-4.12.0-7] Without a method in CONNECT there is no AUTH.
  if (!connection.authentication_method) {
    disconnect(core, connection, ReasonCode::protocol_error, "AUTH without Authentication Method");
    return;
  }
  // 5.0 [MQTT-4.12.1-1], [MQTT-4.12.0-5] The method stays what it was.
  const auto method = codec::get_string(packet.properties, PropertyId::authentication_method);
  if (method != connection.authentication_method) {
    reject(core, connection, ReasonCode::protocol_error, "another Authentication Method");
    return;
  }
  const bool connected = connection.phase == Phase::connected;
  const bool under_way = connection.authentication != nullptr;
  if (packet.reason_code == ReasonCode::re_authenticate && connected && !under_way) {
    connection.authentication = begin_exchange(core.config, *method, make_nonce(core));
    if (connection.authentication == nullptr) {
      reject(core, connection, ReasonCode::bad_authentication_method,
             "this Authentication Method is no longer supported");
      return;
    }
  } else if (packet.reason_code != ReasonCode::continue_authentication || !under_way) {
    // [V5-3.15.2.1-a] Nothing else is the client's to send, or not now.
    reject(core, connection, ReasonCode::protocol_error, "AUTH with this Reason Code at this time");
    return;
  }
  go_on(core, connection, packet.properties);
}

}  // namespace mqttspec::broker
