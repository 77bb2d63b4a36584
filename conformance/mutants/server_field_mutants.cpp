// Each field of each packet that a server sends: wrong, missing or doubled, in 3.x and in 5.0. The
// rows say which statements that breaks.
#include <array>
#include <optional>

#include "conformance/mutants/field_edit.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

using codec::PacketType;
using codec::Version;
using enum FieldEdit;

struct FieldRow {
  PacketType packet;
  std::string_view field;  // of the layout
  FieldEdit edit;
  std::string_view v3_1_1;  // statements, with blanks between them; none: no such mutant
  std::string_view v5_0;
};

constexpr std::array fields = {
    FieldRow{PacketType::connack, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::connack, "remaining_length", wrong, "V311-2.2.3-a", "V5-2.1.4-a"},
    FieldRow{PacketType::connack, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::connack, "connect_acknowledge_flags", wrong, "MQTT-3.2.2-1 MQTT-3.2.2-2",
             "MQTT-3.2.2-2 MQTT-3.2.2-3"},
    FieldRow{PacketType::connack, "connect_acknowledge_flags", missing, "V311-3.2.1-a",
             "V5-3.2.1-a"},
    FieldRow{PacketType::connack, "connect_acknowledge_flags", doubled, "V311-3.2.1-a",
             "V5-3.2.1-a"},
    FieldRow{PacketType::connack, "reason_code", wrong, "MQTT-3.1.4-4",
             "MQTT-3.2.2-8 MQTT-3.1.4-5"},
    FieldRow{PacketType::connack, "reason_code", missing, "V311-3.2.1-a", "V5-3.2.1-a"},
    FieldRow{PacketType::connack, "reason_code", doubled, "V311-3.2.1-a", "V5-3.2.1-a"},
    FieldRow{PacketType::connack, "property_length", wrong, "", "V5-3.2.1-a"},
    FieldRow{PacketType::connack, "property_length", missing, "", "MQTT-2.2.2-1"},
    FieldRow{PacketType::connack, "property_length", padded, "", "MQTT-1.5.5-1"},

    FieldRow{PacketType::publish, "remaining_length", wrong, "V311-2.2.3-a", "V5-2.1.4-a"},
    FieldRow{PacketType::publish, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::publish, "topic_name", wrong, "MQTT-3.3.2-3", "MQTT-3.3.2-3"},
    FieldRow{PacketType::publish, "topic_name", missing, "MQTT-3.3.2-1", "MQTT-3.3.2-1"},
    FieldRow{PacketType::publish, "topic_name", doubled, "V311-7.1.1-a", "V5-3.3.2-a"},
    FieldRow{PacketType::publish, "packet_identifier", wrong, "MQTT-4.3.3-1",
             "MQTT-4.3.3-4 V5-4.9-a"},
    FieldRow{PacketType::publish, "packet_identifier", missing, "V311-3.3.2-a", "V5-3.3.2-a"},
    FieldRow{PacketType::publish, "packet_identifier", doubled, "V311-3.3.2-a", "V5-3.3.2-a"},
    FieldRow{PacketType::publish, "property_length", wrong, "", "V5-3.3.2-a"},
    FieldRow{PacketType::publish, "property_length", missing, "", "MQTT-2.2.2-1"},
    FieldRow{PacketType::publish, "property_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::publish, "payload", wrong, "V311-3.3.3-b", "MQTT-4.5.0-1"},
    FieldRow{PacketType::publish, "payload", missing, "V311-3.3.3-b", "MQTT-4.5.0-1"},
    FieldRow{PacketType::publish, "payload", doubled, "V311-3.3.3-b", "MQTT-4.5.0-1"},

    FieldRow{PacketType::puback, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::puback, "remaining_length", wrong, "V311-3.4.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::puback, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::puback, "packet_identifier", wrong, "MQTT-2.3.1-6", "MQTT-2.2.1-5"},
    FieldRow{PacketType::puback, "packet_identifier", missing, "V311-3.4.1-a", "V5-3.4.2-a"},
    FieldRow{PacketType::puback, "packet_identifier", doubled, "V311-3.4.1-a V311-2.4-a",
             "V5-3.4.2-a"},

    FieldRow{PacketType::pubrec, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::pubrec, "remaining_length", wrong, "V311-3.5.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::pubrec, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::pubrec, "packet_identifier", wrong, "MQTT-2.3.1-6", "MQTT-2.2.1-5"},
    FieldRow{PacketType::pubrec, "packet_identifier", missing, "V311-3.5.1-a", "V5-3.5.2-a"},
    FieldRow{PacketType::pubrec, "packet_identifier", doubled, "V311-3.5.1-a V311-2.4-a",
             "V5-3.5.2-a"},

    FieldRow{PacketType::pubrel, "first_byte", wrong, "MQTT-2.2.2-1 MQTT-3.6.1-1",
             "MQTT-2.1.3-1 MQTT-3.6.1-1"},
    FieldRow{PacketType::pubrel, "remaining_length", wrong, "V311-3.6.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::pubrel, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::pubrel, "packet_identifier", wrong, "MQTT-2.3.1-6", "MQTT-2.2.1-5"},
    FieldRow{PacketType::pubrel, "packet_identifier", missing, "V311-3.6.1-a", "V5-3.6.2-a"},
    FieldRow{PacketType::pubrel, "packet_identifier", doubled, "V311-3.6.1-a V311-2.4-a",
             "V5-3.6.2-a"},

    FieldRow{PacketType::pubcomp, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::pubcomp, "remaining_length", wrong, "V311-3.7.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::pubcomp, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::pubcomp, "packet_identifier", wrong, "MQTT-2.3.1-6", "MQTT-2.2.1-5"},
    FieldRow{PacketType::pubcomp, "packet_identifier", missing, "V311-3.7.1-a", "V5-3.7.2-a"},
    FieldRow{PacketType::pubcomp, "packet_identifier", doubled, "V311-3.7.1-a V311-2.4-a",
             "V5-3.7.2-a"},

    FieldRow{PacketType::suback, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::suback, "remaining_length", wrong, "V311-3.9.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::suback, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::suback, "packet_identifier", wrong, "MQTT-3.8.4-2 MQTT-2.3.1-7",
             "MQTT-3.8.4-2 MQTT-2.2.1-6"},
    FieldRow{PacketType::suback, "packet_identifier", missing, "V311-3.9.1-a", "V5-3.9.2-a"},
    FieldRow{PacketType::suback, "packet_identifier", doubled, "V311-3.9.1-a", "V5-3.9.2-a"},
    FieldRow{PacketType::suback, "property_length", wrong, "", "V5-3.9.2-a"},
    FieldRow{PacketType::suback, "property_length", missing, "", "MQTT-2.2.2-1"},
    FieldRow{PacketType::suback, "property_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::suback, "reason_codes", wrong, "MQTT-3.9.3-1 MQTT-3.9.3-2",
             "MQTT-3.9.3-1 MQTT-3.9.3-2"},
    FieldRow{PacketType::suback, "reason_codes", missing, "MQTT-3.8.4-5 V311-3.9.1-a V311-2.4-a",
             "MQTT-3.8.4-6 V5-3.9.2-a"},
    FieldRow{PacketType::suback, "reason_codes", doubled, "MQTT-3.8.4-5 V311-3.9.1-a",
             "MQTT-3.8.4-6 V5-3.9.2-a"},

    FieldRow{PacketType::unsuback, "first_byte", wrong, "MQTT-2.2.2-1", "MQTT-2.1.3-1"},
    FieldRow{PacketType::unsuback, "remaining_length", wrong, "V311-3.11.1-a V311-2.2.3-a",
             "V5-2.1.4-a"},
    FieldRow{PacketType::unsuback, "remaining_length", padded, "V311-2.2.3-e", "MQTT-1.5.5-1"},
    FieldRow{PacketType::unsuback, "packet_identifier", wrong, "MQTT-3.10.4-4 MQTT-2.3.1-7",
             "MQTT-3.10.4-5 MQTT-2.2.1-6"},
    FieldRow{PacketType::unsuback, "packet_identifier", missing, "V311-3.11.1-a", "V5-3.11.2-a"},
    FieldRow{PacketType::unsuback, "packet_identifier", doubled, "V311-3.11.1-a V311-2.4-a",
             "V5-3.11.2-a"},
    FieldRow{PacketType::unsuback, "property_length", wrong, "", "V5-3.11.2-a"},
    FieldRow{PacketType::unsuback, "property_length", missing, "", "MQTT-2.2.2-1"},
    FieldRow{PacketType::unsuback, "property_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::unsuback, "reason_codes", wrong, "", "MQTT-3.11.3-2"},
    FieldRow{PacketType::unsuback, "reason_codes", missing, "", "MQTT-3.11.3-2"},
    FieldRow{PacketType::unsuback, "reason_codes", doubled, "", "MQTT-3.11.3-2"},

    FieldRow{PacketType::pingresp, "first_byte", wrong, "MQTT-2.2.2-1 V311-3.13.1-a",
             "MQTT-2.1.3-1 V5-3.13.1-a"},
    FieldRow{PacketType::pingresp, "remaining_length", wrong, "V311-3.13.1-a V311-2.2.3-a",
             "V5-3.13.1-a V5-2.1.4-a"},
    FieldRow{PacketType::pingresp, "remaining_length", padded, "V311-3.13.1-a V311-2.2.3-e",
             "V5-3.13.1-a MQTT-1.5.5-1"},

    FieldRow{PacketType::disconnect, "first_byte", wrong, "", "MQTT-2.1.3-1 MQTT-3.14.1-1"},
    FieldRow{PacketType::disconnect, "remaining_length", wrong, "", "V5-2.1.4-a"},
    FieldRow{PacketType::disconnect, "remaining_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::disconnect, "reason_code", missing, "", "MQTT-3.14.2-1"},
    FieldRow{PacketType::disconnect, "reason_code", doubled, "", "V5-2.1.4-a"},

    FieldRow{PacketType::auth, "first_byte", wrong, "", "MQTT-2.1.3-1 MQTT-3.15.1-1"},
    FieldRow{PacketType::auth, "remaining_length", wrong, "", "V5-2.1.4-a"},
    FieldRow{PacketType::auth, "remaining_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::auth, "reason_code", wrong, "", "MQTT-4.12.0-2"},
    FieldRow{PacketType::auth, "reason_code", missing, "", "MQTT-4.12.0-2"},
    FieldRow{PacketType::auth, "reason_code", doubled, "", "MQTT-4.12.0-2"},
    FieldRow{PacketType::auth, "property_length", wrong, "", "V5-2.1.4-a"},
    FieldRow{PacketType::auth, "property_length", missing, "", "MQTT-2.2.2-1"},
    FieldRow{PacketType::auth, "property_length", padded, "", "MQTT-1.5.5-1"},
    FieldRow{PacketType::auth, "authentication_method", wrong, "", "MQTT-4.12.0-5"},
    FieldRow{PacketType::auth, "authentication_method", missing, "",
             "V5-3.15.2.2.2-a MQTT-4.12.0-5"},
    FieldRow{PacketType::auth, "authentication_method", doubled, "", "V5-3.15.2.2.2-a"},
    FieldRow{PacketType::auth, "authentication_data", doubled, "", "V5-3.15.2.2.3-a"},
};

class EditsField final : public Interceptor {
 public:
  EditsField(const FieldRow& row, bool v5) : row_(row), v5_(v5) {}
  void on_bytes_out(ConnectionId connection, codec::Bytes& bytes, Context& context) override {
    const Version version = context.version(connection);
    if (bytes.empty() || (version == Version::v5_0) != v5_) return;
    const auto type = static_cast<PacketType>(static_cast<unsigned char>(bytes[0]) >> 4);
    if (type == row_.packet) edit_field(bytes, version, row_.field, row_.edit);
  }

 private:
  const FieldRow& row_;
  bool v5_;
};

std::vector<std::string> split(std::string_view ids, std::string_view prefix) {
  std::vector<std::string> result;
  while (!ids.empty()) {
    const auto end = std::min(ids.find(' '), ids.size());
    result.push_back(std::string(prefix) + std::string(ids.substr(0, end)));
    ids.remove_prefix(std::min(end + 1, ids.size()));
  }
  return result;
}

MutantRow row_for(const FieldRow& row, bool v5, std::vector<std::string> statements) {
  std::string words = std::string(codec::to_string(row.packet)) + "-" + std::string(row.field) +
                      "-is-" + std::string(to_string(row.edit));
  std::string slug = v5 ? "v5-" : "v3-";
  for (char c : words) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    slug.push_back(c == '_' ? '-' : c);
  }
  return {std::move(slug), std::move(statements),
          std::string(row.field) + " of each " + std::string(codec::to_string(row.packet)) +
              " is " + std::string(to_string(row.edit)) + (v5 ? " (5.0)" : " (3.x)"),
          [&row, v5] { return std::make_unique<EditsField>(row, v5); },
          std::string(reach_of(row.packet))};
}

}  // namespace

std::vector<MutantRow> server_field_mutants() {
  std::vector<MutantRow> rows;
  for (const auto& row : fields) {
    if (!row.v3_1_1.empty()) rows.push_back(row_for(row, false, split(row.v3_1_1, "3.1.1:")));
    if (!row.v5_0.empty()) rows.push_back(row_for(row, true, split(row.v5_0, "5.0:")));
  }
  return rows;
}

}  // namespace mqttspec::mutants
