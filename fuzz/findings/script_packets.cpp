#include "fuzz/findings/script_packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::fuzz {

using codec::Packet;
using codec::Version;
using scenario::Array;
using scenario::Object;
using scenario::Value;

namespace {

// Identifiers from here up are a client's own, which no script may name.
constexpr std::uint16_t identifier_end = 10'001;

struct CheckRow {
  std::string_view name;
  std::string_view note;
  std::array<std::string_view, 3> statements;  // of 3.1, 3.1.1, 5.0
};
constexpr std::array<CheckRow, 8> checks{{
    {"answered",
     "Each CONNECT was answered so.",
     {"3.1:V31-7", "3.1.1:MQTT-3.1.4-4", "5.0:MQTT-3.1.4-5"}},
    {"delivered",
     "These messages came, in this order.",
     {"3.1:V31-46", "3.1.1:MQTT-4.5.0-1", "5.0:MQTT-4.5.0-1"}},
    {"acknowledged",
     "QoS 1 and 2 were carried through.",
     {"3.1:V31-10", "3.1.1:MQTT-3.3.4-1", "5.0:MQTT-3.3.4-1"}},
    {"released",
     "The broker released QoS 2 messages.",
     {"3.1:V31-46", "3.1.1:MQTT-3.3.4-1", "5.0:MQTT-3.3.4-1"}},
    {"granted",
     "Subscriptions were answered so.",
     {"3.1:V31-9", "3.1.1:MQTT-3.8.4-1", "5.0:MQTT-3.8.4-1"}},
    {check_of_close,
     "The broker ended these connections.",
     {"3.1:V31-24", "3.1.1:MQTT-4.8.0-1", "5.0:MQTT-4.13.1-1"}},
    {check_of_ping,
     "Who is connected is answered.",
     {"3.1:V31-45", "3.1.1:MQTT-3.12.4-1", "5.0:MQTT-3.12.4-1"}},
    {check_of_silence,
     "Nothing came beyond that.",
     {"3.1:V31-46", "3.1.1:MQTT-3.3.5-1", "5.0:MQTT-3.3.4-2"}},
}};

Value hex(codec::BytesView bytes) {
  // Where text could be taken for a variable, no text is written.
  if (bytes.find('$') == codec::BytesView::npos) {
    return Value(Object{{"bytes", Value(scenario::print_bytes(bytes))}});
  }
  std::string digits;
  for (const char byte : bytes) {
    digits += fmt::format("{}{:02X}", digits.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return Value(Object{{"bytes", Value(digits)}});
}

bool names_variables(const Value& value) {
  if (const auto* text = value.string()) return text->find("${") != std::string::npos;
  if (const auto* list = value.array()) {
    return std::any_of(list->begin(), list->end(), names_variables);
  }
  const auto* object = value.object();
  return object != nullptr && std::any_of(object->begin(), object->end(), [](const auto& member) {
           return names_variables(member.second);
         });
}

Value reason_word(const Value& code) {
  return Value(fmt::format("0x{:02X}", *code.integer()));
}

// Reason codes as scripts write them.
Value with_reason_words(Value fields) {
  for (auto& [name, field] : std::get<Object>(fields.data)) {
    if (name == "reason_code") field = reason_word(field);
    if (name != "reason_codes") continue;
    for (Value& code : std::get<Array>(field.data)) code = reason_word(code);
  }
  return fields;
}

// Takes out what a script leaves out: flags that are false, and what is computed.
Value plain(const Value& value) {
  Object kept;
  for (const auto& [name, field] : *value.object()) {
    if (name == "flags" || name == "connect_flags" || field == Value(false)) continue;
    if (name == "protocol_name" || name == "protocol_version") continue;
    if (name == "payload" && field == Value("")) continue;
    if (name == "reason_code" && field == Value("0x00")) continue;
    if (field.object() != nullptr && field.find("bytes") == nullptr) {
      kept.emplace_back(name, plain(field));
    } else if (name == "topic_filters" && field.array() != nullptr) {
      Array filters;
      for (const Value& filter : *field.array()) {
        filters.push_back(
            filter.object() != nullptr && filter.find("bytes") == nullptr ? plain(filter) : filter);
      }
      kept.emplace_back(name, Value(std::move(filters)));
    } else {
      kept.emplace_back(name, field);
    }
  }
  return Value(std::move(kept));
}

scenario::BuildContext context(Version version) {
  scenario::BuildContext context;
  context.version = version;
  context.connect_defaults = {{"client_identifier", Value("somebody")},
                              {"clean_start", Value(true)},
                              {"keep_alive", Value(0)}};
  context.next_packet_identifier = [] { return identifier_end; };
  return context;
}

// CONNECT's fields all count, since each client has some of its own.
Value connect_fields(const codec::Connect& packet, Version version) {
  Value fields = plain(scenario::to_value(packet, version));
  auto& object = std::get<Object>(fields.data);
  if (!packet.clean_start) object.emplace_back("clean_start", Value(false));
  return fields;
}

std::optional<Packet> decoded(codec::BytesView bytes, Version version) {
  auto result = codec::decode(bytes, version, codec::Sender::either, codec::RuleSet::all());
  auto* packet = std::get_if<Packet>(&result);
  if (packet == nullptr) return std::nullopt;
  return std::move(*packet);
}

bool states_an_own_identifier(const Value& fields) {
  const Value* identifier = fields.find("packet_identifier");
  return identifier != nullptr && identifier->integer() != nullptr &&
         *identifier->integer() >= identifier_end;
}

void add_identifier(Object& pattern, std::uint16_t identifier) {
  if (identifier >= identifier_end) return;
  pattern.emplace_back("packet_identifier", Value(static_cast<std::int64_t>(identifier)));
}

Value reason_range(codec::ReasonCode reason) {
  const bool good = static_cast<std::uint8_t>(reason) < 0x80;
  return good ? Value(Object{{"max", Value("0x7F")}}) : Value(Object{{"min", Value("0x80")}});
}

Value list_of(const std::vector<codec::ReasonCode>& codes) {
  Array list;
  for (const auto code : codes) {
    list.emplace_back(fmt::format("0x{:02X}", static_cast<std::uint8_t>(code)));
  }
  return Value(std::move(list));
}

Value text(const std::string& bytes) {
  if (codec::find_utf8_fault(bytes) || bytes.find("${") != std::string::npos) return hex(bytes);
  return Value(bytes);
}

class Patterns {
 public:
  Patterns(Version version, const std::string& topic_name)
      : version_(version), topic_name_(topic_name) {}

  Expected operator()(const codec::Connack& packet) const {
    if (packet.reason_code != codec::ReasonCode::success) return {};
    Object fields{{"reason_code", Value("0x00")}};
    if (version_ != Version::v3_1) {
      fields.emplace_back("session_present", Value(packet.session_present));
    }
    return made("CONNACK", fields, "answered");
  }
  Expected operator()(const codec::Publish& packet) const {
    if (topic_name_.starts_with("$SYS")) return {};
    Object fields{{"topic_name", text(topic_name_)},
                  {"payload", text(packet.payload)},
                  {"qos", Value(static_cast<int>(packet.qos))},
                  {"retain", Value(packet.retain)}};
    if (packet.qos > 0) fields.emplace_back("dup", Value(packet.dup));
    return made("PUBLISH", fields, "delivered");
  }
  template <codec::PacketType Type>
  Expected operator()(const codec::Acknowledgement<Type>& packet) const {
    static constexpr std::array<std::string_view, 4> names{"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
    Object fields;
    // A PUBREL has the broker's own identifier.
    if (Type != codec::PacketType::pubrel) add_identifier(fields, packet.packet_identifier);
    if (version_ == Version::v5_0) {
      fields.emplace_back("reason_code", reason_range(packet.reason_code));
    }
    const auto place =
        static_cast<std::size_t>(Type) - static_cast<std::size_t>(codec::PacketType::puback);
    const bool releases = Type == codec::PacketType::pubrel;
    return made(names[place], fields, releases ? "released" : "acknowledged");
  }
  Expected operator()(const codec::Suback& packet) const {
    Object fields;
    add_identifier(fields, packet.packet_identifier);
    fields.emplace_back("reason_codes", list_of(packet.reason_codes));
    return made("SUBACK", fields, "granted");
  }
  Expected operator()(const codec::Unsuback& packet) const {
    Object fields;
    add_identifier(fields, packet.packet_identifier);
    return made("UNSUBACK", fields, "granted");
  }
  Expected operator()(const codec::Pingresp&) const {
    return {Value("PINGRESP"), std::string(check_of_ping)};
  }
  template <class Other>
  Expected operator()(const Other&) const {
    return {};
  }

 private:
  static Expected made(std::string_view type, Object fields, std::string_view check) {
    return {Value(Object{{std::string(type), Value(std::move(fields))}}), std::string(check)};
  }

  Version version_;
  const std::string& topic_name_;
};

}  // namespace

Value to_send(codec::BytesView bytes, Version version) {
  const auto packet = decoded(bytes, version);
  if (!packet) return hex(bytes);
  const std::string name(codec::to_string(codec::type_of(*packet)));
  const auto* connect = std::get_if<codec::Connect>(&*packet);
  const Value whole = with_reason_words(scenario::to_value(*packet, version));
  for (const Value& fields :
       {connect != nullptr ? connect_fields(*connect, version) : plain(whole), whole}) {
    if (states_an_own_identifier(fields) || names_variables(fields)) break;
    Value value(Object{{name, fields}});
    auto building = context(version);
    const auto built = scenario::build_packet(value, building);
    if (!built || built->bytes != bytes) continue;
    return fields.object()->empty() ? Value(name) : value;
  }
  return hex(bytes);
}

std::optional<Value> to_connect(codec::BytesView bytes, Version version) {
  const auto packet = decoded(bytes, version);
  const auto* connect = packet ? std::get_if<codec::Connect>(&*packet) : nullptr;
  if (connect == nullptr) return std::nullopt;
  const Value fields = connect_fields(*connect, version);
  if (names_variables(fields)) return std::nullopt;
  auto building = context(version);
  const auto built = scenario::build_request(codec::PacketType::connect, fields, building);
  if (!built || built->bytes != bytes) return std::nullopt;
  return fields;
}

Expected to_expect(const Packet& packet, Version version, const std::string& topic_name) {
  return std::visit(Patterns(version, topic_name), packet);
}

scenario::CheckDefinition define_check(const std::string& name,
                                       const std::vector<Version>& versions) {
  const auto* row = std::find_if(checks.begin(), checks.end(),
                                 [&](const CheckRow& check) { return check.name == name; });
  scenario::CheckDefinition check;
  check.name = name;
  check.note = row->note;
  check.level = Value("MUST");
  Array statements;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto version = static_cast<Version>(3 + i);
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) continue;
    statements.emplace_back(std::string(row->statements[i]));
  }
  check.statements = Value(std::move(statements));
  return check;
}

}  // namespace mqttspec::fuzz
