// CONNECT (section 3.1) and CONNACK (3.2).
#include "reference/codec/decoder.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::codec {

namespace {

constexpr unsigned user_name_flag = 0x80;
constexpr unsigned password_flag = 0x40;
constexpr unsigned will_retain_flag = 0x20;
constexpr unsigned will_qos_bits = 0x18;
constexpr unsigned will_flag = 0x04;
constexpr unsigned clean_start_flag = 0x02;

// Protocol Name and Version; sets the version that all that follows is judged by.
bool read_protocol(Decoder& d, Connect& packet) {
  const char* name_place = d.at();
  BytesView name;
  if (!d.read_binary(name, Rule::connect_too_short)) return false;
  const bool new_name = name.size() == 4 && std::memcmp(name.data(), "MQTT", 4) == 0;
  const bool old_name = !new_name && name == "MQIsdp";
  // 3.1.1 and 5.0 [MQTT-3.1.2-1], [V31-1] Any other name is some other protocol.
  if (!old_name && !new_name && !d.object(Rule::protocol_name, name_place)) return false;
  if (!new_name) packet.protocol_name = name;
  const char* version_place = d.at();
  packet.protocol_version = static_cast<std::uint8_t>(d.version);
  if (!d.read(packet.protocol_version)) return false;
  const auto level = packet.protocol_version;
  // 3.1.1 and 5.0 [MQTT-3.1.2-2] 3 goes with MQIsdp, 4 and 5 go with MQTT.
  const bool known = old_name ? level == 3 : level == 4 || level == 5;
  if (!known && !d.object(Rule::protocol_version, version_place)) return false;
  if (level >= 3 && level <= 5) d.version = static_cast<Version>(level);
  packet.flags = d.flags;
  return check_header_flags(d);
}

bool check_connect_flags(Decoder& d, unsigned flags, const char* place) {
  const bool has_will = (flags & will_flag) != 0;
  if (d.version == Version::v3_1) {
    // [V31-15] 3.1 reserves bit 0 without asking for a check, and [V31-16] disregards Will QoS and
    // Will Retain where there is no Will.
    if (has_will && (flags & will_qos_bits) == will_qos_bits &&
        !d.object(Rule::will_qos_3, place)) {
      return false;
    }
  } else {
    // 3.1.1 and 5.0 [MQTT-3.1.2-3]
    if ((flags & 1U) != 0 && !d.object(Rule::connect_flag_reserved, place)) return false;
    // [MQTT-3.1.2-11] in 5.0, [MQTT-3.1.2-13] in 3.1.1
    if (!has_will && (flags & will_qos_bits) != 0 &&
        !d.object(Rule::will_qos_without_will, place)) {
      return false;
    }
    // [MQTT-3.1.2-13] in 5.0, [MQTT-3.1.2-15] in 3.1.1
    if (!has_will && (flags & will_retain_flag) != 0 &&
        !d.object(Rule::will_retain_without_will, place)) {
      return false;
    }
    // [MQTT-3.1.2-12] in 5.0, [MQTT-3.1.2-14] in 3.1.1
    if (has_will && (flags & will_qos_bits) == will_qos_bits &&
        !d.object(Rule::will_qos_3, place)) {
      return false;
    }
  }
  // [MQTT-3.1.2-22] in 3.1.1; [V5-3.1.2.9-a] 5.0 allows it.
  return d.is_v5() || (flags & (user_name_flag | password_flag)) != password_flag ||
         d.object(Rule::password_without_user_name, place);
}

bool check_will_topic(Decoder& d, BytesView topic, const char* place) {
  if (topic.empty() && !d.object(Rule::will_topic_empty, place)) return false;
  return !has_wildcard(topic) || d.object(Rule::will_topic_wildcard, place);
}

bool is_ascii(BytesView text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x7F) return false;
  }
  return true;
}

bool read_will(Decoder& d, Will& will, unsigned flags) {
  will.qos = static_cast<std::uint8_t>((flags & will_qos_bits) >> 3);
  will.retain = (flags & will_retain_flag) != 0;
  if (d.is_v5()) {
    if (d.left() == 0 && !d.object(Rule::will_missing, d.at())) return false;
    // [V5-3.1.3.2-a] Behind the Client Identifier, at least their length.
    if (d.left() > 0 && !d.read_properties(will_properties_place, will.properties)) return false;
  }
  const char* place = d.at();
  BytesView text;
  if (!d.read_string(text, Rule::will_missing)) return false;
  fill(will.topic, text);
  if (!check_will_topic(d, text, place)) return false;
  place = d.at();
  // [V5-3.1.3.4-a], [V311-3.1.3.3-a] Any bytes, perhaps none.
  if (!d.read_binary(text, Rule::will_missing)) return false;
  fill(will.payload, text);
  return d.version != Version::v3_1 || is_ascii(text) ||
         d.object(Rule::will_payload_not_ascii, place);
}

// A User Name or Password whose flag is set.
bool read_credential(Decoder& d, std::optional<std::string>& value, Rule missing, bool is_text) {
  // [V31-17] 3.1: the Remaining Length outranks the flag, and a server has to allow for this.
  if (d.left() == 0 && d.version == Version::v3_1) return true;
  const bool present = d.left() >= 2;
  BytesView text;
  if (!d.read_binary(text, missing)) return false;
  if (present) value.emplace(text);
  // [V5-3.1.3.6-a], [V311-3.1.3.5-a] A Password is any bytes. [V31-19] In 3.1 nothing is asked of
  // either.
  return !is_text || d.version == Version::v3_1 || d.check_utf8(text);
}

// Code points, as 3.1 counts characters (V31-5).
std::size_t count_characters(BytesView text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

// Comes last: a Client Identifier that is refused is answered, a CONNECT that cannot be read is
// not.
bool check_client_identifier(Decoder& d, const Connect& packet, const char* place) {
  const auto& id = packet.client_identifier;
  if (d.version == Version::v3_1 && count_characters(id) > 23 &&
      !d.object(Rule::client_identifier_length, place)) {
    return false;
  }
  if (!id.empty() || d.is_v5()) return true;
  // 3.1.1 [MQTT-3.1.3-7], [MQTT-3.1.3-8] 3.1 has no empty ones at all (V31-4).
  return (d.version == Version::v3_1_1 && packet.clean_start) ||
         d.object(Rule::client_identifier_empty, place);
}

// Keeps the flags as they came where the fields read do not tell them.
void keep_connect_flags(Connect& packet, unsigned flags) {
  unsigned told = packet.clean_start ? clean_start_flag : 0U;
  if (packet.will) {
    told |= will_flag | static_cast<unsigned>(packet.will->qos) << 3;
    told |= packet.will->retain ? will_retain_flag : 0U;
  }
  told |= packet.user_name ? user_name_flag : 0U;
  told |= packet.password ? password_flag : 0U;
  if (told != flags) packet.connect_flags = static_cast<std::uint8_t>(flags);
}

bool read_payload(Decoder& d, Connect& packet, unsigned flags) {
  const char* place = d.at();
  BytesView identifier;
  if (!d.read_binary(identifier, Rule::client_identifier_missing)) return false;
  if (d.version != Version::v3_1 && !d.check_utf8(identifier)) return false;
  fill(packet.client_identifier, identifier);
  // [V5-3.1-a] All that follows the Client Identifier is there only if its flag says so.
  if ((flags & will_flag) != 0 && !read_will(d, packet.will.emplace(), flags)) return false;
  if ((flags & user_name_flag) != 0 &&
      !read_credential(d, packet.user_name, Rule::user_name_missing, true)) {
    return false;
  }
  if ((flags & password_flag) != 0 &&
      !read_credential(d, packet.password, Rule::password_missing, false)) {
    return false;
  }
  keep_connect_flags(packet, flags);
  return d.finish(packet.trailing) && check_client_identifier(d, packet, place);
}

}  // namespace

bool decode_body(Decoder& d, Connect& packet) {
  if (!read_protocol(d, packet)) return false;
  const char* flags_place = d.at();
  std::uint8_t flags = 0;
  if (!d.read(flags)) return false;
  if (!check_connect_flags(d, flags, flags_place)) return false;
  packet.clean_start = (flags & clean_start_flag) != 0;
  if (!d.read(packet.keep_alive)) return false;
  if (d.is_v5()) {
    const char* place = d.at();
    if (!d.read_properties(PacketType::connect, packet.properties)) return false;
    // Section 3.1.2.11.10
    if (find(packet.properties, PropertyId::authentication_data) != nullptr &&
        find(packet.properties, PropertyId::authentication_method) == nullptr &&
        !d.object(Rule::authentication_data_without_method, place)) {
      return false;
    }
  }
  return read_payload(d, packet, flags);
}

bool decode_body(Decoder& d, Connack& packet) {
  packet.flags = d.flags;
  const char* flags_place = d.at();
  std::uint8_t flags = 0;
  if (!d.read(flags)) return false;
  // 3.1 reserves the whole byte without asking for a check (V31-6).
  const bool has_flags = d.version != Version::v3_1;
  // 5.0 [MQTT-3.2.2-1]
  if (has_flags && flags > 1 && !d.object(Rule::connack_flags_reserved, flags_place)) return false;
  packet.session_present = has_flags && (flags & 1U) != 0;
  if (flags != (packet.session_present ? 1 : 0)) packet.acknowledge_flags = flags;
  const char* code_place = d.at();
  std::uint8_t code = 0;
  if (!d.read(code)) return false;
  packet.reason_code = static_cast<ReasonCode>(code);
  if (!d.check_reason_code(packet.reason_code, code_place)) return false;
  // [MQTT-3.2.2-6] in 5.0, [MQTT-3.2.2-4] in 3.1.1
  if (packet.session_present && code != 0 &&
      !d.object(Rule::session_present_with_error, flags_place)) {
    return false;
  }
  if (d.is_v5() && !d.read_properties(PacketType::connack, packet.properties)) return false;
  return d.finish(packet.trailing);
}

}  // namespace mqttspec::codec
