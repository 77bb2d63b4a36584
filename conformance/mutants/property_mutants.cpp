// Brokers that let a client give a property twice which may stand only once: a row for each.
#include <array>

#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/tables.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PacketType;
using codec::PropertyId;
using codec::will_properties_place;

struct OnlyOnce {
  PacketType place;
  PropertyId property;
  std::string_view statement;
};

constexpr std::array only_once = {
    OnlyOnce{PacketType::connect, PropertyId::session_expiry_interval, "5.0:V5-3.1.2.11.2-a"},
    OnlyOnce{PacketType::connect, PropertyId::receive_maximum, "5.0:V5-3.1.2.11.3-a"},
    OnlyOnce{PacketType::connect, PropertyId::maximum_packet_size, "5.0:V5-3.1.2.11.4-a"},
    OnlyOnce{PacketType::connect, PropertyId::topic_alias_maximum, "5.0:V5-3.1.2.11.5-a"},
    OnlyOnce{PacketType::connect, PropertyId::request_response_information, "5.0:V5-3.1.2.11.6-a"},
    OnlyOnce{PacketType::connect, PropertyId::request_problem_information, "5.0:V5-3.1.2.11.7-a"},
    OnlyOnce{PacketType::connect, PropertyId::authentication_method, "5.0:V5-3.1.2.11.9-a"},
    OnlyOnce{PacketType::connect, PropertyId::authentication_data, "5.0:V5-3.1.2.11.10-b"},
    OnlyOnce{will_properties_place, PropertyId::will_delay_interval, "5.0:V5-3.1.3.2.2-a"},
    OnlyOnce{will_properties_place, PropertyId::payload_format_indicator, "5.0:V5-3.1.3.2.3-a"},
    OnlyOnce{will_properties_place, PropertyId::message_expiry_interval, "5.0:V5-3.1.3.2.4-a"},
    OnlyOnce{will_properties_place, PropertyId::content_type, "5.0:V5-3.1.3.2.5-a"},
    OnlyOnce{will_properties_place, PropertyId::response_topic, "5.0:V5-3.1.3.2.6-a"},
    OnlyOnce{will_properties_place, PropertyId::correlation_data, "5.0:V5-3.1.3.2.7-a"},
    OnlyOnce{PacketType::publish, PropertyId::payload_format_indicator, "5.0:V5-3.3.2.3.2-a"},
    OnlyOnce{PacketType::publish, PropertyId::message_expiry_interval, "5.0:V5-3.3.2.3.3-a"},
    OnlyOnce{PacketType::publish, PropertyId::topic_alias, "5.0:V5-3.3.2.3.4-a"},
    OnlyOnce{PacketType::publish, PropertyId::response_topic, "5.0:V5-3.3.2.3.5-a"},
    OnlyOnce{PacketType::publish, PropertyId::correlation_data, "5.0:V5-3.3.2.3.6-a"},
    OnlyOnce{PacketType::publish, PropertyId::content_type, "5.0:V5-3.3.2.3.9-a"},
    OnlyOnce{PacketType::puback, PropertyId::reason_string, "5.0:V5-3.4.2.2.2-a"},
    OnlyOnce{PacketType::pubrec, PropertyId::reason_string, "5.0:V5-3.5.2.2.2-a"},
    OnlyOnce{PacketType::pubrel, PropertyId::reason_string, "5.0:V5-3.6.2.2.2-a"},
    OnlyOnce{PacketType::pubcomp, PropertyId::reason_string, "5.0:V5-3.7.2.2.2-a"},
    OnlyOnce{PacketType::subscribe, PropertyId::subscription_identifier, "5.0:V5-3.8.2.1.2-b"},
    OnlyOnce{PacketType::disconnect, PropertyId::session_expiry_interval, "5.0:V5-3.14.2.2.2-a"},
    OnlyOnce{PacketType::disconnect, PropertyId::reason_string, "5.0:V5-3.14.2.2.3-a"},
    OnlyOnce{PacketType::disconnect, PropertyId::server_reference, "5.0:V5-3.14.2.2.5-a"},
    OnlyOnce{PacketType::auth, PropertyId::authentication_method, "5.0:V5-3.15.2.2.2-a"},
    OnlyOnce{PacketType::auth, PropertyId::authentication_data, "5.0:V5-3.15.2.2.3-a"},
    OnlyOnce{PacketType::auth, PropertyId::reason_string, "5.0:V5-3.15.2.2.4-a"},
};

bool is_within_will(const Refused& refused) {
  const auto layout = codec::layout(refused.frame, refused.version);
  const auto* length = codec::find_field(layout, "will_property_length");
  return length != nullptr && refused.error.offset > length->offset;
}

bool is_of(const Refused& refused, const OnlyOnce& row) {
  const bool of_will = row.place == will_properties_place;
  if (refused.type != (of_will ? PacketType::connect : row.place)) return false;
  if (refused.type == PacketType::connect && is_within_will(refused) != of_will) return false;
  return static_cast<PropertyId>(refused.frame[refused.error.offset]) == row.property;
}

std::string place_name(const OnlyOnce& row) {
  if (row.place == will_properties_place) return "the Will";
  return std::string(codec::to_string(row.place));
}

std::string slug_of(const OnlyOnce& row) {
  std::string text = "accepts-" + std::string(codec::to_string(row.property)) + "-twice-in-";
  text += row.place == will_properties_place ? "will" : codec::to_string(row.place);
  for (char& c : text) {
    if (c == '_') c = '-';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::vector<MutantRow> property_mutants() {
  std::vector<MutantRow> rows;
  for (const auto& row : only_once) {
    const bool of_connect = row.place == will_properties_place || row.place == PacketType::connect;
    std::vector<std::string> statements = {std::string(row.statement),
                                           of_connect ? "5.0:MQTT-3.1.4-1" : "5.0:MQTT-4.13.1-1"};
    // A message that is in error and goes out all the same has taken effect.
    if (row.place == PacketType::publish) statements.emplace_back("5.0:V5-4.13.1-d");
    rows.push_back({slug_of(row), std::move(statements),
                    "lets " + std::string(codec::to_string(row.property)) + " stand twice in " +
                        place_name(row),
                    [&row] {
                      return lenient({codec::Rule::property_twice}, [&row](const Refused& refused) {
                        return is_of(refused, row);
                      });
                    }});
  }
  return rows;
}

}  // namespace mqttspec::mutants
