#include "conformance/scenario/matcher.hpp"

#include <gtest/gtest.h>

#include "conformance/scenario/matcher_testing.hpp"

namespace mqttspec::scenario {
namespace {

using namespace std::chrono_literals;
using namespace test;

struct Match {
  std::string fields;  // of a PUBLISH
  std::string why;     // "" for a match
};

// QoS 1, with properties of every kind.
const std::string message =
    "32 v[ s['n/t'] u16:9 v[ 02 u32:60 03 s['text'] 09 s[00 FF] 0B 0A 0B 14 26 s['a'] s['1'] "
    "26 s['b'] s['2'] 26 s['a'] s['1'] ] 'hello' ]";

const std::vector<Match> matches = {
    {"{}", ""},
    // Equality.
    {"{'qos': 1}", ""},
    {"{'qos': '0x01'}", ""},
    {"{'qos': 2}", "qos is 1, expected 2"},
    {"{'dup': false, 'retain': false}", ""},
    {"{'dup': true}", "dup is false, expected true"},
    {"{'topic_name': 'n/t', 'packet_identifier': 9, 'payload': 'hello', 'flags': 2}", ""},
    {"{'topic_name': 'n/x'}", "topic_name is \"n/t\", expected \"n/x\""},
    {"{'payload': {'bytes': '68 65 6C 6C 6F'}}", ""},
    {"{'payload': {'bytes': '00'}}", "payload is \"hello\", expected bytes 00"},
    {"{'correlation_data': {'bytes': '00 FF'}}", ""},
    {"{'correlation_data': 'x'}", "correlation_data is bytes 00 FF, expected \"x\""},
    {"{'content_type': 'text', 'message_expiry_interval': 60}", ""},
    {"{'content_type': 'texts'}", "content_type is \"text\", expected \"texts\""},
    {"{'response_topic': 'r'}", "response_topic is absent, expected \"r\""},
    {"{'packet_size': 57}", ""},
    {"{'packet_size': 58}", "packet_size is 57, expected 58"},
    {"{'client': 'sub'}", ""},
    {"{'client': 'pub'}", "client is \"sub\", expected \"pub\""},
    {"{'qos': 1, 'payload': 'x', 'dup': true}", "payload is \"hello\", expected \"x\""},
    // null: absent.
    {"{'response_topic': null, 'topic_alias': null}", ""},
    {"{'content_type': null}", "content_type is \"text\", expected none"},
    {"{'user_property': null}",
     "user_property is [[\"a\", \"1\"], [\"b\", \"2\"], [\"a\", \"1\"]], expected none"},
    // min and max, bounds included.
    {"{'message_expiry_interval': {'min': 60}}", ""},
    {"{'message_expiry_interval': {'max': 60}}", ""},
    {"{'message_expiry_interval': {'min': 58, 'max': '0x3C'}}", ""},
    {"{'message_expiry_interval': {'min': 61}}",
     "message_expiry_interval is 60, expected at least 61"},
    {"{'message_expiry_interval': {'max': 59}}",
     "message_expiry_interval is 60, expected at most 59"},
    {"{'message_expiry_interval': {'min': 61, 'max': 70}}",
     "message_expiry_interval is 60, expected at least 61"},
    {"{'topic_alias': {'min': 0}}", "topic_alias is absent, expected at least 0"},
    {"{'packet_size': {'min': 58}}", "packet_size is 57, expected at least 58"},
    // one_of and not.
    {"{'qos': {'one_of': [0, 1]}}", ""},
    {"{'qos': {'one_of': [0, 2]}}", "qos is 1, expected 0 or 2"},
    {"{'topic_alias': {'one_of': [null, 5]}}", ""},
    {"{'content_type': {'one_of': [null, 'x', 'y']}}",
     "content_type is \"text\", expected none, \"x\" or \"y\""},
    {"{'message_expiry_interval': {'one_of': [5, {'min': 50}]}}", ""},
    {"{'qos': {'not': 2}}", ""},
    {"{'qos': {'not': 1}}", "qos is 1, expected anything but 1"},
    {"{'topic_alias': {'not': 1}}", ""},
    {"{'topic_alias': {'not': null}}", "topic_alias is absent, expected anything but none"},
    {"{'qos': {'not': {'min': 1}}}", "qos is 1, expected anything but at least 1"},
    // prefix and size.
    {"{'topic_name': {'prefix': 'n/'}}", ""},
    {"{'topic_name': {'prefix': 'x/'}}",
     "topic_name is \"n/t\", expected something that begins with \"x/\""},
    {"{'topic_name': {'prefix': '/t'}}",
     "topic_name is \"n/t\", expected something that begins with \"/t\""},
    {"{'correlation_data': {'prefix': {'bytes': '00'}}}", ""},
    {"{'response_topic': {'prefix': ''}}",
     "response_topic is absent, expected something that begins with \"\""},
    {"{'payload': {'size': 5}}", ""},
    {"{'payload': {'size': {'min': 5, 'max': 5}}}", ""},
    {"{'payload': {'size': 4}}", "payload has 5 bytes, expected 4"},
    {"{'payload': {'size': {'max': 4}}}", "payload has 5 bytes, expected at most 4"},
    {"{'correlation_data': {'size': 2}}", ""},
    {"{'user_property': {'size': 3}}", ""},
    {"{'user_property': {'size': 2}}", "user_property has 3 elements, expected 2"},
    {"{'response_topic': {'size': 1}}", "response_topic is absent, expected a size of 1"},
    // Several conditions must all hold.
    {"{'topic_name': {'prefix': 'n/', 'size': 3}}", ""},
    {"{'topic_name': {'prefix': 'n/', 'size': 4}}", "topic_name has 3 bytes, expected 4"},
    {"{'topic_name': {'size': 3, 'prefix': 'm'}}",
     "topic_name is \"n/t\", expected something that begins with \"m\""},
    // Lists.
    {"{'subscription_identifier': [10, 20]}", ""},
    {"{'subscription_identifier': [20, 10]}",
     "subscription_identifier is [10, 20], expected [20, 10]"},
    {"{'subscription_identifier': [10]}", "subscription_identifier is [10, 20], expected [10]"},
    {"{'subscription_identifier': 10}", "subscription_identifier is [10, 20], expected 10"},
    {"{'subscription_identifier': {'one_of': [[10], [10, 20], null]}}", ""},
    {"{'subscription_identifier': {'contains': [20]}}", ""},
    {"{'subscription_identifier': {'contains': [10, 20]}}", ""},
    {"{'subscription_identifier': {'contains': [20, 10]}}",
     "subscription_identifier has 10 too seldom, or not in the order of [20, 10]"},
    {"{'subscription_identifier': {'contains': [30]}}", "subscription_identifier lacks 30"},
    {"{'subscription_identifier': {'same': [20, 10]}}", ""},
    {"{'subscription_identifier': {'same': [20, 30]}}", "subscription_identifier lacks 30"},
    {"{'subscription_identifier': {'same': [20]}}",
     "subscription_identifier has 10 beyond the expected [20]"},
    {"{'subscription_identifier': {'same': [20, 10, 10]}}", "subscription_identifier lacks 10"},
    {"{'user_property': [['a', '1'], ['b', '2'], ['a', '1']]}", ""},
    {"{'user_property': [['a', '1']]}",
     "user_property is [[\"a\", \"1\"], [\"b\", \"2\"], [\"a\", \"1\"]], expected [[\"a\", "
     "\"1\"]]"},
    {"{'user_property': {'contains': [['a', '1'], ['a', '1']]}}", ""},
    {"{'user_property': {'contains': [['a', 1]]}}", ""},
    {"{'user_property': {'contains': [['c', '1']]}}", "user_property lacks [\"c\", \"1\"]"},
    {"{'user_property': {'contains': [['b', '2'], ['b', '2']]}}",
     "user_property has [\"b\", \"2\"] too seldom, or not in the order of [[\"b\", \"2\"], "
     "[\"b\", \"2\"]]"},
    {"{'user_property': {'same': [['a', '1'], ['a', '1'], ['b', '2']]}}", ""},
    {"{'user_property': {'contains': []}}", ""},
    // exact: no property but those named.
    {"{'exact': true, 'message_expiry_interval': 60, 'content_type': 'text', 'user_property': "
     "{'size': 3}, 'correlation_data': {'size': 2}, 'subscription_identifier': {'size': 2}}",
     ""},
    {"{'exact': true, 'message_expiry_interval': 60}",
     "there is content_type, but \"exact\" allows only the properties that are named"},
    {"{'exact': true, 'message_expiry_interval': null, 'content_type': 'text', 'user_property': "
     "{'size': 3}, 'correlation_data': {'size': 2}, 'subscription_identifier': {'size': 2}}",
     "message_expiry_interval is 60, expected none"},
};

TEST(Matcher, ComparesStatedFields) {
  const Received what = received(message);
  ASSERT_TRUE(what.packet.has_value());
  for (const Match& row : matches) {
    EXPECT_EQ(why("{'PUBLISH': " + row.fields + "}", what), row.why) << row.fields;
    // verify compares the same fields.
    const Value fields = json(row.fields);
    EXPECT_EQ(mismatch_fields(*fields.object(), what, 0s, {}).value_or(""), row.why) << row.fields;
  }
}

TEST(Matcher, APropertyThatMayRepeatIsAListEvenIfItCameOnce) {
  const Received once = received("30 v[ s['t'] v[ 0B 0A ] ]");
  for (const char* matching : {"10", "[10]", "{'contains': [10]}", "{'same': [10]}", "{'size': 1}",
                               "{'min': 10}", "{'one_of': [[20], 10]}"}) {
    EXPECT_EQ(why(std::string("{'PUBLISH': {'subscription_identifier': ") + matching + "}}", once),
              "");
  }
  EXPECT_EQ(why("{'PUBLISH': {'subscription_identifier': [10, 20]}}", once),
            "subscription_identifier is [10], expected [10, 20]");
}

TEST(Matcher, AnAbsentListHasNoElements) {
  const Received none = received("30 v[ s['t'] 00 ]");
  for (const char* matching :
       {"null", "[]", "{'contains': []}", "{'same': []}", "{'size': 0}", "{'size': {'max': 1}}"}) {
    EXPECT_EQ(why(std::string("{'PUBLISH': {'user_property': ") + matching + "}}", none), "");
  }
  EXPECT_EQ(why("{'PUBLISH': {'user_property': {'contains': [['a', 'b']]}}}", none),
            "user_property lacks [\"a\", \"b\"]");
  EXPECT_EQ(why("{'PUBLISH': {'user_property': {'size': 1}}}", none),
            "user_property is absent, expected a size of 1");
}

TEST(Matcher, SameFindsAPartnerForEachElement) {
  // The first matcher fits both codes, the second only one of them.
  const Received suback = received("90 v[ u16:7 00 00 01 ]");
  EXPECT_EQ(why("{'SUBACK': {'reason_codes': {'same': [{'max': 1}, '0x00']}}}", suback), "");
  EXPECT_EQ(why("{'SUBACK': {'reason_codes': {'same': ['0x01', {'max': 1}]}}}", suback), "");
  EXPECT_EQ(why("{'SUBACK': {'reason_codes': {'same': [{'min': 1}, {'min': 1}]}}}", suback),
            "reason_codes lacks at least 0x01 (granted_qos_1)");
}

TEST(Matcher, NumbersMatchTextByTheirDigits) {
  EXPECT_EQ(why("{'PUBLISH': {'payload': 12}}", received("30 v[ s['t'] 00 '12' ]")), "");
  EXPECT_EQ(why("{'PUBLISH': {'payload': 12}}", received("30 v[ s['t'] 00 '13' ]")),
            "payload is \"13\", expected 12");
}

TEST(Matcher, LongContentIsCutInSentences) {
  const std::string sentence =
      why("{'PUBLISH': {'payload': 'x'}}", received("30 v[ s['t'] 00 5000*(00) ]"));
  EXPECT_EQ(sentence, "payload is bytes 64*(00) ... (5000 in all), expected \"x\"");
}

}  // namespace
}  // namespace mqttspec::scenario
