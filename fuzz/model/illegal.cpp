#include "fuzz/model/illegal.hpp"

#include <array>
#include <vector>

#include "fuzz/generators/spoil.hpp"
#include "reference/codec/arbitrary_packet.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::fuzz {

using codec::Bytes;
using codec::Choices;
using codec::Packet;
using codec::PacketType;
using codec::Version;

namespace {

// Where the packet has properties: its own, or those of its Will.
codec::Properties* properties_of(Choices& c, Packet& packet, PacketType& place) {
  place = codec::type_of(packet);
  auto* connect = std::get_if<codec::Connect>(&packet);
  if (connect != nullptr && connect->will && c.flip()) {
    place = codec::will_properties_place;
    return &connect->will->properties;
  }
  return codec::properties_of(packet);
}

// A property twice that may stand once; which one decides chance.
Bytes double_a_property(Choices& c, Packet packet, Version version) {
  if (auto* connect = std::get_if<codec::Connect>(&packet); connect && !connect->will && c.flip()) {
    connect->will.emplace().topic = "t";
  }
  PacketType place{};
  auto* properties = properties_of(c, packet, place);
  if (properties != nullptr && version == Version::v5_0) {
    std::vector<const codec::PropertyRow*> rows;
    for (const auto& row : codec::property_table()) {
      const bool belongs = (row.packets >> static_cast<unsigned>(place) & 1U) != 0;
      if (belongs && row.id != codec::PropertyId::user_property) rows.push_back(&row);
    }
    if (!rows.empty()) {
      const auto& row = *c.element_of(rows);
      std::erase_if(*properties, [&](const auto& each) { return each.id == row.id; });
      properties->push_back({row.id, codec::arbitrary::value(c, row)});
      properties->push_back({row.id, codec::arbitrary::value(c, row)});
    }
  }
  return codec::encode(packet, version);
}

// Text that is no UTF-8 in one of the packet's strings.
Bytes spoil_a_string(Choices& c, Packet packet, Version version) {
  if (auto* properties = codec::properties_of(packet); properties && version == Version::v5_0) {
    const auto type = codec::type_of(packet);
    for (const auto& row : codec::property_table()) {
      const bool belongs = (row.packets >> static_cast<unsigned>(type) & 1U) != 0;
      const bool text = row.type == codec::PropertyType::utf8_string ||
                        row.type == codec::PropertyType::utf8_string_pair;
      if (!belongs || !text || !c.one_in(4)) continue;
      std::erase_if(*properties, [&](const auto& each) { return each.id == row.id; });
      if (row.type == codec::PropertyType::utf8_string) {
        properties->push_back({row.id, std::string("text")});
      } else {
        properties->push_back({row.id, codec::StringPair("name", "value")});
      }
    }
  }
  auto frame = codec::encode(packet, version);
  std::vector<codec::Field> contents;
  for (const auto& field : codec::layout(frame, version).fields) {
    const bool named = field.name.ends_with(".content") || field.name.ends_with(".name") ||
                       field.name.ends_with(".value");
    if (named && field.length > 2) contents.push_back(field);
  }
  if (contents.empty()) return frame;
  const auto& field = c.element_of(contents);
  const auto at = field.offset + field.length - 1;
  frame[at] = c.element({'\xFF', '\0', '\x80', '\xC3', '\xF8'});
  return frame;
}

// One byte more, less or other.
Bytes change_a_byte(Choices& c, const Packet& packet, Version version) {
  auto frame = codec::encode(packet, version);
  const auto at = c.between<std::size_t>(0, frame.size() - 1);
  switch (c.below(4)) {
    case 0:
      frame[at] = c.byte();
      break;
    case 1:
      frame[at] = static_cast<char>(frame[at] ^ (1 << c.below(8)));
      break;
    case 2:
      frame.erase(at, 1);
      break;
    default:
      frame.insert(at, 1, c.byte());
  }
  if (at > 1 && frame.size() < 130) frame[1] = static_cast<char>(frame.size() - 2);
  return frame;
}

}  // namespace

Bytes illegal_frame(Choices& c, Packet packet, Version version) {
  switch (c.below(5)) {
    case 0:
      return double_a_property(c, std::move(packet), version);
    case 1:
      return spoil_a_string(c, std::move(packet), version);
    case 2:
      return change_a_byte(c, packet, version);
    default:
      spoil(c, packet);
      return codec::encode(packet, version);
  }
}

Bytes illegal_frame(Choices& c, Version version) {
  static constexpr std::array types = {
      PacketType::publish,    PacketType::subscribe, PacketType::unsubscribe, PacketType::puback,
      PacketType::pubrec,     PacketType::pubrel,    PacketType::pubcomp,     PacketType::pingreq,
      PacketType::disconnect, PacketType::connect,   PacketType::suback,      PacketType::auth};
  return illegal_frame(c, codec::arbitrary::packet(c, c.element_of(types), version), version);
}

}  // namespace mqttspec::fuzz
