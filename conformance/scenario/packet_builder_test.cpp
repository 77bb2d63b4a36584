#include "conformance/scenario/packet_builder.hpp"

#include <gtest/gtest.h>

#include "conformance/scenario/testing.hpp"

namespace mqttspec::scenario {
namespace {

using codec::Version;
using test::bytes;
using test::context;
using test::hex;
using test::json;

struct Encoding {
  Version version;
  std::string packet;  // JSON with ' for "
  std::string bytes;   // byte notation
};

void expect_encodings(const std::vector<Encoding>& table) {
  for (const Encoding& row : table) {
    BuildContext client = context(row.version);
    const Result<BuiltPacket> built = build_packet(json(row.packet), client);
    ASSERT_TRUE(built.ok()) << row.packet << ": " << built.error();
    EXPECT_EQ(hex(built->bytes), hex(bytes(row.bytes))) << row.packet;
    ASSERT_TRUE(built->packet.has_value()) << row.packet;
    EXPECT_FALSE(built->altered) << row.packet;
    EXPECT_EQ(hex(codec::encode(*built->packet, row.version)), hex(built->bytes)) << row.packet;
    // A legal packet is what a receiver reads: nothing in it that the version cannot carry.
    if (!codec::validate(*built->packet, row.version).empty()) continue;
    const codec::DecodeResult read = codec::decode(built->bytes, row.version);
    const auto* packet = std::get_if<codec::Packet>(&read);
    EXPECT_TRUE(packet != nullptr && *packet == *built->packet) << row.packet;
  }
}

constexpr Version v3 = Version::v3_1;
constexpr Version v4 = Version::v3_1_1;
constexpr Version v5 = Version::v5_0;

TEST(PacketBuilder, BuildsConnect) {
  expect_encodings({
      // Protocol Name and Version follow from the client's version.
      {v3, "'CONNECT'", "10 v[ s['MQIsdp'] 03 02 00 00 s['nsa'] ]"},
      {v4, "'CONNECT'", "10 v[ s['MQTT'] 04 02 00 00 s['nsa'] ]"},
      {v5, "'CONNECT'", "10 v[ s['MQTT'] 05 02 00 00 00 s['nsa'] ]"},
      {v5, "{'CONNECT': {'protocol_name': 'MQTX', 'protocol_version': 6}}",
       "10 v[ s['MQTX'] 06 02 00 00 00 s['nsa'] ]"},
      // CONNECT is laid out as its own Protocol Version says.
      {v5, "{'CONNECT': {'protocol_version': 4, 'receive_maximum': 5}}",
       "10 v[ s['MQTT'] 04 02 00 00 s['nsa'] ]"},
      {v4, "{'CONNECT': {'protocol_version': 5, 'receive_maximum': 5}}",
       "10 v[ s['MQTT'] 05 02 00 00 v[ 21 00 05 ] s['nsa'] ]"},
      {v5, "{'CONNECT': {'clean_start': false, 'keep_alive': '0x0102', 'client_identifier': ''}}",
       "10 v[ s['MQTT'] 05 00 01 02 00 00 00 ]"},
      {v5, "{'CONNECT': {'clean_start': null}}", "10 v[ s['MQTT'] 05 00 00 00 00 s['nsa'] ]"},
      {v5, "{'CONNECT': {'user_name': 'u', 'password': {'bytes': '00 FF'}}}",
       "10 v[ s['MQTT'] 05 C2 00 00 00 s['nsa'] s['u'] s[00 FF] ]"},
      {v5, "{'CONNECT': {'password': 7}}", "10 v[ s['MQTT'] 05 42 00 00 00 s['nsa'] s['7'] ]"},
      {v5, "{'CONNECT': {'connect_flags': '0x03', 'flags': 1}}",
       "11 v[ s['MQTT'] 05 03 00 00 00 s['nsa'] ]"},
      {v5, "{'CONNECT': {'will': {'will_topic': 't'}}}",
       "10 v[ s['MQTT'] 05 06 00 00 00 s['nsa'] 00 s['t'] s[] ]"},
      {v5,
       "{'CONNECT': {'will': {'will_topic': 't', 'will_payload': 'p', 'will_qos': 2, "
       "'will_retain': true, 'will_delay_interval': 3, 'user_property': [['a', 'b']]}}}",
       "10 v[ s['MQTT'] 05 36 00 00 00 s['nsa'] v[ 18 u32:3 26 s['a'] s['b'] ] s['t'] s['p'] ]"},
      {v4,
       "{'CONNECT': {'will': {'will_topic': 't', 'will_payload': 'p', 'will_delay_interval': 3}}}",
       "10 v[ s['MQTT'] 04 06 00 00 s['nsa'] s['t'] s['p'] ]"},
  });
}

TEST(PacketBuilder, ConnectStartsFromTheClientsFields) {
  BuildContext client = context(v5);
  client.connect_defaults = *json(
                                 "{'client_identifier': 'c', 'session_expiry_interval': 60, "
                                 "'will': {'will_topic': 't'}, 'receive_maximum': 2}")
                                 .object();
  const auto built = [&client](const std::string& fields) {
    const Result<BuiltPacket> result =
        build_request(codec::PacketType::connect, json(fields), client);
    EXPECT_TRUE(result.ok()) << fields;
    return result.ok() ? hex(result->bytes) : result.error();
  };
  EXPECT_EQ(built("{}"), hex(bytes("10 v[ s['MQTT'] 05 06 00 00 v[ 11 u32:60 21 u16:2 ] s['c'] 00 "
                                   "s['t'] s[] ]")));
  // null takes a field out, a field stated again keeps its place, new ones come behind.
  EXPECT_EQ(built("{'topic_alias_maximum': 9, 'session_expiry_interval': 1, 'will': null}"),
            hex(bytes("10 v[ s['MQTT'] 05 02 00 00 v[ 11 u32:1 21 u16:2 22 u16:9 ] s['c'] ]")));
  EXPECT_EQ(built("{'session_expiry_interval': null, 'receive_maximum': null, 'will': null}"),
            hex(bytes("10 v[ s['MQTT'] 05 02 00 00 00 s['c'] ]")));
  // The same in `send`.
  const Result<BuiltPacket> sent = build_packet(json("{'CONNECT': {'will': null}}"), client);
  EXPECT_EQ(hex(sent->bytes),
            hex(bytes("10 v[ s['MQTT'] 05 02 00 00 v[ 11 u32:60 21 u16:2 ] s['c'] ]")));
}

TEST(PacketBuilder, BuildsPublish) {
  expect_encodings({
      {v5, "'PUBLISH'", "30 03 00 00 00"},
      {v4, "'PUBLISH'", "30 02 00 00"},
      {v4, "{'PUBLISH': {'topic_name': 'a/b', 'payload': 'x'}}", "30 v[ s['a/b'] 'x' ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a/b', 'payload': {'bytes': '00 FF'}}}",
       "30 v[ s['a/b'] 00 00 FF ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'payload': 12}}", "30 v[ s['a'] 00 '12' ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'payload': 1.5}}", "30 v[ s['a'] 00 '1.5' ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': 1}}", "32 v[ s['a'] u16:10001 00 ]"},
      {v5,
       "{'PUBLISH': {'topic_name': 'a', 'qos': 2, 'dup': true, 'retain': true, "
       "'packet_identifier': 9}}",
       "3D v[ s['a'] u16:9 00 ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': 3, 'packet_identifier': 9}}",
       "36 v[ s['a'] u16:9 00 ]"},
      // No identifier on the wire although QoS 1 wants one; one although QoS 0 wants none.
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': 1, 'packet_identifier': null}}",
       "32 v[ s['a'] 00 ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'packet_identifier': 9}}", "30 v[ s['a'] u16:9 00 ]"},
      // The flags go over dup, qos and retain; a stated QoS still decides about the identifier.
      {v5, "{'PUBLISH': {'topic_name': 'a', 'flags': '0x0D'}}", "3D v[ s['a'] u16:10001 00 ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': 1, 'flags': 0}}", "30 v[ s['a'] u16:10001 00 ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': 0, 'flags': 2}}", "32 v[ s['a'] 00 ]"},
      {v5, "{'PUBLISH': {'topic_name': 'a', 'qos': null, 'payload': null, 'topic_alias': null}}",
       "30 v[ s['a'] 00 ]"},
  });
}

TEST(PacketBuilder, BuildsAllOtherPackets) {
  expect_encodings({
      {v5, "'CONNACK'", "20 03 00 00 00"},
      {v4, "{'CONNACK': {'session_present': true, 'reason_code': 'not_authorized'}}",
       "20 02 01 05"},
      {v5, "{'CONNACK': {'session_present': true, 'reason_code': 'not_authorized', 'flags': 3}}",
       "23 03 01 87 00"},
      {v5, "{'CONNACK': {'connect_acknowledge_flags': 254}}", "20 03 FE 00 00"},
      {v5, "{'PUBACK': {'packet_identifier': 7}}", "40 02 00 07"},
      {v5, "{'PUBACK': {'packet_identifier': 7, 'reason_code': '0x10'}}", "40 03 00 07 10"},
      {v4, "{'PUBACK': {'packet_identifier': 7, 'reason_code': '0x10'}}", "40 02 00 07"},
      {v5, "{'PUBREC': {'packet_identifier': 7, 'reason_string': 'r'}}",
       "50 v[ 00 07 00 v[ 1F s['r'] ] ]"},
      {v5, "{'PUBREL': {'packet_identifier': 7}}", "62 02 00 07"},
      {v5, "{'PUBREL': {'packet_identifier': 7, 'flags': 0}}", "60 02 00 07"},
      {v5, "{'PUBCOMP': {'packet_identifier': 7, 'reason_code': 'packet_identifier_not_found'}}",
       "70 03 00 07 92"},
      {v5, "'SUBSCRIBE'", "82 03 u16:10001 00"},
      {v5,
       "{'SUBSCRIBE': {'topic_filters': ['a', {'topic_filter': 'b', 'qos': 2, "
       "'no_local': true, 'retain_as_published': true, 'retain_handling': 2}, "
       "{'topic_filter': {'bytes': 'FF'}, 'subscription_options': '0xC0'}], "
       "'packet_identifier': 5, 'subscription_identifier': 200}}",
       "82 v[ u16:5 v[ 0B v:200 ] s['a'] 00 s['b'] 2E s[FF] C0 ]"},
      {v4,
       "{'SUBSCRIBE': {'topic_filters': [{'topic_filter': 'b', 'qos': 2, "
       "'no_local': true, 'retain_as_published': true, 'retain_handling': 2}], "
       "'subscription_identifier': 200}}",
       "82 v[ u16:10001 s['b'] 02 ]"},
      {v4, "{'SUBSCRIBE': {'topic_filters': [{'topic_filter': 'b', 'subscription_options': 255}]}}",
       "82 v[ u16:10001 s['b'] FF ]"},
      {v5, "{'SUBACK': {'packet_identifier': 5, 'reason_codes': ['granted_qos_1', '0x87']}}",
       "90 05 00 05 00 01 87"},
      {v4,
       "{'SUBACK': {'packet_identifier': 5, 'reason_codes': ['granted_qos_1', 'not_authorized']}}",
       "90 04 00 05 01 80"},
      {v5, "{'UNSUBSCRIBE': {'topic_filters': ['a', {'bytes': '00'}], 'packet_identifier': 5}}",
       "A2 v[ u16:5 00 s['a'] s[00] ]"},
      {v4, "{'UNSUBSCRIBE': {'topic_filters': ['a']}}", "A2 v[ u16:10001 s['a'] ]"},
      {v5, "{'UNSUBACK': {'packet_identifier': 5, 'reason_codes': [17]}}", "B0 04 00 05 00 11"},
      {v4, "{'UNSUBACK': {'packet_identifier': 5, 'reason_codes': [17]}}", "B0 02 00 05"},
      {v5, "'PINGREQ'", "C0 00"},
      {v5, "{'PINGREQ': {'flags': 15}}", "CF 00"},
      {v5, "{'PINGRESP': {}}", "D0 00"},
      {v5, "'DISCONNECT'", "E0 00"},
      {v5, "{'DISCONNECT': {'reason_code': 'disconnect_with_will_message'}}", "E0 01 04"},
      {v4, "{'DISCONNECT': {'reason_code': 4, 'session_expiry_interval': 5}}", "E0 00"},
      {v5, "{'DISCONNECT': {'session_expiry_interval': 5}}", "E0 v[ 00 v[ 11 u32:5 ] ]"},
      {v5,
       "{'AUTH': {'reason_code': '0x18', 'authentication_method': 'm', "
       "'authentication_data': {'bytes': '00'}}}",
       "F0 v[ 18 v[ 15 s['m'] 16 s[00] ] ]"},
      {v5, "'AUTH'", "F0 00"},
  });
}

struct PropertyCase {
  std::string property;
  std::string bytes;
};

TEST(PacketBuilder, WritesEachPropertyByItsName) {
  const std::vector<PropertyCase> table = {
      {"'payload_format_indicator': 255", "01 FF"},
      {"'message_expiry_interval': 4294967295", "02 FF FF FF FF"},
      {"'content_type': 'c'", "03 s['c']"},
      {"'response_topic': 'r'", "08 s['r']"},
      {"'correlation_data': {'bytes': '00 FF'}", "09 s[00 FF]"},
      {"'subscription_identifier': 268435455", "0B FF FF FF 7F"},
      {"'session_expiry_interval': '0xFFFFFFFF'", "11 FF FF FF FF"},
      {"'assigned_client_identifier': 'i'", "12 s['i']"},
      {"'server_keep_alive': 65535", "13 FF FF"},
      {"'authentication_method': 'm'", "15 s['m']"},
      {"'authentication_data': 'd'", "16 s['d']"},
      {"'request_problem_information': 2", "17 02"},
      {"'will_delay_interval': 1", "18 u32:1"},
      {"'request_response_information': 1", "19 01"},
      {"'response_information': 'i'", "1A s['i']"},
      {"'server_reference': 's'", "1C s['s']"},
      {"'reason_string': 7", "1F s['7']"},
      {"'receive_maximum': 0", "21 00 00"},
      {"'topic_alias_maximum': 1", "22 00 01"},
      {"'topic_alias': 1", "23 00 01"},
      {"'maximum_qos': 2", "24 02"},
      {"'retain_available': 0", "25 00"},
      {"'user_property': [['n', 'v'], ['n', {'bytes': 'FF'}]]", "26 s['n'] s['v'] 26 s['n'] s[FF]"},
      {"'user_property': []", ""},
      {"'maximum_packet_size': 1", "27 u32:1"},
      {"'wildcard_subscription_available': 1", "28 01"},
      {"'subscription_identifier_available': 1", "29 01"},
      {"'shared_subscription_available': 1", "2A 01"},
      // In written order; lists repeat.
      {"'topic_alias': [1, 1], 'content_type': ['b', 'a'], 'receive_maximum': 2",
       "23 u16:1 23 u16:1 03 s['b'] 03 s['a'] 21 u16:2"},
      {"'topic_alias': []", ""},
  };
  for (const PropertyCase& row : table) {
    expect_encodings(
        {{v5, "{'PUBLISH': {'topic_name': 't', " + row.property + "}}",
          "30 v[ s['t'] v[ " + row.bytes + " ] ]"},
         {v4, "{'PUBLISH': {'topic_name': 't', " + row.property + "}}", "30 v[ s['t'] ]"}});
  }
}

TEST(PacketBuilder, ChoosesIdentifiersOnlyWhereNoneIsStated) {
  BuildContext client = context(v5);
  const auto identifier = [&client](const std::string& packet) {
    const Result<BuiltPacket> built = build_packet(json(packet), client);
    return std::get<codec::Publish>(*built->packet).packet_identifier;
  };
  EXPECT_EQ(identifier("{'PUBLISH': {'qos': 1}}"), 10001);
  EXPECT_EQ(identifier("{'PUBLISH': {'qos': 0}}"), std::nullopt);
  EXPECT_EQ(identifier("{'PUBLISH': {'qos': 1, 'packet_identifier': 7}}"), 7);
  EXPECT_EQ(identifier("{'PUBLISH': {'qos': 2}}"), 10002);
}

TEST(PacketBuilder, RequestsHaveShortForms) {
  BuildContext client = context(v4);
  const auto built = [&client](codec::PacketType type, const std::string& fields) {
    const Result<BuiltPacket> result = build_request(type, json(fields), client);
    return result.ok() ? hex(result->bytes) : result.error();
  };
  using codec::PacketType;
  EXPECT_EQ(built(PacketType::subscribe, "['a', {'topic_filter': 'b', 'qos': 1}]"),
            hex(bytes("82 v[ u16:10001 s['a'] 00 s['b'] 01 ]")));
  EXPECT_EQ(built(PacketType::unsubscribe, "['a']"), hex(bytes("A2 v[ u16:10002 s['a'] ]")));
  EXPECT_EQ(built(PacketType::subscribe, "{'topic_filters': ['a'], 'packet_identifier': 3}"),
            hex(bytes("82 v[ u16:3 s['a'] 00 ]")));
  EXPECT_EQ(built(PacketType::disconnect, "{}"), "E0 00");
  EXPECT_EQ(built(PacketType::pingreq, "null"), "C0 00");
  EXPECT_EQ(built(PacketType::publish, "['a']"),
            "PUBLISH: a list stands where an object of fields is expected");
  EXPECT_EQ(
      built(PacketType::subscribe, "'a'"),
      "SUBSCRIBE: text stands where an object of fields or a list of Topic Filters is expected");
}

TEST(PacketBuilder, NullLeavesOutEvenWhatThePacketCannotDoWithout) {
  const std::vector<Encoding> table = {
      {v5, "{'PUBACK': {'packet_identifier': null}}", "40 00"},
      {v5, "{'PUBLISH': {'topic_name': null, 'payload': 'x'}}", "30 02 00 'x'"},
      {v4, "{'SUBSCRIBE': {'packet_identifier': null, 'topic_filters': ['a']}}",
       "82 v[ s['a'] 00 ]"},
      {v5, "{'CONNECT': {'client_identifier': null, 'keep_alive': null}}",
       "10 v[ s['MQTT'] 05 02 00 ]"},
      {v5, "{'CONNECT': {'will': {'will_topic': 't', 'will_payload': null}}}",
       "10 v[ s['MQTT'] 05 06 00 00 00 s['nsa'] 00 s['t'] ]"},
      {v5, "{'PUBACK': {'packet_identifier': 7, 'reason_code': null, 'reason_string': 'r'}}",
       "40 v[ 00 07 v[ 1F s['r'] ] ]"},
      {v5, "{'CONNACK': {'reason_code': null}}", "20 02 00 00"},
  };
  for (const Encoding& row : table) {
    BuildContext client = context(row.version);
    const Result<BuiltPacket> built = build_packet(json(row.packet), client);
    ASSERT_TRUE(built.ok()) << row.packet << ": " << built.error();
    EXPECT_EQ(hex(built->bytes), hex(bytes(row.bytes))) << row.packet;
    EXPECT_TRUE(built->altered) << row.packet;
  }
  // What the shortest encoding leaves out anyway is no change.
  BuildContext client = context(v5);
  const Result<BuiltPacket> built =
      build_packet(json("{'PUBACK': {'packet_identifier': 7, 'reason_code': null}}"), client);
  EXPECT_EQ(hex(built->bytes), "40 02 00 07");
  EXPECT_FALSE(built->altered);
}

TEST(PacketBuilder, BytesStandForAWholePacket) {
  BuildContext client = context(v5);
  const Result<BuiltPacket> built = build_packet(json("{'bytes': 'C0 00 FF'}"), client);
  EXPECT_EQ(hex(built->bytes), "C0 00 FF");
  EXPECT_FALSE(built->packet.has_value());
  EXPECT_TRUE(built->altered);
}

TEST(ReasonCodes, GoByNumberAndByName) {
  using codec::PacketType;
  const auto code = [](const Value& value, PacketType type, Version version) {
    const Result<std::uint8_t> result = parse_reason_code(value, type, version);
    return result.ok() ? static_cast<int>(*result) : -1;
  };
  EXPECT_EQ(code("0x8E", PacketType::disconnect, v5), 0x8E);
  EXPECT_EQ(code(142, PacketType::disconnect, v5), 0x8E);
  EXPECT_EQ(code("session_taken_over", PacketType::disconnect, v5), 0x8E);
  EXPECT_EQ(code("normal_disconnection", PacketType::disconnect, v5), 0);
  EXPECT_EQ(code("granted_qos_2", PacketType::suback, v5), 2);
  // In 3.x the names of CONNACK and SUBACK mean that version's codes; numbers are as on the wire.
  EXPECT_EQ(code("unsupported_protocol_version", PacketType::connack, v5), 0x84);
  EXPECT_EQ(code("unsupported_protocol_version", PacketType::connack, v4), 1);
  EXPECT_EQ(code("client_identifier_not_valid", PacketType::connack, v3), 2);
  EXPECT_EQ(code("server_unavailable", PacketType::connack, v4), 3);
  EXPECT_EQ(code("bad_user_name_or_password", PacketType::connack, v4), 4);
  EXPECT_EQ(code("not_authorized", PacketType::connack, v4), 5);
  EXPECT_EQ(code("success", PacketType::connack, v4), 0);
  EXPECT_EQ(code("0x84", PacketType::connack, v4), 0x84);
  EXPECT_EQ(code("not_authorized", PacketType::suback, v4), 0x80);
  EXPECT_EQ(code("granted_qos_1", PacketType::suback, v4), 1);
  EXPECT_EQ(parse_reason_code("banned", PacketType::connack, v4).error(),
            "3.1.1 has no return code for banned in CONNACK");
}

}  // namespace
}  // namespace mqttspec::scenario
