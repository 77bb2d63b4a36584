// Who a client is: by certificate, by password, or by nothing (section 5.4.1). What comes after a
// good answer is accept.cpp; enhanced authentication is handle_auth.cpp.
#include <utility>

#include "reference/broker/access_list.hpp"
#include "reference/broker/core.hpp"
#include "reference/broker/passwords.hpp"

namespace mqttspec::broker {
namespace {

using codec::ReasonCode;

// The value of the first CN of a subject as RFC 2253 writes it; "" if there is none.
std::string common_name(std::string_view subject) {
  bool at_start = true;
  for (std::size_t place = 0; place < subject.size(); ++place) {
    if (at_start && subject.substr(place).starts_with("CN=")) {
      std::string name;
      for (place += 3; place < subject.size(); ++place) {
        if (subject[place] == ',' || subject[place] == '+') break;
        if (subject[place] == '\\' && place + 1 < subject.size()) ++place;
        name += subject[place];
      }
      return name;
    }
    at_start = subject[place] == ',' || subject[place] == '+';
    if (subject[place] == '\\') ++place;
  }
  return "";
}

void wrong_credentials(Core& core, Connection& connection) {
  // 5.0 [MQTT-3.1.4-2], [V311-3.1.4-b] The wrong credentials end the connection; nobody is told
  // which of the two was wrong.
  refuse(core, connection, ReasonCode::bad_user_name_or_password, "User Name or Password is wrong");
}

void ask(Core& core, Connection& connection) {
  connection.phase = Connection::Phase::verifying;
  const auto& connect = *connection.connect;
  core.actions->emplace_back(
      Authenticate{connection.id, connect.user_name, connect.password, connection.record});
}

void identify_by_password(Core& core, Connection& connection) {
  const Config& config = core.config;
  const auto& connect = *connection.connect;
  if (!connect.user_name && !connect.password && config.allow_anonymous) {
    authenticated(core, connection);
    return;
  }
  if (!connect.user_name) {
    wrong_credentials(core, connection);
    return;
  }
  const std::string& name = *connect.user_name;
  if (config.users) {
    const auto user = config.users->find(name);
    if (user != config.users->end() && user->second == connect.password.value_or("")) {
      connection.user_name = name;
      authenticated(core, connection);
      return;
    }
  }
  if (config.passwords == nullptr) {
    wrong_credentials(core, connection);
    return;
  }
  connection.record = config.passwords->find(name);
  // For a name that nobody has the verifier works as long as for any other.
  connection.user_is_known = connection.record != nullptr;
  if (!connection.user_is_known) connection.record = config.passwords->stand_in(name);
  ask(core, connection);
}

}  // namespace

bool verifies_users(const Config& config) {
  return config.users || config.passwords != nullptr || config.external_authentication;
}

bool is_current(const Core& core, const Connection& connection) {
  if (core.config.passwords == nullptr || !connection.user_name) return false;
  const auto record = core.config.passwords->find(*connection.user_name);
  return record != nullptr && *record == *connection.record;
}

void identify(Core& core, Connection& connection) {
  const Config& config = core.config;
  using CertificateUser = Config::CertificateUser;
  const bool has_certificate = !connection.certificate_subject.empty();
  if (config.certificate_user_name != CertificateUser::none && has_certificate) {
    // [V5-4.12-b] TLS has told who it is.
    const auto name = config.certificate_user_name == CertificateUser::subject
                          ? connection.certificate_subject
                          : common_name(connection.certificate_subject);
    if (name.empty()) {
      refuse(core, connection, ReasonCode::not_authorized, "the certificate has no Common Name");
      return;
    }
    connection.user_name = name;
    authenticated(core, connection);
  } else if (config.external_authentication) {
    ask(core, connection);
  } else if (config.users || config.passwords != nullptr) {
    // [V5-4.12-b] The fields of CONNECT have to tell.
    identify_by_password(core, connection);
  } else {
    authenticated(core, connection);
  }
}

void verified(Core& core, Connection& connection, bool accepted) {
  if (connection.phase != Connection::Phase::verifying) return;
  if (accepted && connection.user_is_known) {
    connection.user_name = connection.connect->user_name;
    // The password may have been changed while it was verified.
    accepted = connection.record == nullptr || is_current(core, connection);
  }
  if (!accepted || !connection.user_is_known) {
    wrong_credentials(core, connection);
    return;
  }
  authenticated(core, connection);
}

void authenticated(Core& core, Connection& connection, const std::optional<std::string>& data) {
  // Before anything is judged by it: an access list may name the Client Identifier.
  assign_identifier(core, connection);
  const std::string& identifier = connection.connect->client_identifier;
  const Session* session = find_session(core, identifier);
  const bool foreign =
      session != nullptr && session->user_name && session->user_name != connection.user_name;
  if (foreign && core.config.sessions_belong_to_users) {
    refuse(core, connection, ReasonCode::not_authorized,
           "the session of this Client Identifier belongs to another user");
    return;
  }
  const auto& will = connection.connect->will;
  const auto rights = rights_of(core.config, identifier, connection.user_name);
  if (will && rights != nullptr && !rights->may_publish(will->topic)) {
    refuse(core, connection, ReasonCode::not_authorized,
           "publishing on the Will Topic is not permitted");
    return;
  }
  accept(core, connection, data);
}

}  // namespace mqttspec::broker
