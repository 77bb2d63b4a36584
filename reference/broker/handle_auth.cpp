// Enhanced authentication (section 4.12) by a script: what the client has to say, step by step.
#include <utility>

#include "reference/broker/core.hpp"

namespace mqttspec::broker {
namespace {

using codec::PropertyId;
using codec::ReasonCode;

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
  if (connection.phase == Connection::Phase::connected) {
    // 5.0 [MQTT-4.12.1-2] A failed re-authentication closes the connection.
    disconnect(core, connection, reason, why);
  } else {
    // 5.0 [MQTT-4.12.0-4] So does a failed authentication.
    refuse(core, connection, reason, why);
  }
}

void succeed(Core& core, Connection& connection) {
  connection.authentication_step.reset();
  if (connection.phase == Connection::Phase::connected) {
    // [V5-4.12.1-a] Re-authentication ends with AUTH 0x00.
    static_cast<void>(send_auth(core, connection, ReasonCode::success, std::nullopt));
  } else {
    // [V5-4.12-a] Authentication ends with CONNACK.
    authenticated(core, connection);
  }
}

}  // namespace

void begin_authentication(Core& core, Connection& connection, std::string method) {
  // 5.0 [MQTT-4.12.0-1] A method that we do not have.
  if (!core.config.authentication || core.config.authentication->method != method) {
    refuse(core, connection, ReasonCode::bad_authentication_method,
           "this Authentication Method is not supported");
    return;
  }
  connection.phase = Connection::Phase::authenticating;
  connection.authentication_method = std::move(method);
  connection.authentication_step = 0;
  const auto data =
      codec::get_string(connection.connect->properties, PropertyId::authentication_data);
  continue_authentication(core, connection, std::string(data.value_or("")));
}

void continue_authentication(Core& core, Connection& connection, const std::string& data) {
  const auto& exchange = core.config.authentication->exchange;
  const auto step = *connection.authentication_step;
  if (step >= exchange.size() || exchange[step].client_data != data) {
    reject(core, connection, ReasonCode::not_authorized, "authentication failed");
    return;
  }
  if (!exchange[step].server_data) {
    succeed(core, connection);
    return;
  }
  connection.authentication_step = step + 1;
  static_cast<void>(
      send_auth(core, connection, ReasonCode::continue_authentication, exchange[step].server_data));
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
  const bool connected = connection.phase == Connection::Phase::connected;
  const bool under_way = connection.authentication_step.has_value();
  if (packet.reason_code == ReasonCode::re_authenticate && connected && !under_way) {
    connection.authentication_step = 0;
  } else if (packet.reason_code != ReasonCode::continue_authentication || !under_way) {
    // [V5-3.15.2.1-a] Nothing else is the client's to send, or not now.
    reject(core, connection, ReasonCode::protocol_error, "AUTH with this Reason Code at this time");
    return;
  }
  const auto data = codec::get_string(packet.properties, PropertyId::authentication_data);
  continue_authentication(core, connection, std::string(data.value_or("")));
}

}  // namespace mqttspec::broker
