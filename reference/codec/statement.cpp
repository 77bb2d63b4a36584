// Which statement a broken rule breaks, where that depends on the property, on the packet it stands
// in, or on who sent it.
#include "reference/codec/codec.hpp"

namespace mqttspec::codec {

namespace {

using Id = PropertyId;
using Type = PacketType;
constexpr auto will = will_properties_place;

// What the sections of 5.0 say about one property in one place: that it may not stand there twice,
// and what values it may have ("" where the rule's own row cites the right statement).
struct PropertyStatements {
  Type place;
  Id id;
  std::string_view twice;
  std::string_view value;
};

constexpr PropertyStatements property_statements[] = {
    {Type::connect, Id::session_expiry_interval, "V5-3.1.2.11.2-a", ""},
    {Type::connect, Id::receive_maximum, "V5-3.1.2.11.3-a", "V5-3.1.2.11.3-b"},
    {Type::connect, Id::maximum_packet_size, "V5-3.1.2.11.4-a", "V5-3.1.2.11.4-b"},
    {Type::connect, Id::topic_alias_maximum, "V5-3.1.2.11.5-a", ""},
    {Type::connect, Id::request_response_information, "V5-3.1.2.11.6-a", "V5-3.1.2.11.6-b"},
    {Type::connect, Id::request_problem_information, "V5-3.1.2.11.7-a", "V5-3.1.2.11.7-b"},
    {Type::connect, Id::authentication_method, "V5-3.1.2.11.9-a", ""},
    {Type::connect, Id::authentication_data, "V5-3.1.2.11.10-b", ""},
    {will, Id::will_delay_interval, "V5-3.1.3.2.2-a", ""},
    {will, Id::payload_format_indicator, "V5-3.1.3.2.3-a", "V5-3.1.3.2.3-c"},
    {will, Id::message_expiry_interval, "V5-3.1.3.2.4-a", ""},
    {will, Id::content_type, "V5-3.1.3.2.5-a", ""},
    {will, Id::response_topic, "V5-3.1.3.2.6-a", ""},
    {will, Id::correlation_data, "V5-3.1.3.2.7-a", ""},
    {Type::connack, Id::session_expiry_interval, "V5-3.2.2.3.2-a", ""},
    {Type::connack, Id::receive_maximum, "V5-3.2.2.3.3-a", "V5-3.2.2.3.3-a"},
    {Type::connack, Id::maximum_qos, "V5-3.2.2.3.4-a", "V5-3.2.2.3.4-a"},
    {Type::connack, Id::retain_available, "V5-3.2.2.3.5-a", "V5-3.2.2.3.5-a"},
    {Type::connack, Id::maximum_packet_size, "V5-3.2.2.3.6-a", "V5-3.2.2.3.6-a"},
    {Type::connack, Id::assigned_client_identifier, "V5-3.2.2.3.7-a", ""},
    {Type::connack, Id::topic_alias_maximum, "V5-3.2.2.3.8-a", ""},
    {Type::connack, Id::reason_string, "V5-3.2.2.3.9-a", ""},
    {Type::connack, Id::wildcard_subscription_available, "V5-3.2.2.3.11-a", "V5-3.2.2.3.11-a"},
    {Type::connack, Id::subscription_identifier_available, "V5-3.2.2.3.12-a", "V5-3.2.2.3.12-a"},
    {Type::connack, Id::shared_subscription_available, "V5-3.2.2.3.13-a", "V5-3.2.2.3.13-a"},
    {Type::connack, Id::server_keep_alive, "V5-3.2.2.3.14-a", ""},
    {Type::connack, Id::response_information, "V5-3.2.2.3.15-a", ""},
    {Type::connack, Id::server_reference, "V5-3.2.2.3.16-a", ""},
    {Type::connack, Id::authentication_method, "V5-3.2.2.3.17-a", ""},
    {Type::connack, Id::authentication_data, "V5-3.2.2.3.18-a", ""},
    {Type::publish, Id::payload_format_indicator, "V5-3.3.2.3.2-a", "V5-3.3.2.3.2-b"},
    {Type::publish, Id::message_expiry_interval, "V5-3.3.2.3.3-a", ""},
    {Type::publish, Id::topic_alias, "V5-3.3.2.3.4-a", "MQTT-3.3.2-8"},
    {Type::publish, Id::response_topic, "V5-3.3.2.3.5-a", ""},
    {Type::publish, Id::correlation_data, "V5-3.3.2.3.6-a", ""},
    {Type::publish, Id::subscription_identifier, "", "V5-3.3.2.3.8-a"},
    {Type::publish, Id::content_type, "V5-3.3.2.3.9-a", ""},
    {Type::puback, Id::reason_string, "V5-3.4.2.2.2-a", ""},
    {Type::pubrec, Id::reason_string, "V5-3.5.2.2.2-a", ""},
    {Type::pubrel, Id::reason_string, "V5-3.6.2.2.2-a", ""},
    {Type::pubcomp, Id::reason_string, "V5-3.7.2.2.2-a", ""},
    {Type::subscribe, Id::subscription_identifier, "V5-3.8.2.1.2-b", "V5-3.8.2.1.2-a"},
    {Type::suback, Id::reason_string, "V5-3.9.2.1.2-a", ""},
    {Type::unsuback, Id::reason_string, "V5-3.11.2.1.2-a", ""},
    {Type::disconnect, Id::session_expiry_interval, "V5-3.14.2.2.2-a", ""},
    {Type::disconnect, Id::reason_string, "V5-3.14.2.2.3-a", ""},
    {Type::disconnect, Id::server_reference, "V5-3.14.2.2.5-a", ""},
    {Type::auth, Id::authentication_method, "V5-3.15.2.2.2-a", ""},
    {Type::auth, Id::authentication_data, "V5-3.15.2.2.3-a", ""},
    {Type::auth, Id::reason_string, "V5-3.15.2.2.4-a", ""},
};

bool is_value_rule(Rule rule) {
  switch (rule) {
    case Rule::payload_format_indicator_range:
    case Rule::subscription_identifier_zero:
    case Rule::request_problem_information_range:
    case Rule::request_response_information_range:
    case Rule::receive_maximum_zero:
    case Rule::topic_alias_zero:
    case Rule::maximum_qos_range:
    case Rule::retain_available_range:
    case Rule::maximum_packet_size_zero:
    case Rule::wildcard_subscription_available_range:
    case Rule::subscription_identifier_available_range:
    case Rule::shared_subscription_available_range:
      return true;
    default:
      return false;
  }
}

// The error of a rule about one property lies at its identifier.
std::string_view property_statement(const DecodeError& error, BytesView frame) {
  const bool twice = error.rule == Rule::property_twice;
  if (error.offset >= frame.size() || (!twice && !is_value_rule(error.rule))) return {};
  const auto id = static_cast<Id>(frame[error.offset]);
  const auto type = static_cast<Type>(static_cast<unsigned char>(frame[0]) >> 4);
  for (const auto& row : property_statements) {
    // CONNECT and its Will share no property that could break one of these rules.
    const bool here = row.place == type || (row.place == will && type == Type::connect);
    if (here && row.id == id) return twice ? row.twice : row.value;
  }
  return {};
}

// Where a server is bound by another statement than a client.
std::string_view server_statement(Rule rule) {
  switch (rule) {
    case Rule::packet_identifier_zero:
      return "MQTT-2.2.1-4";
    case Rule::property_not_in_publish:
    case Rule::property_not_in_puback:
    case Rule::property_not_in_pubrec:
    case Rule::property_not_in_pubrel:
    case Rule::property_not_in_pubcomp:
    case Rule::property_not_in_disconnect:
      return "V5-2.2.2.2-m";
    default:
      return {};
  }
}

}  // namespace

std::string statement_of(const DecodeError& error, BytesView frame, Version version,
                         Sender sender) {
  if (version == Version::v5_0) {
    auto statement = property_statement(error, frame);
    if (statement.empty() && sender == Sender::server) statement = server_statement(error.rule);
    if (!statement.empty()) return "5.0:" + std::string(statement);
  }
  return statement_of(error.rule, version);
}

}  // namespace mqttspec::codec
