// Brokers that look at all strings for UTF-8 but one: a row for each field that holds a string.
#include <algorithm>
#include <array>

#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PacketType;
using codec::Version;

struct StringField {
  PacketType packet;
  std::string_view field;   // of the layout
  std::string_view v3_1_1;  // the statement that the string be UTF-8, or ""
  std::string_view v5_0;
};

// The pair is bound as each of its strings is; a string without a statement of its own by the rule
// for all.
constexpr std::string_view pair = "5.0:MQTT-1.5.7-1";
constexpr std::string_view any = "5.0:MQTT-1.5.4-1";

constexpr std::array string_fields = {
    StringField{PacketType::connect, "protocol_name", "", "5.0:MQTT-3.1.2-1"},
    StringField{PacketType::connect, "client_identifier", "3.1.1:MQTT-3.1.3-4", "5.0:MQTT-3.1.3-4"},
    StringField{PacketType::connect, "will_topic", "3.1.1:MQTT-3.1.3-10", "5.0:MQTT-3.1.3-11"},
    StringField{PacketType::connect, "user_name", "3.1.1:MQTT-3.1.3-11", "5.0:MQTT-3.1.3-12"},
    StringField{PacketType::connect, "user_property", "", pair},
    StringField{PacketType::connect, "will_user_property", "", pair},
    StringField{PacketType::connect, "authentication_method", "", any},
    StringField{PacketType::connect, "content_type", "", "5.0:MQTT-3.3.2-19"},
    StringField{PacketType::connect, "response_topic", "", "5.0:MQTT-3.3.2-13"},
    StringField{PacketType::publish, "topic_name", "3.1.1:MQTT-3.3.2-1", "5.0:MQTT-3.3.2-1"},
    StringField{PacketType::publish, "content_type", "", "5.0:MQTT-3.3.2-19"},
    StringField{PacketType::publish, "response_topic", "", "5.0:MQTT-3.3.2-13"},
    StringField{PacketType::publish, "user_property", "", pair},
    StringField{PacketType::puback, "reason_string", "", any},
    StringField{PacketType::puback, "user_property", "", pair},
    StringField{PacketType::pubrec, "reason_string", "", any},
    StringField{PacketType::pubrec, "user_property", "", pair},
    StringField{PacketType::pubrel, "reason_string", "", any},
    StringField{PacketType::pubrel, "user_property", "", pair},
    StringField{PacketType::pubcomp, "reason_string", "", any},
    StringField{PacketType::pubcomp, "user_property", "", pair},
    StringField{PacketType::subscribe, "topic_filters", "3.1.1:MQTT-3.8.3-1", "5.0:MQTT-3.8.3-1"},
    StringField{PacketType::subscribe, "user_property", "", pair},
    StringField{PacketType::unsubscribe, "topic_filters", "3.1.1:MQTT-3.10.3-1",
                "5.0:MQTT-3.10.3-1"},
    StringField{PacketType::unsubscribe, "user_property", "", pair},
    StringField{PacketType::disconnect, "reason_string", "", any},
    StringField{PacketType::disconnect, "user_property", "", any},
    StringField{PacketType::auth, "reason_string", "", any},
    StringField{PacketType::auth, "user_property", "", any},
};

std::string slug_of(const StringField& row) {
  std::string slug = "ill-formed-";
  for (const char c : codec::to_string(row.packet)) {
    slug.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
  }
  slug.push_back('-');
  for (const char c : row.field) slug.push_back(c == '_' ? '-' : c);
  return slug + "-is-accepted";
}

// A Protocol Name is compared, not checked for UTF-8: one that is not MQTT is refused as such.
std::vector<codec::Rule> rules_of(const StringField& row) {
  return row.field == "protocol_name" ? std::vector{codec::Rule::protocol_name} : utf8_rules();
}

InterceptorPointer blind_to(const StringField& row) {
  const auto rules = rules_of(row);
  const auto picks = [&row, rules](const Refused& refused) {
    return refused.type == row.packet && refused.version != Version::v3_1 &&
           std::find(rules.begin(), rules.end(), refused.error.rule) != rules.end() &&
           within_field(refused, row.field);
  };
  // The engine knows neither another protocol nor the method, and refuses both once more.
  const bool refused_again = row.field == "protocol_name" || row.field == "authentication_method";
  return refused_again ? passing_over(picks) : lenient(rules, picks);
}

}  // namespace

std::vector<MutantRow> string_mutants() {
  std::vector<MutantRow> rows;
  for (const auto& row : string_fields) {
    std::vector<std::string> statements;
    if (!row.v3_1_1.empty()) statements.emplace_back(row.v3_1_1);
    statements.emplace_back(row.v5_0);
    // U+0000 is what topics are forbidden once more.
    if (row.field == "topic_name" || row.field == "topic_filters") {
      statements.emplace_back("3.1.1:MQTT-4.7.3-2");
      statements.emplace_back("5.0:MQTT-4.7.3-2");
    }
    rows.push_back({slug_of(row), std::move(statements),
                    "does not look whether " + std::string(row.field) + " of " +
                        std::string(codec::to_string(row.packet)) + " is UTF-8",
                    [&row] { return blind_to(row); }});
  }
  return rows;
}

}  // namespace mqttspec::mutants
