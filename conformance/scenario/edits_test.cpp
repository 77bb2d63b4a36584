#include "conformance/scenario/edits.hpp"

#include <gtest/gtest.h>

#include "conformance/scenario/testing.hpp"

namespace mqttspec::scenario {
namespace {

using codec::Version;
using test::bytes;
using test::context;
using test::hex;
using test::json;

// Packets that the tables below edit.
constexpr const char* publish =
    "{'topic_name': 'ab', 'qos': 1, 'packet_identifier': 9, 'payload': 'xy'}";
constexpr const char* with_properties =
    "{'topic_name': 'ab', 'content_type': 'c', 'user_property': [['n', 'v'], ['m', 'w']], "
    "'payload': 'xy'}";

struct Edited {
  std::string fields;  // of a PUBLISH
  std::string edits;   // JSON in which " stays ", since byte notation needs '
  std::string bytes;
};

Result<BuiltPacket> edit(std::string_view type, const std::string& fields, const std::string& edits,
                         Version version = Version::v5_0) {
  Value packet(Object{{std::string(type), json(fields)}});
  std::vector<Problem> problems;
  Reporter reporter("test", problems);
  const std::optional<Value> list = read_json(edits, reporter);
  EXPECT_TRUE(list.has_value()) << edits;
  std::get<Object>(packet.data).emplace_back("edits", list.value_or(Value()));
  BuildContext client = context(version);
  return build_packet(packet, client);
}

void expect_edits(std::string_view type, const std::vector<Edited>& table,
                  Version version = Version::v5_0) {
  for (const Edited& row : table) {
    const Result<BuiltPacket> built = edit(type, row.fields, row.edits, version);
    ASSERT_TRUE(built.ok()) << row.edits << ": " << built.error();
    EXPECT_EQ(hex(built->bytes), hex(bytes(row.bytes))) << row.fields << " " << row.edits;
    EXPECT_TRUE(built->altered) << row.edits;
    EXPECT_TRUE(built->packet.has_value()) << row.edits;
  }
}

// publish is 32 09 | 00 02 'ab' | 00 09 | 00 | 'xy'

TEST(Edits, SetReplacesAPlace) {
  expect_edits(
      "PUBLISH",
      {
          {publish, R"j([{"set": "first_byte", "to": "36"}])j", "36 09 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"set": 0, "to": "36"}])j", "36 09 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"set": -1, "to": "'z'"}])j", "32 09 s['ab'] 00 09 00 'xz'"},
          {publish, R"j([{"set": -2, "to": "'123'"}])j", "32 0B s['ab'] 00 09 00 '123y'"},
          {publish, R"j([{"set": "payload", "to": "200*('p')"}])j",
           "32 v[ s['ab'] 00 09 00 200*('p') ]"},
          {publish, R"j([{"set": "payload", "to": ""}])j", "32 07 s['ab'] 00 09 00"},
          {publish, R"j([{"set": "topic_name.content", "to": "'abcd'"}])j",
           "32 0B s['abcd'] 00 09 00 'xy'"},
          {publish, R"j([{"set": "topic_name.content", "to": "FF"}])j",
           "32 08 s[FF] 00 09 00 'xy'"},
          {publish, R"j([{"set": "topic_name", "to": "u16:7 'a'"}])j",
           "32 08 00 07 'a' 00 09 00 'xy'"},
          {publish, R"j([{"set": "packet_identifier", "to": "u16:0"}])j",
           "32 09 s['ab'] 00 00 00 'xy'"},
          // An empty field can be set as well.
          {"{'topic_name': ''}", R"j([{"set": "topic_name.content", "to": "'abc'"}])j",
           "30 06 s['abc'] 00"},
          {"{'topic_name': 'a'}", R"j([{"set": "payload", "to": "'abc'"}])j",
           "30 07 s['a'] 00 'abc'"},
          {"{'content_type': '', 'payload': ''}",
           R"j([{"set": "content_type.content", "to": "'abc'"}])j",
           "30 v[ 00 00 v[ 03 s['abc'] ] ]"},
          // Two empty fields at one place are two fields.
          {"{'content_type': '', 'payload': ''}", R"j([{"set": "payload", "to": "'abc'"}])j",
           "30 v[ 00 00 v[ 03 s[] ] 'abc' ]"},
      });
}

TEST(Edits, ALengthThatIsSetStaysAsItWasSet) {
  expect_edits(
      "PUBLISH",
      {
          {publish, R"j([{"set": "topic_name.length", "to": "u16:0xFFFF"}])j",
           "32 09 FF FF 'ab' 00 09 00 'xy'"},
          {publish, R"j([{"set": "remaining_length", "to": "v:200"}])j",
           "32 C8 01 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"set": "remaining_length", "to": "FF FF FF FF"}])j",
           "32 FF FF FF FF s['ab'] 00 09 00 'xy'"},
          {publish,
           R"j([{"set": "remaining_length", "to": "05"}, {"set": "payload", "to": "'long'"}])j",
           "32 05 s['ab'] 00 09 00 'long'"},
          {publish,
           R"j([{"set": "payload", "to": "'long'"}, {"set": "remaining_length", "to": "05"}])j",
           "32 05 s['ab'] 00 09 00 'long'"},
          {publish,
           R"j([{"set": "topic_name.length", "to": "0009"}, {"set": "topic_name.content", "to": ""}])j",
           "32 07 00 09 00 09 00 'xy'"},
          // By an offset, too, be it one byte of two.
          {publish, R"j([{"set": 1, "to": "05"}, {"set": "payload", "to": "'long'"}])j",
           "32 05 s['ab'] 00 09 00 'long'"},
          {publish, R"j([{"set": 3, "to": "07"}, {"set": "topic_name.content", "to": "'abc'"}])j",
           "32 0A 00 07 'abc' 00 09 00 'xy'"},
          // A Property Length of more bytes makes the Remaining Length grow.
          {publish, R"j([{"set": "property_length", "to": "FF FF FF FF 7F"}])j",
           "32 0D s['ab'] 00 09 FF FF FF FF 7F 'xy'"},
      });
}

TEST(Edits, InsertPutsBytesBeforeOrAfter) {
  expect_edits(
      "PUBLISH",
      {
          {publish, R"j([{"insert": "AA", "before": "packet_identifier"}])j",
           "32 0A s['ab'] AA 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "after": "packet_identifier"}])j",
           "32 0A s['ab'] 00 09 AA 00 'xy'"},
          {publish, R"j([{"insert": "AA", "before": "payload"}])j",
           "32 0A s['ab'] 00 09 01 AA 'xy'"},
          {publish, R"j([{"insert": "AA", "after": "payload"}])j",
           "32 0A s['ab'] 00 09 00 'xy' AA"},
          {"{'topic_name': 'ab'}",
           R"j([{"insert": "AA", "after": "payload"}, {"set": "payload", "to": "'z'"}])j",
           "30 07 s['ab'] 00 'z' AA"},
          {publish, R"j([{"insert": "AA", "after": -1}])j", "32 0A s['ab'] 00 09 00 'xy' AA"},
          {publish, R"j([{"insert": "AA", "before": -1}])j", "32 0A s['ab'] 00 09 00 'x' AA 'y'"},
          {publish, R"j([{"insert": "AA", "before": 0}])j", "AA 32 09 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "after": 0}])j", "32 AA 09 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"insert": "", "after": 0}, {"set": 0, "to": "33"}])j",
           "33 09 s['ab'] 00 09 00 'xy'"},
          // Behind a string is not in it; behind its content is.
          {publish, R"j([{"insert": "AA", "after": "topic_name"}])j",
           "32 0A s['ab'] AA 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "after": "topic_name.content"}])j",
           "32 0A s['ab' AA] 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "before": "topic_name.content"}])j",
           "32 0A s[AA 'ab'] 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "before": "topic_name"}])j",
           "32 0A AA s['ab'] 00 09 00 'xy'"},
          // What is put right behind a length is counted by it.
          {publish, R"j([{"insert": "7F 00", "after": "property_length"}])j",
           "32 0B s['ab'] 00 09 v[7F 00] 'xy'"},
          {publish, R"j([{"insert": "AA", "after": "topic_name.length"}])j",
           "32 0A s[AA 'ab'] 00 09 00 'xy'"},
          {publish, R"j([{"insert": "AA", "after": "remaining_length"}])j",
           "32 0A AA s['ab'] 00 09 00 'xy'"},
          {"{}", R"j([{"insert": "AA", "after": "topic_name.length"}])j", "30 04 s[AA] 00"},
          // Behind the last property is among the properties.
          {with_properties, R"j([{"insert": "7F 00", "after": "user_property.1"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['n'] s['v'] 26 s['m'] s['w'] 7F 00 ] 'xy' ]"},
          {with_properties, R"j([{"insert": "7F 00", "before": "content_type"}])j",
           "30 v[ s['ab'] v[ 7F 00 03 s['c'] 26 s['n'] s['v'] 26 s['m'] s['w'] ] 'xy' ]"},
      });
}

TEST(Edits, RemoveAndCutTakeBytesOut) {
  expect_edits(
      "PUBLISH",
      {
          {publish, R"j([{"remove": "packet_identifier"}])j", "32 07 s['ab'] 00 'xy'"},
          {publish, R"j([{"remove": "topic_name.content"}])j", "32 07 00 00 00 09 00 'xy'"},
          {publish, R"j([{"remove": "topic_name"}])j", "32 05 00 09 00 'xy'"},
          {publish, R"j([{"remove": -1}])j", "32 08 s['ab'] 00 09 00 'x'"},
          {publish, R"j([{"remove": "property_length"}])j", "32 08 s['ab'] 00 09 'xy'"},
          {publish, R"j([{"remove": "remaining_length"}])j", "32 s['ab'] 00 09 00 'xy'"},
          {with_properties, R"j([{"remove": "user_property.1"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['n'] s['v'] ] 'xy' ]"},
          {with_properties, R"j([{"remove": "user_property"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['m'] s['w'] ] 'xy' ]"},
          {with_properties, R"j([{"remove": "content_type"}])j",
           "30 v[ s['ab'] v[ 26 s['n'] s['v'] 26 s['m'] s['w'] ] 'xy' ]"},
          {publish, R"j([{"cut": "packet_identifier"}])j", "32 04 s['ab']"},
          {publish, R"j([{"cut": "topic_name.content"}])j", "32 02 00 00"},
          {publish, R"j([{"cut": -1}])j", "32 08 s['ab'] 00 09 00 'x'"},
          {publish, R"j([{"cut": 0}])j", ""},
          {publish, R"j([{"cut": 1}])j", "32"},
          // In the middle of a length there is none left to correct.
          {publish, R"j([{"cut": 3}])j", "32 01 00"},
          {"{'topic_name': 'ab', 'payload': '" + std::string(200, 'p') + "'}", R"j([{"cut": 2}])j",
           "30 CD"},
          {with_properties, R"j([{"cut": "user_property.1"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['n'] s['v'] ] ]"},
          {with_properties, R"j([{"cut": "user_property.name.content"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s[] ] ]"},
      });
}

TEST(Edits, KeepLengthsLeavesThemAsTheyAre) {
  expect_edits(
      "PUBLISH",
      {
          {publish, R"j([{"set": "payload", "to": "'long'", "keep_lengths": true}])j",
           "32 09 s['ab'] 00 09 00 'long'"},
          {publish, R"j([{"insert": "AA", "after": "topic_name.content", "keep_lengths": true}])j",
           "32 09 00 02 'ab' AA 00 09 00 'xy'"},
          {publish, R"j([{"remove": "payload", "keep_lengths": true}])j", "32 09 s['ab'] 00 09 00"},
          {publish, R"j([{"cut": "packet_identifier", "keep_lengths": true}])j", "32 09 s['ab']"},
          {publish, R"j([{"cut": "packet_identifier", "keep_lengths": false}])j", "32 04 s['ab']"},
          // It is said of one edit: the next one counts its own change, and only that.
          {publish,
           R"j([{"insert": "AA", "after": -1, "keep_lengths": true}, {"insert": "BB", "after": -1}])j",
           "32 0A s['ab'] 00 09 00 'xy' AA BB"},
          // A length that was kept may be less than what is taken out then.
          {publish,
           R"j([{"set": "payload", "to": "200*('p')", "keep_lengths": true}, {"remove": "payload"}])j",
           "32 00 s['ab'] 00 09 00"},
      });
}

TEST(Edits, LengthsThatNeedMoreBytesGrow) {
  const std::string long_payload =
      "{'topic_name': 'ab', 'payload': '" + std::string(122, 'p') + "'}";
  expect_edits(
      "PUBLISH",
      {
          {long_payload, R"j([{"insert": "'1'", "after": -1}])j",
           "30 v[ s['ab'] 00 122*('p') '1' ]"},
          {long_payload, R"j([{"insert": "200*('n')", "after": "property_length"}])j",
           "30 v[ s['ab'] v[ 200*('n') ] 122*('p') ]"},
          {long_payload, R"j([{"cut": "payload"}, {"set": "topic_name.content", "to": ""}])j",
           "30 03 00 00 00"},
      });
  // 127 bytes of properties and 127 in all: one byte more, and both lengths take two bytes.
  const std::string at_the_edge =
      "{'content_type': '" + std::string(121, 'c') + "', 'payload': ''}";
  expect_edits("PUBLISH",
               {{at_the_edge, R"j([{"insert": "'ddd'", "after": "content_type.content"}])j",
                 "30 v[ 00 00 v[ 03 s[ 121*('c') 'ddd' ] ] ]"}});
  expect_edits("PUBLISH",
               {{at_the_edge, R"j([{"insert": "'dddd'", "after": "content_type.content"}])j",
                 "30 v[ 00 00 v[ 03 s[ 121*('c') 'dddd' ] ] ]"}});
}

TEST(Edits, NamesMoveWithTheirBytes) {
  expect_edits(
      "PUBLISH",
      {
          {publish,
           R"j([{"insert": "AA BB", "before": "topic_name"}, {"set": "packet_identifier", "to": "0007"}])j",
           "32 0B AA BB s['ab'] 00 07 00 'xy'"},
          {publish,
           R"j([{"set": "topic_name.content", "to": "'abcdef'"}, {"remove": "packet_identifier"}])j",
           "32 0B s['abcdef'] 00 'xy'"},
          {publish,
           R"j([{"remove": "topic_name"}, {"insert": "AA", "before": "payload"}, {"set": "payload", "to": "'z'"}])j",
           "32 05 00 09 01 AA 'z'"},
          // A name stands for what was set in its place.
          {publish,
           R"j([{"set": "topic_name.content", "to": "'abcd'"}, {"set": "topic_name.content", "to": "'e'"}])j",
           "32 08 s['e'] 00 09 00 'xy'"},
          {publish,
           R"j([{"set": "payload", "to": ""}, {"set": "payload", "to": "'new'"}, {"remove": "packet_identifier"}])j",
           "32 08 s['ab'] 00 'new'"},
          {publish,
           R"j([{"set": "topic_name.content", "to": "'abcd'"}, {"remove": "topic_name"}])j",
           "32 05 00 09 00 'xy'"},
          {"{'topic_name': ''}",
           R"j([{"set": "topic_name.content", "to": "'abcd'"}, {"remove": "topic_name"}])j",
           "30 01 00"},
          {with_properties,
           R"j([{"remove": "user_property.0"}, {"set": "user_property.1.value.content", "to": "'ww'"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['m'] s['ww'] ] 'xy' ]"},
          {with_properties,
           R"j([{"set": "user_property.name.content", "to": "'name'"}, {"set": "user_property.0.value.content", "to": "''"}])j",
           "30 v[ s['ab'] v[ 03 s['c'] 26 s['name'] s[] 26 s['m'] s['w'] ] 'xy' ]"},
          // By whatever name it was set.
          {publish, R"j([{"set": 0, "to": "30"}, {"set": "first_byte", "to": "36"}])j",
           "36 09 s['ab'] 00 09 00 'xy'"},
          // Content without its length belongs to nothing around it.
          {"{'content_type': '', 'payload': 'x'}",
           R"j([{"remove": "content_type.length"}, {"insert": "01 01", "before": "content_type"}, {"set": "content_type.content", "to": "'a'"}])j",
           "30 v[ 00 00 v[ 01 01 03 ] 'a' 'x' ]"},
          // Offsets count in the packet as it is by now.
          {publish, R"j([{"insert": "AA BB", "before": 0}, {"set": 2, "to": "30"}])j",
           "AA BB 30 09 s['ab'] 00 09 00 'xy'"},
          {publish, R"j([{"remove": 0}, {"set": 0, "to": "05"}])j", "05 s['ab'] 00 09 00 'xy'"},
      });
}

TEST(Edits, ReachEveryPacket) {
  const std::string connect =
      "{'client_identifier': 'c', 'will': {'will_topic': 't', 'will_payload': 'p', "
      "'will_delay_interval': 3}, 'user_name': 'u'}";
  expect_edits(
      "CONNECT",
      {
          {connect, R"j([{"insert": "01 01", "after": "will_property_length"}])j",
           "10 v[ s['MQTT'] 05 86 00 00 00 s['c'] v[ 01 01 18 u32:3 ] s['t'] s['p'] s['u'] ]"},
          {connect, R"j([{"insert": "01 01", "after": "will_delay_interval"}])j",
           "10 v[ s['MQTT'] 05 86 00 00 00 s['c'] v[ 18 u32:3 01 01 ] s['t'] s['p'] s['u'] ]"},
          {connect, R"j([{"set": "will_topic.content", "to": "'tt'"}, {"remove": "user_name"}])j",
           "10 v[ s['MQTT'] 05 86 00 00 00 s['c'] v[ 18 u32:3 ] s['tt'] s['p'] ]"},
          {connect, R"j([{"set": "protocol_name.length", "to": "u16:5"}])j",
           "10 v[ u16:5 'MQTT' 05 86 00 00 00 s['c'] v[ 18 u32:3 ] s['t'] s['p'] s['u'] ]"},
          {connect, R"j([{"insert": "FF", "after": "property_length"}])j",
           "10 v[ s['MQTT'] 05 86 00 00 v[FF] s['c'] v[ 18 u32:3 ] s['t'] s['p'] s['u'] ]"},
      });
  const std::string subscribe =
      "{'packet_identifier': 5, 'topic_filters': ['a', {'topic_filter': 'b', 'qos': 1}]}";
  expect_edits(
      "SUBSCRIBE",
      {
          {subscribe, R"j([{"remove": "topic_filters.1"}])j", "82 v[ 00 05 00 s['a'] 00 ]"},
          {subscribe, R"j([{"remove": "topic_filters"}])j", "82 v[ 00 05 00 ]"},
          {subscribe, R"j([{"set": "topic_filters.1.content", "to": "'bb'"}])j",
           "82 v[ 00 05 00 s['a'] 00 s['bb'] 01 ]"},
          {subscribe, R"j([{"set": "topic_filters.1.length", "to": "0000"}])j",
           "82 v[ 00 05 00 s['a'] 00 00 00 'b' 01 ]"},
          {subscribe, R"j([{"set": "topic_filters.0.subscription_options", "to": "FF"}])j",
           "82 v[ 00 05 00 s['a'] FF s['b'] 01 ]"},
          {"{'packet_identifier': 5, 'topic_filters': ['']}",
           R"j([{"set": "topic_filters.0.content", "to": "'b'"}, {"remove": "topic_filters.0.topic_filter"}])j",
           "82 v[ 00 05 00 00 ]"},
          {subscribe, R"j([{"cut": "topic_filters.1.subscription_options"}])j",
           "82 v[ 00 05 00 s['a'] 00 s['b'] ]"},
      });
  expect_edits("UNSUBSCRIBE", {{"{'packet_identifier': 5, 'topic_filters': ['a', 'b']}",
                                R"j([{"set": "topic_filters.1.content", "to": ""}])j",
                                "A2 v[ 00 05 00 s['a'] s[] ]"}});
  expect_edits("PINGREQ", {{"{}", R"j([{"insert": "00", "after": -1}])j", "C0 01 00"}});
  expect_edits("DISCONNECT",
               {{"{'reason_code': 4}", R"j([{"set": "reason_code", "to": "05"}])j", "E0 01 05"}});
  expect_edits("SUBACK", {{"{'packet_identifier': 5, 'reason_codes': [0, 1]}",
                           R"j([{"remove": "reason_codes.0"}])j", "90 04 00 05 00 01"}});
  expect_edits("PUBLISH", {{publish, R"j([{"cut": "packet_identifier"}])j", "32 04 s['ab']"}},
               Version::v3_1_1);
}

TEST(Edits, ApplyToRawBytesAsFarAsTheyCanBeRead) {
  BuildContext client = context(Version::v5_0);
  const Value packet = Object{{"bytes", "32 v[ s['ab'] 00 09 00 'xy' ]"},
                              {"edits", Array{Object{{"remove", "packet_identifier"}}}}};
  const Result<BuiltPacket> built = build_packet(packet, client);
  ASSERT_TRUE(built.ok()) << built.error();
  EXPECT_EQ(hex(built->bytes), hex(bytes("32 07 s['ab'] 00 'xy'")));
  EXPECT_FALSE(built->packet.has_value());
}

struct Refused {
  std::string edits;
  std::string error;
};

TEST(Edits, MistakesAreNamed) {
  const std::vector<Refused> table = {
      {R"j([{"remove": "packet_identifer"}])j",
       R"j(remove: the packet has no "packet_identifer"; did you mean packet_identifier?)j"},
      {R"j([{"remove": "xyzzy"}])j",
       R"j(remove: the packet has no "xyzzy"; it has first_byte, remaining_length, topic_name, packet_identifier, property_length, payload)j"},
      {R"j([{"set": 11, "to": "00"}])j", "set: there is no byte 11; the packet has 11"},
      {R"j([{"set": -12, "to": "00"}])j", "set: there is no byte -12; the packet has 11"},
      {R"j([{"cut": true}])j", "cut: a boolean is no place; name a field or give a byte offset"},
      {R"j([{"set": "payload", "to": 7}])j",
       "to: a number is no byte notation; write it in a string"},
      {R"j([{"insert": "0", "after": 0}])j",
       R"j(insert: byte notation, at offset 0: "0" has an odd number of hex digits)j"},
      {R"j([{"insert": "00", "after": "x"}])j", "after: "},
      {R"j([{"insert": "00", "before": "x"}])j", "before: "},
      {R"j([{"set": "payload"}])j",
       "an edit is one of set with to, insert with before or after, remove, and cut"},
      {R"j([{"remove": 0, "cut": 0}])j",
       "an edit is one of set with to, insert with before or after, remove, and cut"},
      {R"j([{}])j", "an edit is one of set with to, insert with before or after, remove, and cut"},
      {R"j([{"remov": 0}])j", R"j(unknown key "remov"; did you mean remove?)j"},
      {R"j([{"remove": 0, "keep_lengths": 1}])j", "keep_lengths: expected true"},
      {R"j([7])j", "a number is no edit"},
      {R"j([{"set": "topic_name.content", "to": "65536*('a')"}])j",
       "topic_name.length would have to be 65536, which does not fit it; set it, or keep_lengths"},
  };
  for (const Refused& row : table) {
    const Result<BuiltPacket> built = edit("PUBLISH", publish, row.edits);
    ASSERT_FALSE(built.ok()) << row.edits;
    EXPECT_TRUE(built.error().starts_with("PUBLISH: edits[0]: " + row.error))
        << row.edits << ": " << built.error();
  }
  EXPECT_EQ(
      edit("PUBLISH", publish, R"j([{"remove": "topic_name"}, {"cut": "topic_name.length"}])j")
          .error(),
      R"j(PUBLISH: edits[1]: cut: an earlier edit has taken out "topic_name.length")j");
  EXPECT_EQ(edit("PUBLISH", publish, "7").error(), "PUBLISH: edits: expected a list");
}

}  // namespace
}  // namespace mqttspec::scenario
