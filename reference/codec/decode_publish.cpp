// PUBLISH (section 3.3) and its acknowledgements (3.4 to 3.7).
#include "reference/codec/decoder.hpp"
#include "reference/codec/topic.hpp"

namespace mqttspec::codec {

namespace {

bool check_publish_flags(Decoder& d, const Publish& packet) {
  // 3.1.1 and 5.0 [MQTT-3.3.1-4]
  if (packet.qos == 3 && !d.object(Rule::publish_qos_3, d.start())) return false;
  // 3.1.1 and 5.0 [MQTT-3.3.1-2] 3.1 says what DUP is for, but not that it may not be set here.
  return !packet.dup || packet.qos != 0 || d.version == Version::v3_1 ||
         d.object(Rule::publish_dup_with_qos_0, d.start());
}

bool check_topic_name(Decoder& d, const Publish& packet, const char* place) {
  // 3.1.1 and 5.0 [MQTT-3.3.2-2]
  if (has_wildcard(packet.topic_name)) return d.object(Rule::topic_name_wildcard, place);
  if (!packet.topic_name.empty()) return true;
  // 3.1.1 and 5.0 [MQTT-4.7.3-1] Only a Topic Alias can stand for the name (3.3.2.1).
  return find(packet.properties, PropertyId::topic_alias) != nullptr ||
         d.object(Rule::topic_name_empty, place);
}

}  // namespace

bool decode_body(Decoder& d, Publish& packet) {
  packet.dup = (d.flags & 8U) != 0;
  packet.qos = static_cast<std::uint8_t>(d.flags >> 1 & 3U);
  packet.retain = (d.flags & 1U) != 0;
  if (!check_publish_flags(d, packet)) return false;
  const char* topic_place = d.at();
  BytesView topic;
  // 3.1.1 and 5.0 [MQTT-3.3.2-1] The Topic Name comes first and is a UTF-8 string.
  if (!d.read_string(topic, Rule::publish_too_short)) return false;
  fill(packet.topic_name, topic);
  if (packet.qos > 0) {
    const bool present = d.left() >= 2;
    std::uint16_t identifier = 0;
    if (!d.read(identifier)) return false;
    if (present) {
      packet.packet_identifier = identifier;
      if (!d.check_identifier(identifier, Rule::packet_identifier_zero)) return false;
    }
  }
  if (d.is_v5() && !d.read_properties(PacketType::publish, packet.properties)) return false;
  if (!check_topic_name(d, packet, topic_place)) return false;
  // [V5-3.3.3-a], [V311-3.3.3-a] All that is left, perhaps nothing.
  fill(packet.payload, d.take_all());
  return true;
}

template <PacketType Type>
bool decode_body(Decoder& d, Acknowledgement<Type>& packet) {
  packet.flags = d.flags;
  const bool present = d.left() >= 2;
  if (!d.read(packet.packet_identifier)) return false;
  if (present &&
      !d.check_identifier(packet.packet_identifier, Rule::acknowledged_identifier_zero)) {
    return false;
  }
  // [V5-3.4.2.1-a], [V5-3.5.2.1-a], [V5-3.6.2.1-a], [V5-3.7.2.1-a] The Reason Code may be left out,
  // and so may the Property Length behind it (3.4.2.2.1).
  if (d.is_v5() && d.left() > 0) {
    const char* place = d.at();
    packet.reason_code = static_cast<ReasonCode>(d.next_byte());
    if (!d.check_reason_code(packet.reason_code, place)) return false;
    if (d.left() > 0 && !d.read_properties(Type, packet.properties)) return false;
  }
  return d.finish(packet.trailing);
}

template bool decode_body(Decoder&, Puback&);
template bool decode_body(Decoder&, Pubrec&);
template bool decode_body(Decoder&, Pubrel&);
template bool decode_body(Decoder&, Pubcomp&);

}  // namespace mqttspec::codec
