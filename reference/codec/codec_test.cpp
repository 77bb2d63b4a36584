// What the codec promises of every packet, on one hand-picked packet of each kind. Bytes from the
// standard's figures are in corpus/golden; random packets in codec_property_test.cpp.
#include <gtest/gtest.h>

#include "reference/codec/codec.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

Bytes bytes(std::initializer_list<int> values) {
  Bytes result;
  for (const int value : values) result += static_cast<char>(value);
  return result;
}

DecodeError error_of(const DecodeResult& result) {
  const auto* error = std::get_if<DecodeError>(&result);
  return error == nullptr ? DecodeError{Rule::not_expressible, 0, ReasonCode::success} : *error;
}

std::string_view rule_of(BytesView frame, Version version, Sender sender = Sender::either) {
  const auto result = decode(frame, version, sender);
  return std::holds_alternative<Packet>(result) ? "accepted" : row_of(error_of(result).rule).name;
}

Connect full_connect() {
  Connect packet;
  packet.clean_start = false;
  packet.keep_alive = 600;
  packet.properties = {{PropertyId::session_expiry_interval, 60U},
                       {PropertyId::user_property, StringPair("name", "value")},
                       {PropertyId::user_property, StringPair("name", "value")}};
  packet.client_identifier = "client";
  packet.will = Will{"a/b", "bye"s, 2, true, {{PropertyId::will_delay_interval, 5U}}};
  packet.user_name = "me";
  packet.password = "\x00\xFF"s;
  return packet;
}

std::vector<Packet> examples() {
  const Properties reason = {{PropertyId::reason_string, "why"s}};
  return {
      full_connect(),
      Connack{true, ReasonCode::success, {{PropertyId::receive_maximum, 20U}}, {}, 0, {}},
      Publish{true, 1, true, "a/b", 7, {{PropertyId::topic_alias, 3U}}, "payload"},
      Puback{7, ReasonCode::no_matching_subscribers, {}, 0, {}},
      Pubrec{7, ReasonCode::quota_exceeded, reason, 0, {}},
      Pubrel{7, ReasonCode::success, {}, 2, {}},
      Pubcomp{7, ReasonCode::packet_identifier_not_found, {}, 0, {}},
      Subscribe{8,
                {{PropertyId::subscription_identifier, 300U}},
                {{"a/+", 1, true, true, 2, {}}, {"#", 0, false, false, 0, {}}},
                2,
                {}},
      Suback{8, reason, {ReasonCode::granted_qos_1, ReasonCode::not_authorized}, 0},
      Unsubscribe{9, {}, {"a/+", "#"}, 2, {}},
      Unsuback{9, {}, {ReasonCode::success, ReasonCode::no_subscription_existed}, 0, {}},
      Pingreq{},
      Pingresp{},
      Disconnect{ReasonCode::disconnect_with_will_message, {}, 0, {}},
      Auth{ReasonCode::continue_authentication, {{PropertyId::authentication_method, "m"s}}, 0, {}},
  };
}

TEST(Codec, EachPacketComesBackAsItWas) {
  for (const auto& packet : examples()) {
    const auto frame = encode(packet, Version::v5_0);
    const auto result = decode(frame, Version::v5_0);
    ASSERT_TRUE(std::holds_alternative<Packet>(result))
        << print(packet, Version::v5_0) << ": " << row_of(error_of(result).rule).sentence;
    EXPECT_EQ(std::get<Packet>(result), packet) << print(packet, Version::v5_0);
    EXPECT_EQ(encoded_size(packet, Version::v5_0), frame.size());
    EXPECT_TRUE(validate(packet, Version::v5_0).empty());
  }
}

TEST(Codec, EachCutOfEachPacketIsRefused) {
  for (const auto& packet : examples()) {
    const auto frame = encode(packet, Version::v5_0);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      EXPECT_TRUE(
          std::holds_alternative<DecodeError>(decode(frame.substr(0, size), Version::v5_0)));
    }
  }
}

TEST(Codec, EncodeAppends) {
  Bytes out = "x";
  encode(Pingreq{}, Version::v3_1_1, out);
  EXPECT_EQ(out, bytes({'x', 0xC0, 0x00}));
}

TEST(Codec, OlderVersionsHaveNoProperties) {
  Connect packet = full_connect();
  packet.protocol_version = 4;
  const auto result = decode(encode(packet, Version::v5_0), Version::v5_0);
  ASSERT_TRUE(std::holds_alternative<Packet>(result));
  packet.properties.clear();
  packet.will->properties.clear();
  EXPECT_EQ(std::get<Packet>(result), Packet(packet));
}

TEST(Codec, ReasonCodeAloneNeedsNoPropertyLength) {
  EXPECT_EQ(encode(Puback{7, ReasonCode::quota_exceeded, {}, 0, {}}, Version::v5_0),
            bytes({0x40, 3, 0, 7, 0x97}));
  EXPECT_EQ(encode(Puback{7, ReasonCode::success, {}, 0, {}}, Version::v5_0),
            bytes({0x40, 2, 0, 7}));
  EXPECT_EQ(encode(Disconnect{}, Version::v5_0), bytes({0xE0, 0}));
}

TEST(Codec, AuthHasAlwaysAPropertyLengthBehindItsReasonCode) {
  EXPECT_EQ(encode(Auth{ReasonCode::continue_authentication, {}, 0, {}}, Version::v5_0),
            bytes({0xF0, 2, 0x18, 0}));
  EXPECT_EQ(rule_of(bytes({0xF0, 1, 0x18}), Version::v5_0), "auth_too_short");
}

TEST(Decode, SaysWhichRuleWhereAndWhichReasonCode) {
  // PUBLISH, QoS 0, topic "t", Topic Alias 0 at offset 6.
  const auto frame = bytes({0x30, 7, 0, 1, 't', 3, 0x23, 0, 0});
  EXPECT_EQ(error_of(decode(frame, Version::v5_0)),
            (DecodeError{Rule::topic_alias_zero, 6, ReasonCode::topic_alias_invalid}));
}

TEST(Decode, AToleratedRuleLetsThePacketThroughAsItIs) {
  RuleSet tolerated;
  tolerated.insert(Rule::topic_alias_zero);
  const auto frame = bytes({0x30, 7, 0, 1, 't', 3, 0x23, 0, 0});
  const auto result = decode(frame, Version::v5_0, Sender::either, tolerated);
  ASSERT_TRUE(std::holds_alternative<Packet>(result));
  EXPECT_EQ(encode(std::get<Packet>(result), Version::v5_0), frame);
  tolerated = {};
  tolerated.insert(Rule::property_twice);
  EXPECT_TRUE(
      std::holds_alternative<DecodeError>(decode(frame, Version::v5_0, Sender::either, tolerated)));
}

TEST(Decode, FlagsThatThreeOneDisregardsAreKept) {
  // CONNECT 3.1 with User Name and Password Flag but without either (V31-17), and bit 0 set.
  const auto frame =
      bytes({0x10, 15, 0, 6, 'M', 'Q', 'I', 's', 'd', 'p', 3, 0xC3, 0, 0, 0, 1, 'a'});
  const auto result = decode(frame, Version::v3_1);
  ASSERT_TRUE(std::holds_alternative<Packet>(result));
  EXPECT_EQ(encode(std::get<Packet>(result), Version::v3_1), frame);
  auto newer = bytes({0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 0xC2, 0, 0, 0, 1, 'a'});
  EXPECT_EQ(rule_of(newer, Version::v3_1_1), "user_name_missing");
}

TEST(Decode, ThreeOneRepeatsSubscribeWithDup) {
  const auto frame = bytes({0x8A, 6, 0, 10, 0, 1, 'a', 1});
  EXPECT_EQ(rule_of(frame, Version::v3_1), "accepted");
  EXPECT_EQ(rule_of(frame, Version::v3_1_1), "subscribe_header_flags");
}

TEST(Decode, DirectionIsCheckedOnlyWhenTheSenderIsKnown) {
  const auto connack = bytes({0x20, 2, 0, 0});
  EXPECT_EQ(rule_of(connack, Version::v3_1_1), "accepted");
  EXPECT_EQ(rule_of(connack, Version::v3_1_1, Sender::server), "accepted");
  EXPECT_EQ(rule_of(connack, Version::v3_1_1, Sender::client), "packet_from_client");
  EXPECT_EQ(rule_of(bytes({0xE0, 0}), Version::v3_1_1, Sender::server), "packet_from_server");
  EXPECT_EQ(rule_of(bytes({0xE0, 0}), Version::v5_0, Sender::server), "accepted");
}

TEST(Encode, AStringThatIsTooLongIsCutAndReported) {
  Publish packet;
  packet.topic_name = std::string(65'536, 'a');
  const auto frame = encode(packet, Version::v3_1_1);
  EXPECT_EQ(frame.size(), 1 + 3 + 2 + 65'535U);
  EXPECT_EQ(encoded_size(packet, Version::v3_1_1), frame.size());
  EXPECT_EQ(validate(packet, Version::v3_1_1), std::vector{Rule::not_expressible});
}

TEST(Encode, AnyBytesCanStandInAProperty) {
  Publish packet;
  packet.topic_name = "t";
  packet.properties = {{PropertyId::receive_maximum, "\x01"s}, {PropertyId{0x7F}, "xyz"s}};
  EXPECT_EQ(encode(packet, Version::v5_0),
            bytes({0x30, 10, 0, 1, 't', 6, 0x21, 1, 0x7F, 'x', 'y', 'z'}));
}

TEST(Validate, ReportsAllRulesInOrder) {
  Subscribe packet;
  packet.flags = 0;
  packet.subscriptions = {{"a#", 3, false, false, 3, {}}};
  EXPECT_EQ(validate(packet, Version::v5_0),
            (std::vector{Rule::subscribe_header_flags, Rule::packet_identifier_zero,
                         Rule::topic_filter_multi_level_wildcard, Rule::subscription_qos_3,
                         Rule::retain_handling_3}));
}

TEST(Validate, SeesAPacketIdentifierThatTheBytesWouldHide) {
  Publish packet;
  packet.topic_name = "t";
  packet.packet_identifier = 1;
  EXPECT_EQ(validate(packet, Version::v3_1_1), std::vector{Rule::publish_identifier_with_qos_0});
}

TEST(Print, GivesOneReadableLine) {
  Publish packet;
  packet.qos = 1;
  packet.topic_name = "a/b";
  packet.packet_identifier = 7;
  packet.payload = "x";
  EXPECT_EQ(print(packet, Version::v3_1_1),
            R"(PUBLISH qos=1 topic_name="a/b" packet_identifier=7 payload="x" (1 byte))");
  packet.payload = std::string(100, '\n');
  const auto line = print(packet, Version::v3_1_1);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_NE(line.find("... (100 bytes)"), std::string::npos);
}

}  // namespace
}  // namespace mqttspec::codec
