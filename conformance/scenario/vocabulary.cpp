#include "conformance/scenario/vocabulary.hpp"

#include <algorithm>
#include <array>

#include "reference/codec/property.hpp"

namespace mqttspec::scenario {
namespace {

using codec::PacketType;
using enum FieldKind;

constexpr std::array connect_row = {
    FieldRow{"protocol_name", bytes},
    FieldRow{"protocol_version", integer},
    FieldRow{"connect_flags", integer},
    FieldRow{"clean_start", boolean},
    FieldRow{"keep_alive", integer},
    FieldRow{"client_identifier", bytes},
    FieldRow{"will", will},
    FieldRow{"user_name", bytes},
    FieldRow{"password", bytes},
    FieldRow{"flags", integer},
};
constexpr std::array connack_row = {
    FieldRow{"connect_acknowledge_flags", integer},
    FieldRow{"session_present", boolean},
    FieldRow{"reason_code", reason_code},
    FieldRow{"flags", integer},
};
constexpr std::array publish_row = {
    FieldRow{"dup", boolean},
    FieldRow{"qos", integer},
    FieldRow{"retain", boolean},
    FieldRow{"topic_name", bytes},
    FieldRow{"packet_identifier", integer},
    FieldRow{"payload", bytes},
    FieldRow{"flags", integer},
};
constexpr std::array acknowledgement_row = {
    FieldRow{"packet_identifier", integer},
    FieldRow{"reason_code", reason_code},
    FieldRow{"flags", integer},
};
constexpr std::array subscribe_row = {
    FieldRow{"packet_identifier", integer},
    FieldRow{"topic_filters", subscriptions},
    FieldRow{"flags", integer},
};
constexpr std::array unsubscribe_row = {
    FieldRow{"packet_identifier", integer},
    FieldRow{"topic_filters", topic_filters},
    FieldRow{"flags", integer},
};
constexpr std::array suback_row = {
    FieldRow{"packet_identifier", integer},
    FieldRow{"reason_codes", reason_codes},
    FieldRow{"flags", integer},
};
constexpr std::array ping_row = {FieldRow{"flags", integer}};
constexpr std::array reason_row = {FieldRow{"reason_code", reason_code},
                                   FieldRow{"flags", integer}};

constexpr std::array will_row = {
    FieldRow{"will_topic", bytes},
    FieldRow{"will_payload", bytes},
    FieldRow{"will_qos", integer},
    FieldRow{"will_retain", boolean},
};
constexpr std::array subscription_row = {
    FieldRow{"topic_filter", bytes},      FieldRow{"qos", integer},
    FieldRow{"no_local", boolean},        FieldRow{"retain_as_published", boolean},
    FieldRow{"retain_handling", integer}, FieldRow{"subscription_options", integer},
};

constexpr std::array packets = {
    PacketRow{PacketType::connect, "CONNECT", connect_row, true, false},
    PacketRow{PacketType::connack, "CONNACK", connack_row, true, true},
    PacketRow{PacketType::publish, "PUBLISH", publish_row, true, true},
    PacketRow{PacketType::puback, "PUBACK", acknowledgement_row, true, true},
    PacketRow{PacketType::pubrec, "PUBREC", acknowledgement_row, true, true},
    PacketRow{PacketType::pubrel, "PUBREL", acknowledgement_row, true, true},
    PacketRow{PacketType::pubcomp, "PUBCOMP", acknowledgement_row, true, true},
    PacketRow{PacketType::subscribe, "SUBSCRIBE", subscribe_row, true, false},
    PacketRow{PacketType::suback, "SUBACK", suback_row, true, true},
    PacketRow{PacketType::unsubscribe, "UNSUBSCRIBE", unsubscribe_row, true, false},
    PacketRow{PacketType::unsuback, "UNSUBACK", suback_row, true, true},
    PacketRow{PacketType::pingreq, "PINGREQ", ping_row, false, false},
    PacketRow{PacketType::pingresp, "PINGRESP", ping_row, false, true},
    PacketRow{PacketType::disconnect, "DISCONNECT", reason_row, true, true},
    PacketRow{PacketType::auth, "AUTH", reason_row, true, true},
};

FieldKind kind_of(codec::PropertyType type) {
  switch (type) {
    case codec::PropertyType::utf8_string:
    case codec::PropertyType::binary_data:
      return property_bytes;
    case codec::PropertyType::utf8_string_pair:
      return property_pairs;
    default:
      return property_integer;
  }
}

void append(std::vector<FieldRow>& out, std::span<const FieldRow> more) {
  for (const FieldRow& field : more) {
    if (find_field(out, field.name) == nullptr) out.push_back(field);
  }
}

}  // namespace

std::span<const PacketRow> packet_table() {
  return packets;
}
std::span<const FieldRow> will_fields() {
  return will_row;
}
std::span<const FieldRow> subscription_fields() {
  return subscription_row;
}

const PacketRow* find_packet(std::string_view name) {
  const auto* found = std::find_if(packets.begin(), packets.end(),
                                   [&](const PacketRow& row) { return row.name == name; });
  return found == packets.end() ? nullptr : found;
}

std::span<const FieldRow> property_fields() {
  static const std::vector<FieldRow> fields = [] {
    std::vector<FieldRow> out;
    for (const codec::PropertyRow& row : codec::property_table()) {
      out.push_back({row.name, kind_of(row.type)});
    }
    return out;
  }();
  return fields;
}

const FieldRow* find_field(std::span<const FieldRow> fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldRow& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<FieldRow> pattern_fields(std::string_view packet) {
  static constexpr std::array closed_row = {FieldRow{"farewell", farewell},
                                            FieldRow{"reason_code", reason_code}};
  static constexpr std::array every_row = {FieldRow{"elapsed", elapsed},
                                           FieldRow{"client", FieldKind::client}};
  static constexpr std::array size_row = {FieldRow{"packet_size", integer},
                                          FieldRow{"frame", bytes}, FieldRow{"subprotocol", bytes}};
  static constexpr std::array exact_row = {FieldRow{"exact", exact}};
  std::vector<FieldRow> out;
  const PacketRow* row = find_packet(packet);
  const bool closed = packet == "CLOSED";
  const bool any = packet == "ANY";
  if (!closed && !any && (row == nullptr || !row->from_server)) return out;
  if (row != nullptr) append(out, row->fields);
  if (closed) append(out, closed_row);
  append(out, every_row);
  if (!closed) append(out, size_row);
  if (!any) append(out, exact_row);
  if (closed || (row != nullptr && row->properties)) append(out, property_fields());
  return out;
}

std::vector<FieldRow> verify_fields() {
  std::vector<FieldRow> out;
  for (const std::string_view packet : expectable_packets()) append(out, pattern_fields(packet));
  return out;
}

bool can_be_distinct(const FieldRow& field) {
  return field.kind != exact && field.kind != elapsed && field.kind != farewell;
}

std::vector<std::string_view> sendable_packets() {
  std::vector<std::string_view> out;
  for (const PacketRow& row : packets) out.push_back(row.name);
  return out;
}

std::vector<std::string_view> expectable_packets() {
  std::vector<std::string_view> out;
  for (const PacketRow& row : packets) {
    if (row.from_server) out.push_back(row.name);
  }
  out.emplace_back("CLOSED");
  out.emplace_back("ANY");
  return out;
}

std::vector<std::string_view> matchers_of(FieldKind kind) {
  switch (kind) {
    case integer:
    case reason_code:
      return {"min", "max", "one_of", "not"};
    case bytes:
      return {"one_of", "not", "prefix", "size"};
    case boolean:
    case farewell:
      return {"one_of", "not"};
    case reason_codes:
    case property_pairs:
      return {"one_of", "not", "contains", "same", "size"};
    case property_integer:
      return {"min", "max", "one_of", "not", "contains", "same", "size"};
    case property_bytes:
      return {"one_of", "not", "prefix", "contains", "same", "size"};
    case elapsed:
      return {"min", "max"};
    default:
      return {};
  }
}

}  // namespace mqttspec::scenario
