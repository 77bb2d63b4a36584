// Packets as captures and matchers see them.
#include <gtest/gtest.h>

#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/testing.hpp"

namespace mqttspec::scenario {
namespace {

using codec::Version;
using test::bytes;
using test::context;
using test::hex;
using test::json;

// A readable form of a value, to be compared in one go.
std::string show(const Value& value) {
  if (value.is_null()) return "null";
  if (const bool* flag = value.boolean()) return *flag ? "true" : "false";
  if (const std::int64_t* integer = value.integer()) return std::to_string(*integer);
  if (const std::string* text = value.string()) return "'" + *text + "'";
  std::string out;
  if (const Array* array = value.array()) {
    for (const Value& element : *array) out += (out.empty() ? "" : ", ") + show(element);
    return "[" + out + "]";
  }
  for (const auto& [name, member] : *value.object()) {
    out += (out.empty() ? "'" : ", '") + name + "': " + show(member);
  }
  return "{" + out + "}";
}

struct Seen {
  Version version;
  std::string frame;   // byte notation
  std::string fields;  // as show() writes them
};

constexpr Version v3 = Version::v3_1;
constexpr Version v4 = Version::v3_1_1;
constexpr Version v5 = Version::v5_0;

const std::vector<Seen> seen = {
    {v5, "20 v[ 01 00 v[ 22 u16:10 13 u16:2 ] ]",
     "{'flags': 0, 'connect_acknowledge_flags': 1, 'session_present': true, 'reason_code': 0, "
     "'topic_alias_maximum': 10, 'server_keep_alive': 2}"},
    {v4, "20 02 00 05",
     "{'flags': 0, 'connect_acknowledge_flags': 0, 'session_present': false, 'reason_code': 5}"},
    {v5, "3B v[ s['t'] u16:9 v[ 23 u16:1 0B 0A 26 s['n'] s['v'] ] 'x' ]",
     "{'flags': 11, 'dup': true, 'qos': 1, 'retain': true, 'topic_name': 't', "
     "'packet_identifier': 9, 'topic_alias': 1, 'subscription_identifier': [10], "
     "'user_property': [['n', 'v']], 'payload': 'x'}"},
    {v5, "30 v[ s['t'] v[ 0B 0A 0B 14 03 s['c'] 26 s['n'] s['v'] 26 s['m'] s['w'] ] ]",
     "{'flags': 0, 'dup': false, 'qos': 0, 'retain': false, 'topic_name': 't', "
     "'subscription_identifier': [10, 20], 'content_type': 'c', "
     "'user_property': [['n', 'v'], ['m', 'w']], 'payload': ''}"},
    {v4, "30 v[ s['t'] FF 00 ]",
     "{'flags': 0, 'dup': false, 'qos': 0, 'retain': false, 'topic_name': 't', "
     "'payload': {'bytes': 'FF 00'}}"},
    // Text that a script would take for a variable is written in bytes.
    {v4, "30 v[ s['t'] 'a$' '{ns}' ]",
     "{'flags': 0, 'dup': false, 'qos': 0, 'retain': false, 'topic_name': 't', "
     "'payload': {'bytes': ''a$' '{ns}''}}"},
    {v4, "30 v[ s['t'] '$5' C3 A9 ]",
     "{'flags': 0, 'dup': false, 'qos': 0, 'retain': false, 'topic_name': 't', "
     "'payload': '$5\xC3\xA9'}"},
    // Without a code: 0x00.
    {v4, "40 02 u16:7", "{'flags': 0, 'packet_identifier': 7, 'reason_code': 0}"},
    {v5, "50 02 u16:7", "{'flags': 0, 'packet_identifier': 7, 'reason_code': 0}"},
    {v5, "62 v[ u16:7 92 v[ 1F s['r'] ] ]",
     "{'flags': 2, 'packet_identifier': 7, 'reason_code': 146, 'reason_string': 'r'}"},
    {v5, "70 03 u16:7 00", "{'flags': 0, 'packet_identifier': 7, 'reason_code': 0}"},
    {v5, "90 v[ u16:7 00 01 80 ]",
     "{'flags': 0, 'packet_identifier': 7, 'reason_codes': [1, 128]}"},
    {v5, "B0 v[ u16:7 00 11 ]", "{'flags': 0, 'packet_identifier': 7, 'reason_codes': [17]}"},
    {v4, "B0 02 u16:7", "{'flags': 0, 'packet_identifier': 7, 'reason_codes': []}"},
    {v5, "D0 00", "{'flags': 0}"},
    {v5, "C0 00", "{'flags': 0}"},
    {v5, "E0 v[ 8E v[ 1F s['r'] ] ]", "{'flags': 0, 'reason_code': 142, 'reason_string': 'r'}"},
    {v4, "E0 00", "{'flags': 0, 'reason_code': 0}"},
    {v5, "F0 v[ 18 v[ 15 s['m'] 16 s[00] ] ]",
     "{'flags': 0, 'reason_code': 24, 'authentication_method': 'm', "
     "'authentication_data': {'bytes': '00'}}"},
    {v5, "82 v[ u16:5 v[ 0B 07 ] s['a'] 2E ]",
     "{'flags': 2, 'packet_identifier': 5, 'subscription_identifier': 7, "
     "'topic_filters': [{'topic_filter': 'a', 'qos': 2, 'no_local': true, "
     "'retain_as_published': true, 'retain_handling': 2}]}"},
    {v4, "82 v[ u16:5 s['a'] 01 ]",
     "{'flags': 2, 'packet_identifier': 5, 'topic_filters': [{'topic_filter': 'a', 'qos': 1}]}"},
    {v4, "A2 v[ u16:5 s['a'] ]", "{'flags': 2, 'packet_identifier': 5, 'topic_filters': ['a']}"},
    {v5,
     "10 v[ s['MQTT'] 05 F6 u16:10 v[ 21 u16:5 ] s['c'] v[ 18 u32:3 ] s['w'] s['p'] s['u'] s[00] ]",
     "{'flags': 0, 'protocol_name': 'MQTT', 'protocol_version': 5, 'connect_flags': 246, "
     "'clean_start': true, 'keep_alive': 10, 'receive_maximum': 5, 'client_identifier': 'c', "
     "'will': {'will_delay_interval': 3, 'will_topic': 'w', 'will_payload': 'p', 'will_qos': 2, "
     "'will_retain': true}, 'user_name': 'u', 'password': {'bytes': '00'}}"},
    {v3, "10 v[ s['MQIsdp'] 03 00 u16:0 s['c'] ]",
     "{'flags': 0, 'protocol_name': 'MQIsdp', 'protocol_version': 3, 'connect_flags': 0, "
     "'clean_start': false, 'keep_alive': 0, 'client_identifier': 'c'}"},
};

TEST(PacketValue, HasAllFieldsInWireOrder) {
  for (const Seen& row : seen) {
    const codec::DecodeResult decoded = codec::decode(bytes(row.frame), row.version);
    ASSERT_TRUE(std::holds_alternative<codec::Packet>(decoded)) << row.frame;
    EXPECT_EQ(show(to_value(std::get<codec::Packet>(decoded), row.version)), row.fields)
        << row.frame;
  }
}

TEST(PacketValue, GathersAPropertyWhereTheFirstOfItStands) {
  const codec::DecodeResult decoded =
      codec::decode(bytes("30 v[ s['t'] v[ 26 s['n'] s['v'] 03 s['c'] 26 s['m'] s['w'] ] ]"), v5);
  EXPECT_EQ(show(to_value(std::get<codec::Packet>(decoded), v5)),
            "{'flags': 0, 'dup': false, 'qos': 0, 'retain': false, 'topic_name': 't', "
            "'user_property': [['n', 'v'], ['m', 'w']], 'content_type': 'c', 'payload': ''}");
}

// What was captured can be sent again, whatever was in it.
TEST(PacketValue, BuildsTheSamePacketAgain) {
  for (const Seen& row : seen) {
    const codec::DecodeResult decoded = codec::decode(bytes(row.frame), row.version);
    ASSERT_TRUE(std::holds_alternative<codec::Packet>(decoded)) << row.frame;
    const codec::Packet& packet = std::get<codec::Packet>(decoded);
    BuildContext client = context(row.version);
    client.connect_defaults.clear();
    const Value value = Object{
        {std::string(codec::to_string(codec::type_of(packet))), to_value(packet, row.version)}};
    const Result<BuiltPacket> built = build_packet(value, client);
    ASSERT_TRUE(built.ok()) << row.frame << ": " << built.error();
    EXPECT_EQ(hex(built->bytes), hex(codec::encode(packet, row.version))) << row.frame;
  }
}

TEST(PacketValue, KeepsFlagsThatWereWrittenByHand) {
  BuildContext client = context(v5);
  const auto fields = [&client](const std::string& packet) {
    return to_value(*build_packet(json(packet), client)->packet, v5);
  };
  EXPECT_EQ(*fields("{'CONNECT': {'connect_flags': 1}}").find("connect_flags"), Value(1));
  EXPECT_EQ(
      *fields("{'CONNACK': {'connect_acknowledge_flags': 254}}").find("connect_acknowledge_flags"),
      Value(254));
  EXPECT_EQ(*fields("{'PINGREQ': {'flags': 3}}").find("flags"), Value(3));
  const Value subscribe = fields(
      "{'SUBSCRIBE': {'topic_filters': [{'topic_filter': 'a', 'subscription_options': 9}]}}");
  EXPECT_EQ(*subscribe.find("topic_filters")->array()->front().find("subscription_options"),
            Value(9));
}

}  // namespace
}  // namespace mqttspec::scenario
