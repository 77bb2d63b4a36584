// Brokers that let a client give a property twice which may stand only once: a row for each.
#include "conformance/mutants/lenient.hpp"
#include "conformance/mutants/only_once.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PacketType;
using codec::PropertyId;
using codec::will_properties_place;

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
    if (row.sender == codec::Sender::server) continue;
    const bool of_connect = row.place == will_properties_place || row.place == PacketType::connect;
    std::vector<std::string> statements = {"5.0:" + std::string(row.statement),
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
