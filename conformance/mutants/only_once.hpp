// Properties that may stand only once, and who sends them: a broker that sends one twice and one
// that lets a client do so are mutants alike.
#pragma once

#include <array>
#include <string_view>

#include "reference/codec/codec.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::mutants {

struct OnlyOnce {
  codec::PacketType place;  // or that of the Will's properties
  codec::PropertyId property;
  std::string_view statement;  // of 5.0
  codec::Sender sender;
};

namespace only_once_rows {

using codec::PacketType;
using codec::PropertyId;
using codec::will_properties_place;
using enum codec::Sender;

inline constexpr std::array table = {
    OnlyOnce{PacketType::connect, PropertyId::session_expiry_interval, "V5-3.1.2.11.2-a", client},
    OnlyOnce{PacketType::connect, PropertyId::receive_maximum, "V5-3.1.2.11.3-a", client},
    OnlyOnce{PacketType::connect, PropertyId::maximum_packet_size, "V5-3.1.2.11.4-a", client},
    OnlyOnce{PacketType::connect, PropertyId::topic_alias_maximum, "V5-3.1.2.11.5-a", client},
    OnlyOnce{PacketType::connect, PropertyId::request_response_information, "V5-3.1.2.11.6-a",
             client},
    OnlyOnce{PacketType::connect, PropertyId::request_problem_information, "V5-3.1.2.11.7-a",
             client},
    OnlyOnce{PacketType::connect, PropertyId::authentication_method, "V5-3.1.2.11.9-a", client},
    OnlyOnce{PacketType::connect, PropertyId::authentication_data, "V5-3.1.2.11.10-b", client},
    OnlyOnce{will_properties_place, PropertyId::will_delay_interval, "V5-3.1.3.2.2-a", client},
    OnlyOnce{will_properties_place, PropertyId::payload_format_indicator, "V5-3.1.3.2.3-a", client},
    OnlyOnce{will_properties_place, PropertyId::message_expiry_interval, "V5-3.1.3.2.4-a", client},
    OnlyOnce{will_properties_place, PropertyId::content_type, "V5-3.1.3.2.5-a", client},
    OnlyOnce{will_properties_place, PropertyId::response_topic, "V5-3.1.3.2.6-a", client},
    OnlyOnce{will_properties_place, PropertyId::correlation_data, "V5-3.1.3.2.7-a", client},
    OnlyOnce{PacketType::connack, PropertyId::session_expiry_interval, "V5-3.2.2.3.2-a", server},
    OnlyOnce{PacketType::connack, PropertyId::receive_maximum, "V5-3.2.2.3.3-a", server},
    OnlyOnce{PacketType::connack, PropertyId::maximum_qos, "V5-3.2.2.3.4-a", server},
    OnlyOnce{PacketType::connack, PropertyId::retain_available, "V5-3.2.2.3.5-a", server},
    OnlyOnce{PacketType::connack, PropertyId::maximum_packet_size, "V5-3.2.2.3.6-a", server},
    OnlyOnce{PacketType::connack, PropertyId::assigned_client_identifier, "V5-3.2.2.3.7-a", server},
    OnlyOnce{PacketType::connack, PropertyId::topic_alias_maximum, "V5-3.2.2.3.8-a", server},
    OnlyOnce{PacketType::connack, PropertyId::reason_string, "V5-3.2.2.3.9-a", server},
    OnlyOnce{PacketType::connack, PropertyId::wildcard_subscription_available, "V5-3.2.2.3.11-a",
             server},
    OnlyOnce{PacketType::connack, PropertyId::subscription_identifier_available, "V5-3.2.2.3.12-a",
             server},
    OnlyOnce{PacketType::connack, PropertyId::shared_subscription_available, "V5-3.2.2.3.13-a",
             server},
    OnlyOnce{PacketType::connack, PropertyId::server_keep_alive, "V5-3.2.2.3.14-a", server},
    OnlyOnce{PacketType::connack, PropertyId::response_information, "V5-3.2.2.3.15-a", server},
    OnlyOnce{PacketType::connack, PropertyId::server_reference, "V5-3.2.2.3.16-a", server},
    OnlyOnce{PacketType::connack, PropertyId::authentication_method, "V5-3.2.2.3.17-a", server},
    OnlyOnce{PacketType::connack, PropertyId::authentication_data, "V5-3.2.2.3.18-a", server},
    OnlyOnce{PacketType::publish, PropertyId::payload_format_indicator, "V5-3.3.2.3.2-a", either},
    OnlyOnce{PacketType::publish, PropertyId::message_expiry_interval, "V5-3.3.2.3.3-a", either},
    OnlyOnce{PacketType::publish, PropertyId::topic_alias, "V5-3.3.2.3.4-a", either},
    OnlyOnce{PacketType::publish, PropertyId::response_topic, "V5-3.3.2.3.5-a", either},
    OnlyOnce{PacketType::publish, PropertyId::correlation_data, "V5-3.3.2.3.6-a", either},
    OnlyOnce{PacketType::publish, PropertyId::content_type, "V5-3.3.2.3.9-a", either},
    OnlyOnce{PacketType::puback, PropertyId::reason_string, "V5-3.4.2.2.2-a", either},
    OnlyOnce{PacketType::pubrec, PropertyId::reason_string, "V5-3.5.2.2.2-a", either},
    OnlyOnce{PacketType::pubrel, PropertyId::reason_string, "V5-3.6.2.2.2-a", either},
    OnlyOnce{PacketType::pubcomp, PropertyId::reason_string, "V5-3.7.2.2.2-a", either},
    OnlyOnce{PacketType::subscribe, PropertyId::subscription_identifier, "V5-3.8.2.1.2-b", client},
    OnlyOnce{PacketType::suback, PropertyId::reason_string, "V5-3.9.2.1.2-a", server},
    OnlyOnce{PacketType::unsuback, PropertyId::reason_string, "V5-3.11.2.1.2-a", server},
    OnlyOnce{PacketType::disconnect, PropertyId::session_expiry_interval, "V5-3.14.2.2.2-a",
             client},
    OnlyOnce{PacketType::disconnect, PropertyId::reason_string, "V5-3.14.2.2.3-a", either},
    OnlyOnce{PacketType::disconnect, PropertyId::server_reference, "V5-3.14.2.2.5-a", either},
    OnlyOnce{PacketType::auth, PropertyId::authentication_method, "V5-3.15.2.2.2-a", client},
    OnlyOnce{PacketType::auth, PropertyId::authentication_data, "V5-3.15.2.2.3-a", client},
    OnlyOnce{PacketType::auth, PropertyId::reason_string, "V5-3.15.2.2.4-a", either},
};

}  // namespace only_once_rows

inline constexpr const auto& only_once = only_once_rows::table;

}  // namespace mqttspec::mutants
