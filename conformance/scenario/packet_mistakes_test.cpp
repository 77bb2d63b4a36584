// What the builder says about packets that it cannot build.
#include <gtest/gtest.h>

#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/testing.hpp"

namespace mqttspec::scenario {
namespace {

using test::context;
using test::json;

struct Mistake {
  std::string packet;
  std::string error;
};

const std::vector<Mistake> mistakes = {
    {"'PUBREK'", "\"PUBREK\" is no packet; did you mean PUBREC?"},
    {"{'PUBREK': {}}", "\"PUBREK\" is no packet; did you mean PUBREC?"},
    {"7", "a number is no packet; write {\"PUBLISH\": {...}} or {\"bytes\": \"...\"}"},
    {"{}", "there is no packet, such as PUBLISH, and no bytes"},
    {"{'PINGREQ': {}, 'PUBLISH': {}}",
     "PINGREQ and PUBLISH stand in one packet; a list sends several"},
    {"{'PUBLISH': 7}", "PUBLISH: a number stands where an object of fields is expected"},
    {"{'PUBLISH': {'topic_nam': 'a'}}",
     "PUBLISH.topic_nam: no such field; did you mean topic_name?"},
    {"{'PUBLISH': {'topic_alia': 1}}",
     "PUBLISH.topic_alia: no such field; did you mean topic_alias?"},
    {"{'PINGREQ': {'topic_alias': 1}}", "PINGREQ.topic_alias: no such field"},
    {"{'PUBLISH': {'qos': 4}}", "PUBLISH.qos: 4 is out of range; it takes 0 to 3"},
    {"{'PUBLISH': {'qos': -1}}", "PUBLISH.qos: -1 is out of range; it takes 0 to 3"},
    {"{'PUBLISH': {'qos': '1'}}",
     "PUBLISH.qos: \"1\" is no number; expected one like 7 or \"0x07\""},
    {"{'PUBLISH': {'qos': 1.5}}",
     "PUBLISH.qos: a number is no number; expected one like 7 or \"0x07\""},
    {"{'PUBLISH': {'flags': 16}}", "PUBLISH.flags: 16 is out of range; it takes 0 to 15"},
    {"{'PUBLISH': {'dup': 1}}", "PUBLISH.dup: a number is no flag; expected true or false"},
    {"{'PUBLISH': {'packet_identifier': 65536}}",
     "PUBLISH.packet_identifier: 65536 is out of range; it takes 0 to 65535"},
    {"{'PUBLISH': {'payload': true}}",
     "PUBLISH.payload: a boolean is no string; expected text, a number or {\"bytes\": \"...\"}"},
    {"{'PUBLISH': {'payload': {'bytes': 'XY'}}}",
     "PUBLISH.payload: byte notation, at offset 0: \"XY\" is neither hex nor 'text', u8: u16: "
     "u32: "
     "v: with a number, s[...], v[...] or 3*(...)"},
    {"{'PUBLISH': {'payload': {'bytes': 1}}}",
     "PUBLISH.payload: \"bytes\" takes byte notation in a string"},
    {"{'PUBLISH': {'topic_name': {'bytes': '65536*(00)'}}}",
     "PUBLISH.topic_name: 65536 bytes are too many: a two-byte length holds at most 65535; an "
     "edit "
     "can set it to something else"},
    {"{'PUBLISH': {'topic_alias': 65536}}",
     "PUBLISH.topic_alias: 65536 is out of range; it takes 0 to 65535"},
    {"{'PUBLISH': {'subscription_identifier': 268435456}}",
     "PUBLISH.subscription_identifier: 268435456 is out of range; it takes 0 to 268435455"},
    {"{'PUBLISH': {'payload_format_indicator': 256}}",
     "PUBLISH.payload_format_indicator: 256 is out of range; it takes 0 to 255"},
    {"{'PUBLISH': {'message_expiry_interval': 4294967296}}",
     "PUBLISH.message_expiry_interval: 4294967296 is out of range; it takes 0 to 4294967295"},
    {"{'PUBLISH': {'topic_alias': 'x'}}",
     "PUBLISH.topic_alias: \"x\" is no number; expected one like 7 or \"0x07\""},
    {"{'PUBLISH': {'topic_alias': [1, true]}}",
     "PUBLISH.topic_alias[1]: a boolean is no number; expected one like 7 or \"0x07\""},
    {"{'PUBLISH': {'content_type': false}}",
     "PUBLISH.content_type: a boolean is no string; expected text, a number or {\"bytes\": "
     "\"...\"}"},
    {"{'PUBLISH': {'user_property': 'x'}}",
     "PUBLISH.user_property: text is no list of pairs; write [[\"name\", \"value\"]]"},
    {"{'PUBLISH': {'user_property': [['a', 'b'], ['a']]}}",
     "PUBLISH.user_property[1]: a list of 1 is no pair; expected a list of pairs, as in "
     "[[\"name\", \"value\"]]"},
    {"{'PUBLISH': {'user_property': ['a', 'b']}}",
     "PUBLISH.user_property[0]: text is no pair; expected a list of pairs, as in [[\"name\", "
     "\"value\"]]"},
    {"{'PUBLISH': {'user_property': [['a', true]]}}",
     "PUBLISH.user_property[0][1]: a boolean is no string; expected text, a number or "
     "{\"bytes\": "
     "\"...\"}"},
    {"{'PUBACK': {}}", "PUBACK needs a packet_identifier"},
    {"{'SUBACK': {}}", "SUBACK needs a packet_identifier"},
    {"{'PUBACK': {'packet_identifier': 1, 'reason_code': 'succes'}}",
     "PUBACK.reason_code: \"succes\" is no reason code; did you mean success?"},
    {"{'PUBACK': {'packet_identifier': 1, 'reason_code': 256}}",
     "PUBACK.reason_code: 256 is out of range; a reason code is one byte"},
    {"{'PUBACK': {'packet_identifier': 1, 'reason_code': true}}",
     "PUBACK.reason_code: a boolean is no reason code; expected one like \"0x8E\" or "
     "\"session_taken_over\""},
    {"{'SUBACK': {'packet_identifier': 1, 'reason_codes': 1}}",
     "SUBACK.reason_codes: expected a list"},
    {"{'SUBACK': {'packet_identifier': 1, 'reason_codes': [1, 'x']}}",
     "SUBACK.reason_codes[1]: \"x\" is no reason code"},
    {"{'SUBSCRIBE': {'topic_filters': [{'qos': 1}]}}",
     "SUBSCRIBE.topic_filters[0]: a subscription needs a topic_filter"},
    {"{'SUBSCRIBE': {'topic_filters': ['a', {'topic_filter': 'a', 'qos': 4}]}}",
     "SUBSCRIBE.topic_filters[1].qos: 4 is out of range; it takes 0 to 3"},
    {"{'SUBSCRIBE': {'topic_filters': [{'topic_filter': 'a', 'nolocal': true}]}}",
     "SUBSCRIBE.topic_filters[0].nolocal: no such field; did you mean no_local?"},
    {"{'SUBSCRIBE': {'topic_filters': 'a'}}", "SUBSCRIBE.topic_filters: expected a list"},
    {"{'UNSUBSCRIBE': {'topic_filters': [true]}}",
     "UNSUBSCRIBE.topic_filters[0]: a boolean is no string; expected text, a number or "
     "{\"bytes\": "
     "\"...\"}"},
    {"{'CONNECT': {'will': {'will_qos': 4}}}",
     "CONNECT.will.will_qos: 4 is out of range; it takes 0 to 3"},
    {"{'CONNECT': {'will': {'wil_topic': 't'}}}",
     "CONNECT.will.wil_topic: no such field; did you mean will_topic?"},
    {"{'CONNECT': {'will': {'user_property': [['a']]}}}",
     "CONNECT.will.user_property[0]: a list of 1 is no pair; expected a list of pairs, as in "
     "[[\"name\", \"value\"]]"},
    {"{'CONNECT': {'will': 't'}}",
     "CONNECT.will: expected an object with will_topic and will_payload"},
    {"{'bytes': 7}", "bytes: a number is no byte notation; write it in a string"},
    {"{'bytes': 'X'}",
     "bytes: byte notation, at offset 0: \"X\" is neither hex nor 'text', u8: u16: u32: v: with "
     "a "
     "number, s[...], v[...] or 3*(...)"},
};

TEST(PacketMistakes, AreNamedWithTheirPath) {
  for (const Mistake& row : mistakes) {
    BuildContext client = context(codec::Version::v5_0);
    const Result<BuiltPacket> built = build_packet(json(row.packet), client);
    ASSERT_FALSE(built.ok()) << row.packet;
    EXPECT_EQ(built.error(), row.error) << row.packet;
  }
}

}  // namespace
}  // namespace mqttspec::scenario
