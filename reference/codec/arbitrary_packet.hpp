// Random packets for the tests of the codec: legal ones of every version, and the parts to spoil
// them with. Small alphabets that collide, and the edges of every range.
#pragma once

#include <rapidcheck.h>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec {

// RapidCheck prints counterexamples by this.
inline void showValue(const Packet& packet, std::ostream& out) {
  out << print(packet, Version::v5_0);
}

namespace arbitrary {

inline Version version() {
  return *rc::gen::element(Version::v3_1, Version::v3_1_1, Version::v5_0);
}

// Well-formed UTF-8 without U+0000, the edges of each length among it.
inline std::string text(std::size_t least = 0) {
  auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "/", "$", " ", "temp", "\x7F", "\xC2\x80", "\xDF\xBF",
                                    "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBB\xBF",
                                    "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"));
  while (pieces.size() < least) pieces.emplace_back("x");
  std::string result;
  for (const auto& piece : pieces) result += piece;
  return result;
}

inline std::string bytes() {
  const auto size = *rc::gen::weightedElement<std::size_t>({{8, 0}, {8, 3}, {4, 40}, {1, 200}});
  return *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
}

inline std::uint16_t identifier() {
  return *rc::gen::element<std::uint16_t>(1, 2, 255, 256, 65535);
}

inline std::string topic_filter(Version version) {
  const auto plain = *rc::gen::element<std::string>(
      "#", "+", "/", "a", "a/#", "+/a/+", "/+", "$SYS/#", "a//b", "+/#", "sport/\xC3\xA9/+/x/y/z");
  if (version != Version::v5_0 || *rc::gen::inRange(0, 4) != 0) return plain;
  return "$share/" + *rc::gen::element<std::string>("g", "group") + "/" + plain;
}

inline PropertyValue value(const PropertyRow& row) {
  switch (row.type) {
    case PropertyType::utf8_string:
      return text(row.id == PropertyId::response_topic ? 1 : 0);
    case PropertyType::binary_data:
      return bytes();
    case PropertyType::utf8_string_pair:
      return StringPair(text(), text());
    default:
      return *rc::gen::element(
          row.minimum, row.maximum, row.minimum + (row.maximum - row.minimum) / 2,
          std::min(row.maximum, row.minimum + 127), std::min(row.maximum, row.minimum + 128));
  }
}

// Properties that may stand there together.
inline Properties properties(PacketType place, Version version) {
  Properties result;
  if (version != Version::v5_0) return result;
  for (const auto& row : property_table()) {
    if ((row.packets >> static_cast<unsigned>(place) & 1U) == 0) continue;
    const bool repeats = row.repeatable && place != PacketType::subscribe;
    auto copies = *rc::gen::weightedElement<int>({{6, 0}, {2, 1}, {repeats ? 1U : 0U, 3}});
    if (row.id == PropertyId::authentication_method && place == PacketType::auth) copies = 1;
    for (; copies > 0; --copies) result.push_back({row.id, value(row)});
  }
  if (place == PacketType::connect && count(result, PropertyId::authentication_method) == 0) {
    std::erase_if(result, [](const Property& property) {
      return property.id == PropertyId::authentication_data;
    });
  }
  const auto order = *rc::gen::arbitrary<bool>();
  if (order) std::reverse(result.begin(), result.end());
  return result;
}

inline ReasonCode reason_code(PacketType type, Version version) {
  if (version != Version::v5_0) {
    if (type == PacketType::connack) return static_cast<ReasonCode>(*rc::gen::inRange(0, 6));
    if (type == PacketType::suback) return static_cast<ReasonCode>(*rc::gen::inRange(0, 3));
    return ReasonCode::success;
  }
  std::vector<ReasonCode> codes;
  for (const auto& row : reason_code_table()) {
    if ((row.packets >> static_cast<unsigned>(type) & 1U) != 0) codes.push_back(row.code);
  }
  return *rc::gen::elementOf(codes);
}

inline std::vector<ReasonCode> reason_codes(PacketType type, Version version) {
  std::vector<ReasonCode> result;
  if (version != Version::v5_0 && type == PacketType::unsuback) return result;
  for (auto n = *rc::gen::inRange(1, 5); n > 0; --n) result.push_back(reason_code(type, version));
  return result;
}

inline Packet connect(Version version) {
  Connect packet;
  packet.protocol_name = version == Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  packet.keep_alive = *rc::gen::arbitrary<std::uint16_t>();
  packet.properties = properties(PacketType::connect, version);
  packet.client_identifier = version == Version::v3_1 ? "c" : text(1);
  packet.clean_start = *rc::gen::arbitrary<bool>();
  if (version != Version::v3_1 && *rc::gen::inRange(0, 4) == 0) {
    packet.client_identifier.clear();
    packet.clean_start = packet.clean_start || version == Version::v3_1_1;
  }
  if (*rc::gen::arbitrary<bool>()) {
    auto& will = packet.will.emplace();
    will.topic = text(1);
    will.payload = version == Version::v3_1 ? "bye" : bytes();
    will.qos = static_cast<std::uint8_t>(*rc::gen::inRange(0, 3));
    will.retain = *rc::gen::arbitrary<bool>();
    will.properties = properties(will_properties_place, version);
  }
  if (*rc::gen::arbitrary<bool>()) packet.user_name = text();
  const bool may = packet.user_name || version == Version::v5_0;
  if (may && *rc::gen::arbitrary<bool>()) packet.password = bytes();
  return packet;
}

inline Packet publish(Version version) {
  Publish packet;
  packet.qos = static_cast<std::uint8_t>(*rc::gen::inRange(0, 3));
  packet.dup = packet.qos > 0 && *rc::gen::arbitrary<bool>();
  packet.retain = *rc::gen::arbitrary<bool>();
  packet.topic_name = text(1);
  if (packet.qos > 0) packet.packet_identifier = identifier();
  packet.properties = properties(PacketType::publish, version);
  if (count(packet.properties, PropertyId::topic_alias) > 0 && *rc::gen::arbitrary<bool>()) {
    packet.topic_name.clear();
  }
  packet.payload = bytes();
  return packet;
}

template <PacketType Type>
Packet acknowledgement(Version version) {
  Acknowledgement<Type> packet;
  packet.packet_identifier = identifier();
  packet.reason_code = reason_code(Type, version);
  packet.properties = properties(Type, version);
  return packet;
}

inline Packet subscribe(Version version) {
  Subscribe packet;
  packet.packet_identifier = identifier();
  packet.properties = properties(PacketType::subscribe, version);
  for (auto n = *rc::gen::inRange(1, 4); n > 0; --n) {
    auto& entry = packet.subscriptions.emplace_back();
    entry.topic_filter = topic_filter(version);
    entry.qos = static_cast<std::uint8_t>(*rc::gen::inRange(0, 3));
    if (version != Version::v5_0) continue;
    entry.no_local = !entry.topic_filter.starts_with("$share/") && *rc::gen::arbitrary<bool>();
    entry.retain_as_published = *rc::gen::arbitrary<bool>();
    entry.retain_handling = static_cast<std::uint8_t>(*rc::gen::inRange(0, 3));
  }
  return packet;
}

inline Packet unsubscribe(Version version) {
  Unsubscribe packet;
  packet.packet_identifier = identifier();
  packet.properties = properties(PacketType::unsubscribe, version);
  for (auto n = *rc::gen::inRange(1, 4); n > 0; --n) {
    packet.topic_filters.push_back(topic_filter(version));
  }
  return packet;
}

inline Packet connack(Version version) {
  Connack packet;
  packet.reason_code = reason_code(PacketType::connack, version);
  packet.session_present = version != Version::v3_1 && packet.reason_code == ReasonCode::success &&
                           *rc::gen::arbitrary<bool>();
  packet.properties = properties(PacketType::connack, version);
  return packet;
}

// A legal packet of that type and version.
inline Packet packet(PacketType type, Version version) {
  switch (type) {
    case PacketType::connect:
      return connect(version);
    case PacketType::connack:
      return connack(version);
    case PacketType::publish:
      return publish(version);
    case PacketType::puback:
      return acknowledgement<PacketType::puback>(version);
    case PacketType::pubrec:
      return acknowledgement<PacketType::pubrec>(version);
    case PacketType::pubrel:
      return acknowledgement<PacketType::pubrel>(version);
    case PacketType::pubcomp:
      return acknowledgement<PacketType::pubcomp>(version);
    case PacketType::subscribe:
      return subscribe(version);
    case PacketType::suback:
      return Suback{identifier(), properties(type, version), reason_codes(type, version), 0};
    case PacketType::unsubscribe:
      return unsubscribe(version);
    case PacketType::unsuback:
      return Unsuback{identifier(), properties(type, version), reason_codes(type, version), 0, {}};
    case PacketType::disconnect:
      return Disconnect{reason_code(type, version), properties(type, version), 0, {}};
    case PacketType::auth:
      return Auth{reason_code(type, version), properties(type, version), 0, {}};
    default:
      return make_packet(type);
  }
}

// A legal packet of any type that the version has.
inline Packet packet(Version version) {
  const auto last = version == Version::v5_0 ? PacketType::auth : PacketType::disconnect;
  const auto type = *rc::gen::inRange(1, static_cast<int>(last) + 1);
  return packet(static_cast<PacketType>(type), version);
}

}  // namespace arbitrary
}  // namespace mqttspec::codec
