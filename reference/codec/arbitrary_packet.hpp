// Random packets for tests and fuzzers: legal ones of every version, and the parts to spoil them
// with. Small alphabets that collide, and the edges of every range.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "reference/codec/choices.hpp"
#include "reference/codec/codec.hpp"

namespace mqttspec::codec::arbitrary {

inline Version version(Choices& c) {
  return c.element({Version::v5_0, Version::v3_1_1, Version::v3_1});
}

// Well-formed UTF-8 without U+0000, the edges of each length among it.
inline std::string text(Choices& c, std::size_t least = 0) {
  std::string result;
  for (auto count = c.below(8); count > 0; --count) {
    result += c.element<std::string_view>({"a", "b", "/", "$", " ", "temp", "\x7F", "\xC2\x80",
                                           "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                           "\xEE\x80\x80", "\xEF\xBB\xBF", "\xEF\xBF\xBF",
                                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"});
  }
  if (result.size() < least) result.append(least - result.size(), 'x');
  return result;
}

inline std::string bytes(Choices& c) {
  const auto size = c.element<std::size_t>({0, 3, 3, 0, 1, 40, 40, 200});
  std::string result(size, '\0');
  for (char& byte : result) byte = c.byte();
  return result;
}

inline std::uint16_t identifier(Choices& c) {
  return c.element<std::uint16_t>({1, 2, 255, 256, 65535});
}

inline std::string topic_filter(Choices& c, Version version) {
  const auto plain =
      std::string(c.element<std::string_view>({"a", "#", "+", "/", "a/#", "+/a/+", "/+", "$SYS/#",
                                               "a//b", "+/#", "sport/\xC3\xA9/+/x/y/z"}));
  if (version != Version::v5_0 || c.below(4) != 3) return plain;
  return "$share/" + std::string(c.element<std::string_view>({"g", "group"})) + "/" + plain;
}

inline PropertyValue value(Choices& c, const PropertyRow& row) {
  switch (row.type) {
    case PropertyType::utf8_string:
      return text(c, row.id == PropertyId::response_topic ? 1 : 0);
    case PropertyType::binary_data:
      return bytes(c);
    case PropertyType::utf8_string_pair:
      return StringPair{text(c), text(c)};
    default:
      return c.element<std::uint32_t>(
          {row.minimum, row.maximum, row.minimum + (row.maximum - row.minimum) / 2,
           std::min(row.maximum, row.minimum + 127), std::min(row.maximum, row.minimum + 128)});
  }
}

// Properties that may stand there together.
inline Properties properties(Choices& c, PacketType place, Version version) {
  Properties result;
  if (version != Version::v5_0) return result;
  for (const auto& row : property_table()) {
    if ((row.packets >> static_cast<unsigned>(place) & 1U) == 0) continue;
    const bool repeats = row.repeatable && place != PacketType::subscribe;
    auto copies = c.element({0, 0, 0, 0, 0, 0, 1, 1, repeats ? 3 : 0});
    if (row.id == PropertyId::authentication_method && place == PacketType::auth) copies = 1;
    for (; copies > 0; --copies) result.push_back({row.id, value(c, row)});
  }
  if (place == PacketType::connect && count(result, PropertyId::authentication_method) == 0) {
    std::erase_if(result, [](const Property& property) {
      return property.id == PropertyId::authentication_data;
    });
  }
  if (c.flip()) std::reverse(result.begin(), result.end());
  return result;
}

inline ReasonCode reason_code(Choices& c, PacketType type, Version version) {
  if (version != Version::v5_0) {
    if (type == PacketType::connack) return static_cast<ReasonCode>(c.below(6));
    if (type == PacketType::suback) return static_cast<ReasonCode>(c.below(3));
    return ReasonCode::success;
  }
  std::vector<ReasonCode> codes;
  for (const auto& row : reason_code_table()) {
    if ((row.packets >> static_cast<unsigned>(type) & 1U) != 0) codes.push_back(row.code);
  }
  return c.element_of(codes);
}

inline std::vector<ReasonCode> reason_codes(Choices& c, PacketType type, Version version) {
  std::vector<ReasonCode> result;
  if (version != Version::v5_0 && type == PacketType::unsuback) return result;
  for (auto n = c.between(1, 4); n > 0; --n) result.push_back(reason_code(c, type, version));
  return result;
}

inline Packet connect(Choices& c, Version version) {
  Connect packet;
  packet.protocol_name = version == Version::v3_1 ? "MQIsdp" : "MQTT";
  packet.protocol_version = static_cast<std::uint8_t>(version);
  packet.keep_alive = c.between<std::uint16_t>(0, 65535);
  packet.properties = properties(c, PacketType::connect, version);
  packet.client_identifier = version == Version::v3_1 ? "c" : text(c, 1);
  packet.clean_start = c.flip();
  if (version != Version::v3_1 && c.one_in(4)) {
    packet.client_identifier.clear();
    packet.clean_start = packet.clean_start || version == Version::v3_1_1;
  }
  if (c.flip()) {
    auto& will = packet.will.emplace();
    will.topic = text(c, 1);
    will.payload = version == Version::v3_1 ? "bye" : bytes(c);
    will.qos = static_cast<std::uint8_t>(c.below(3));
    will.retain = c.flip();
    will.properties = properties(c, will_properties_place, version);
  }
  if (c.flip()) packet.user_name = text(c);
  const bool may = packet.user_name || version == Version::v5_0;
  if (may && c.flip()) packet.password = bytes(c);
  return packet;
}

inline Packet publish(Choices& c, Version version) {
  Publish packet;
  packet.qos = static_cast<std::uint8_t>(c.below(3));
  packet.dup = packet.qos > 0 && c.flip();
  packet.retain = c.flip();
  packet.topic_name = text(c, 1);
  if (packet.qos > 0) packet.packet_identifier = identifier(c);
  packet.properties = properties(c, PacketType::publish, version);
  if (count(packet.properties, PropertyId::topic_alias) > 0 && c.flip()) {
    packet.topic_name.clear();
  }
  packet.payload = bytes(c);
  return packet;
}

template <PacketType Type>
Packet acknowledgement(Choices& c, Version version) {
  Acknowledgement<Type> packet;
  packet.packet_identifier = identifier(c);
  packet.reason_code = reason_code(c, Type, version);
  packet.properties = properties(c, Type, version);
  return packet;
}

inline Packet subscribe(Choices& c, Version version) {
  Subscribe packet;
  packet.packet_identifier = identifier(c);
  packet.properties = properties(c, PacketType::subscribe, version);
  for (auto n = c.between(1, 3); n > 0; --n) {
    auto& entry = packet.subscriptions.emplace_back();
    entry.topic_filter = topic_filter(c, version);
    entry.qos = static_cast<std::uint8_t>(c.below(3));
    if (version != Version::v5_0) continue;
    entry.no_local = !entry.topic_filter.starts_with("$share/") && c.flip();
    entry.retain_as_published = c.flip();
    entry.retain_handling = static_cast<std::uint8_t>(c.below(3));
  }
  return packet;
}

inline Packet unsubscribe(Choices& c, Version version) {
  Unsubscribe packet;
  packet.packet_identifier = identifier(c);
  packet.properties = properties(c, PacketType::unsubscribe, version);
  for (auto n = c.between(1, 3); n > 0; --n) {
    packet.topic_filters.push_back(topic_filter(c, version));
  }
  return packet;
}

inline Packet connack(Choices& c, Version version) {
  Connack packet;
  packet.reason_code = reason_code(c, PacketType::connack, version);
  packet.session_present =
      version != Version::v3_1 && packet.reason_code == ReasonCode::success && c.flip();
  packet.properties = properties(c, PacketType::connack, version);
  return packet;
}

// A legal packet of that type and version.
inline Packet packet(Choices& c, PacketType type, Version version) {
  switch (type) {
    case PacketType::connect:
      return connect(c, version);
    case PacketType::connack:
      return connack(c, version);
    case PacketType::publish:
      return publish(c, version);
    case PacketType::puback:
      return acknowledgement<PacketType::puback>(c, version);
    case PacketType::pubrec:
      return acknowledgement<PacketType::pubrec>(c, version);
    case PacketType::pubrel:
      return acknowledgement<PacketType::pubrel>(c, version);
    case PacketType::pubcomp:
      return acknowledgement<PacketType::pubcomp>(c, version);
    case PacketType::subscribe:
      return subscribe(c, version);
    case PacketType::suback:
      return Suback{identifier(c), properties(c, type, version), reason_codes(c, type, version), 0};
    case PacketType::unsubscribe:
      return unsubscribe(c, version);
    case PacketType::unsuback:
      return Unsuback{
          identifier(c), properties(c, type, version), reason_codes(c, type, version), 0, {}};
    case PacketType::disconnect:
      return Disconnect{reason_code(c, type, version), properties(c, type, version), 0, {}};
    case PacketType::auth:
      return Auth{reason_code(c, type, version), properties(c, type, version), 0, {}};
    default:
      return make_packet(type);
  }
}

// A legal packet of any type that the version has.
inline Packet packet(Choices& c, Version version) {
  const auto last = version == Version::v5_0 ? PacketType::auth : PacketType::disconnect;
  const auto type = c.between(1, static_cast<int>(last));
  return packet(c, static_cast<PacketType>(type), version);
}

}  // namespace mqttspec::codec::arbitrary
