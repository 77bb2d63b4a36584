// Properties of the codec on packets that break exactly one rule: each is refused, and by that
// rule.
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include <cctype>

#include "reference/codec/layout.hpp"
#include "reference/codec/rapidcheck_choices.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::fuzz {
namespace {

using codec::Choices;
using codec::Packet;
using codec::PacketType;
using codec::PropertyId;
using codec::RapidCheckChoices;
using codec::Rule;
using codec::Version;

// The rule by which bytes are refused; nothing if they are accepted.
std::optional<Rule> refusal(codec::BytesView frame, Version version) {
  RC_LOG() << codec::annotated_hex(frame, version) << "\n";
  const auto result = codec::decode(frame, version);
  const auto* error = std::get_if<codec::DecodeError>(&result);
  if (error == nullptr) return std::nullopt;
  RC_LOG() << codec::row_of(error->rule).name << "\n";
  return error->rule;
}
std::optional<Rule> refusal(const Packet& packet, Version version) {
  return refusal(codec::encode(packet, version), version);
}

Version newer(Choices& c) {
  return c.element({Version::v5_0, Version::v3_1_1});
}

template <class P>
P legal(Choices& c, PacketType type, Version version) {
  return std::get<P>(codec::arbitrary::packet(c, type, version));
}

PacketType any_type(Choices& c, Version version) {
  return static_cast<PacketType>(c.between(1, version == Version::v5_0 ? 15 : 14));
}

RC_GTEST_PROP(CodecList, EachReservedFlagBitFlippedIsRefusedWithItsRule, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  const auto type = any_type(c, version);
  if (type == PacketType::publish) return;
  const auto frame = codec::encode(codec::arbitrary::packet(c, type, version), version);
  std::string name(codec::to_string(type));
  for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
  const auto rule = codec::rule_by_name(name + "_header_flags");
  RC_ASSERT(rule.has_value());
  for (const int bit : {1, 2, 4, 8}) {
    auto flipped = frame;
    flipped[0] = static_cast<char>(flipped[0] ^ bit);
    RC_ASSERT(refusal(flipped, version) == rule);
  }
}

RC_GTEST_PROP(CodecList, PacketIdentifierZeroIsRefused, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  auto packet = codec::arbitrary::packet(c, any_type(c, version), version);
  bool has = false;
  std::visit(
      [&](auto& p) {
        if constexpr (requires { p.packet_identifier = 0; }) {
          if constexpr (requires { p.qos; }) {
            if (p.qos == 0) return;
          }
          p.packet_identifier = 0;
          has = true;
        }
      },
      packet);
  if (!has) return;
  const auto rule = refusal(packet, version);
  RC_ASSERT(rule == Rule::packet_identifier_zero || rule == Rule::acknowledged_identifier_zero);
}

RC_GTEST_PROP(CodecList, QosThreeIsRefused, ()) {
  RapidCheckChoices c;
  const auto version = codec::arbitrary::version(c);
  auto publish = legal<codec::Publish>(c, PacketType::publish, version);
  publish.qos = 3;
  publish.packet_identifier = 1;
  RC_ASSERT(refusal(Packet(publish), version) == Rule::publish_qos_3);
  auto subscribe = legal<codec::Subscribe>(c, PacketType::subscribe, version);
  subscribe.subscriptions.back().qos = 3;
  RC_ASSERT(refusal(Packet(subscribe), version) == Rule::subscription_qos_3);
  auto connect = legal<codec::Connect>(c, PacketType::connect, version);
  if (!connect.will) connect.will.emplace().topic = "t";
  connect.will->qos = 3;
  RC_ASSERT(refusal(Packet(connect), version) == Rule::will_qos_3);
}

RC_GTEST_PROP(CodecList, DupWithQosZeroIsRefused, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  auto packet = legal<codec::Publish>(c, PacketType::publish, version);
  packet.qos = 0;
  packet.packet_identifier.reset();
  packet.dup = true;
  RC_ASSERT(refusal(Packet(packet), version) == Rule::publish_dup_with_qos_0);
}

RC_GTEST_PROP(CodecList, WillFlagsWithoutWillAreRefused, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  auto packet = legal<codec::Connect>(c, PacketType::connect, version);
  packet.will.reset();
  const unsigned flags = (packet.user_name ? 0x80U : 0U) | (packet.password ? 0x40U : 0U) |
                         (packet.clean_start ? 0x02U : 0U);
  packet.connect_flags = static_cast<std::uint8_t>(flags | 0x20U);
  RC_ASSERT(refusal(Packet(packet), version) == Rule::will_retain_without_will);
  packet.connect_flags = static_cast<std::uint8_t>(flags | c.element({0x08U, 0x10U, 0x18U}));
  RC_ASSERT(refusal(Packet(packet), version) == Rule::will_qos_without_will);
}

RC_GTEST_PROP(CodecList, PasswordWithoutUserNameIsRefusedInThreeOneOne, ()) {
  RapidCheckChoices c;
  auto packet = legal<codec::Connect>(c, PacketType::connect, Version::v3_1_1);
  packet.user_name.reset();
  packet.password = "secret";
  RC_ASSERT(refusal(Packet(packet), Version::v3_1_1) == Rule::password_without_user_name);
  auto allowed = legal<codec::Connect>(c, PacketType::connect, Version::v5_0);
  allowed.user_name.reset();
  allowed.password = "secret";
  RC_ASSERT(!refusal(Packet(allowed), Version::v5_0));
}

std::string with_wildcard(Choices& c, std::string text) {
  text.insert(text.begin() + static_cast<std::ptrdiff_t>(c.below(text.size() + 1)),
              c.element({'+', '#'}));
  // Not within a character of several bytes.
  return codec::find_utf8_fault(text) ? "a/#" : text;
}

RC_GTEST_PROP(CodecList, WildcardsInTopicNameResponseTopicAndWillTopicAreRefused, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  auto publish = legal<codec::Publish>(c, PacketType::publish, version);
  const auto topic = publish.topic_name;
  publish.topic_name = with_wildcard(c, topic);
  RC_ASSERT(refusal(Packet(publish), version) == Rule::topic_name_wildcard);
  publish.topic_name = "t";
  if (version == Version::v5_0) {
    std::erase_if(publish.properties,
                  [](const auto& each) { return each.id == PropertyId::response_topic; });
    publish.properties.push_back({PropertyId::response_topic, with_wildcard(c, topic)});
    RC_ASSERT(refusal(Packet(publish), version) == Rule::response_topic_wildcard);
  }
  auto connect = legal<codec::Connect>(c, PacketType::connect, version);
  if (!connect.will) connect.will.emplace();
  connect.will->topic = with_wildcard(c, topic);
  RC_ASSERT(refusal(Packet(connect), version) == Rule::will_topic_wildcard);
}

RC_GTEST_PROP(CodecList, EmptySubscribeAndUnsubscribeAreRefused, ()) {
  RapidCheckChoices c;
  const auto version = codec::arbitrary::version(c);
  auto subscribe = legal<codec::Subscribe>(c, PacketType::subscribe, version);
  subscribe.subscriptions.clear();
  RC_ASSERT(refusal(Packet(subscribe), version) == Rule::subscribe_empty);
  auto unsubscribe = legal<codec::Unsubscribe>(c, PacketType::unsubscribe, version);
  unsubscribe.topic_filters.clear();
  RC_ASSERT(refusal(Packet(unsubscribe), version) == Rule::unsubscribe_empty);
}

RC_GTEST_PROP(CodecList, AWrongVersionIsNeverAcceptedSilently, ()) {
  RapidCheckChoices c;
  const auto version = codec::arbitrary::version(c);
  auto packet = legal<codec::Connect>(c, PacketType::connect, version);
  packet.protocol_name = c.element<std::string>({"MQTT", "MQIsdp", "MQTt", "", "MQTTT"});
  packet.protocol_version = static_cast<std::uint8_t>(c.below(256));
  const bool known = packet.protocol_name == "MQTT"
                         ? packet.protocol_version == 4 || packet.protocol_version == 5
                         : packet.protocol_name == "MQIsdp" && packet.protocol_version == 3;
  const auto rule = refusal(Packet(packet), version);
  if (!known) RC_ASSERT(rule == Rule::protocol_name || rule == Rule::protocol_version);
}

RC_GTEST_PROP(CodecList, ALengthThatOverrunsItsPacketIsMalformedNotNeedMore, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  auto frame = codec::encode(codec::arbitrary::packet(c, version), version);
  std::vector<codec::Field> lengths;
  for (const auto& field : codec::layout(frame, version).fields) {
    if (!field.encloses || field.name == "remaining_length") continue;
    if (field.length == 2 || (field.length == 1 && frame.size() < 120)) lengths.push_back(field);
  }
  if (lengths.empty()) return;
  const auto& field = c.element_of(lengths);
  const bool string_length = !field.name.ends_with("property_length") && field.length == 2;
  if (field.length == 2 && !string_length) return;
  frame[field.offset] = string_length ? '\xFF' : '\x7F';
  if (string_length) frame[field.offset + 1] = '\xFF';
  const auto rule = refusal(frame, version);
  RC_ASSERT(rule.has_value());
  RC_ASSERT(rule != Rule::frame_incomplete);
  RC_ASSERT(codec::row_of(*rule).reason == codec::ReasonCode::malformed_packet);
}

RC_GTEST_PROP(CodecList, TrailingBytesAreMalformed, ()) {
  RapidCheckChoices c;
  const auto version = newer(c);
  const auto type = c.element({PacketType::connect, PacketType::connack, PacketType::puback,
                               PacketType::pubrec, PacketType::pubrel, PacketType::pubcomp,
                               PacketType::pingreq, PacketType::pingresp, PacketType::disconnect});
  auto packet = codec::arbitrary::packet(c, type, version);
  // Short forms leave out what would then follow.
  if (auto* properties = codec::properties_of(packet); version == Version::v5_0 && properties) {
    properties->push_back({PropertyId::user_property, codec::StringPair("a", "b")});
  }
  std::visit(
      [&](auto& p) {
        if constexpr (requires { p.trailing; }) p.trailing = codec::arbitrary::bytes(c) + "x";
      },
      packet);
  const auto rule = refusal(packet, version);
  RC_ASSERT(rule.has_value());
  RC_ASSERT(std::string(codec::row_of(*rule).name).ends_with("_trailing_bytes"));
}

}  // namespace
}  // namespace mqttspec::fuzz
