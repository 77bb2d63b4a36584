// Properties of the codec over the whole table of MQTT properties, and of its strings.
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include "fuzz/generators/spoil.hpp"
#include "reference/codec/rapidcheck_choices.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Choices;
using codec::Packet;
using codec::PacketType;
using codec::Properties;
using codec::PropertyId;
using codec::RapidCheckChoices;
using codec::Rule;
using codec::Version;

constexpr auto v5 = Version::v5_0;

// The places where properties stand: the packets that have them, and the Will.
std::vector<PacketType> places() {
  std::vector<PacketType> result = {codec::will_properties_place};
  for (int type = 1; type <= 15; ++type) {
    const auto packet = codec::make_packet(static_cast<PacketType>(type));
    if (codec::properties_of(packet) != nullptr) result.push_back(static_cast<PacketType>(type));
  }
  return result;
}

// A legal packet with nothing in that place but these.
Packet packet_with(Choices& c, PacketType place, const Properties& properties) {
  const bool will = place == codec::will_properties_place;
  auto packet = codec::arbitrary::packet(c, will ? PacketType::connect : place, v5);
  if (will) {
    auto& connect = std::get<codec::Connect>(packet);
    if (!connect.will) connect.will.emplace().topic = "t";
    connect.will->properties = properties;
    return packet;
  }
  if (auto* publish = std::get_if<codec::Publish>(&packet)) publish->topic_name = "t";
  auto& held = *codec::properties_of(packet);
  held = properties;
  // Authentication Data needs its method, and so does AUTH.
  const bool has_method = codec::count(held, PropertyId::authentication_method) > 0;
  const bool has_data = codec::count(held, PropertyId::authentication_data) > 0;
  const bool needs_method = place == PacketType::auth || (place == PacketType::connect && has_data);
  if (needs_method && !has_method) {
    held.insert(held.begin(), {PropertyId::authentication_method, std::string("m")});
  }
  return packet;
}

std::optional<Rule> refusal(const Packet& packet) {
  const auto result = codec::decode(codec::encode(packet, v5), v5);
  const auto* error = std::get_if<codec::DecodeError>(&result);
  return error == nullptr ? std::nullopt : std::optional(error->rule);
}

bool belongs(const codec::PropertyRow& row, PacketType place) {
  return (row.packets >> static_cast<unsigned>(place) & 1U) != 0;
}

RC_GTEST_PROP(CodecList, EachPairOfPacketAndPropertyIsAsTheTableSays, ()) {
  RapidCheckChoices c;
  const auto place = c.element_of(places());
  for (const auto& row : codec::property_table()) {
    const auto packet = packet_with(c, place, {{row.id, codec::arbitrary::value(c, row)}});
    RC_LOG() << codec::print(packet, v5) << "\n";
    const auto rule = refusal(packet);
    if (belongs(row, place)) {
      RC_ASSERT(!rule.has_value());
    } else {
      RC_ASSERT(rule.has_value());
      RC_ASSERT(codec::row_of(*rule).name.starts_with("property_not_in_"));
    }
  }
}

RC_GTEST_PROP(CodecList, DuplicatesAreRefusedUnlessRepeatableAndThoseKeepTheirOrder, ()) {
  RapidCheckChoices c;
  const auto place = c.element_of(places());
  for (const auto& row : codec::property_table()) {
    if (!belongs(row, place)) continue;
    const Properties twice = {{row.id, codec::arbitrary::value(c, row)},
                              {PropertyId::user_property, codec::StringPair("between", "")},
                              {row.id, codec::arbitrary::value(c, row)}};
    const auto packet = packet_with(c, place, twice);
    RC_LOG() << codec::print(packet, v5) << "\n";
    const bool repeats =
        row.id == PropertyId::user_property || (row.repeatable && place == PacketType::publish);
    if (repeats) {
      RC_ASSERT(codec::decode(codec::encode(packet, v5), v5) == codec::DecodeResult(packet));
    } else {
      RC_ASSERT(refusal(packet) == Rule::property_twice);
    }
  }
}

RC_GTEST_PROP(CodecList, ZeroAndRangeRulesHold, ()) {
  RapidCheckChoices c;
  for (const auto& row : codec::property_table()) {
    const bool indicator = row.type == codec::PropertyType::byte && row.maximum == 1;
    const bool never_zero = row.minimum > 0;
    if (!indicator && !never_zero) continue;
    for (const auto place : places()) {
      if (!belongs(row, place)) continue;
      const auto value = never_zero ? 0 : c.between<std::uint32_t>(2, 255);
      const auto packet = packet_with(c, place, {{row.id, value}});
      RC_LOG() << codec::print(packet, v5) << "\n";
      const auto rule = refusal(packet);
      RC_ASSERT(rule.has_value());
      const std::string expected = std::string(row.name) + (never_zero ? "_zero" : "_range");
      RC_ASSERT(std::string(codec::row_of(*rule).name) == expected);
    }
  }
}

// RFC 3629 by its table of well-formed sequences, and section 1.5.4: no surrogates, no U+0000.
bool well_formed(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) -> unsigned {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0x100U;
  };
  const auto tail = [&](std::size_t at) { return byte(at) >= 0x80 && byte(at) <= 0xBF; };
  while (i < text.size()) {
    const unsigned b = byte(i);
    const unsigned n = byte(i + 1);
    if (b >= 0x01 && b <= 0x7F) {
      i += 1;
    } else if (b >= 0xC2 && b <= 0xDF && tail(i + 1)) {
      i += 2;
    } else if (b >= 0xE0 && b <= 0xEF && tail(i + 1) && tail(i + 2)) {
      if ((b == 0xE0 && n < 0xA0) || (b == 0xED && n > 0x9F)) return false;
      i += 3;
    } else if (b >= 0xF0 && b <= 0xF4 && tail(i + 1) && tail(i + 2) && tail(i + 3)) {
      if ((b == 0xF0 && n < 0x90) || (b == 0xF4 && n > 0x8F)) return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

RC_GTEST_PROP(CodecList, StringsAreUtf8AsAnIndependentValidatorSays, ()) {
  RapidCheckChoices c;
  const auto text = c.flip() ? odd_text(c) : codec::arbitrary::bytes(c);
  codec::Publish packet;
  packet.topic_name = "t";
  packet.properties = {{PropertyId::content_type, text}};
  const auto frame = codec::encode(Packet(packet), v5);
  const auto result = codec::decode(frame, v5);
  const auto* decoded = std::get_if<Packet>(&result);
  RC_ASSERT((decoded != nullptr) == well_formed(text));
  // What is accepted comes out as it was, a byte order mark and all.
  if (decoded != nullptr) RC_ASSERT(*decoded == Packet(packet));
}

RC_GTEST_PROP(CodecList, AStringOfTheGreatestLengthIsAccepted, ()) {
  RapidCheckChoices c;
  codec::Publish packet;
  packet.topic_name =
      std::string(65'532, static_cast<char>(c.between(0x61, 0x7A))) + "\xEF\xBB\xBF";
  RC_ASSERT(codec::decode(codec::encode(Packet(packet), v5), v5) ==
            codec::DecodeResult(Packet(packet)));
}

}  // namespace
}  // namespace mqttspec::fuzz
