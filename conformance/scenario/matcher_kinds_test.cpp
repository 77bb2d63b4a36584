// Kinds and keys, reason codes, CLOSED, refused frames, elapsed; and patterns as they are written.
#include <gtest/gtest.h>

#include "conformance/scenario/matcher.hpp"
#include "conformance/scenario/matcher_testing.hpp"

namespace mqttspec::scenario {
namespace {

using namespace std::chrono_literals;
using namespace test;
using codec::PacketType;

struct Code {
  Version version;
  std::string frame;
  std::string pattern;
  std::string why;
};

const std::vector<Code> codes = {
    {v5, "40 03 u16:7 10", "{'PUBACK': {'reason_code': '0x10'}}", ""},
    {v5, "40 03 u16:7 10", "{'PUBACK': {'reason_code': 'no_matching_subscribers'}}", ""},
    {v5, "40 03 u16:7 10", "{'PUBACK': {'reason_code': {'max': '0x7F'}}}", ""},
    {v5, "40 03 u16:7 97", "{'PUBACK': {'reason_code': {'max': '0x7F'}}}",
     "reason_code is 0x97 (quota_exceeded), expected at most 0x7F"},
    {v5, "40 03 u16:7 97", "{'PUBACK': {'reason_code': {'min': 'unspecified_error'}}}", ""},
    {v5, "40 03 u16:7 97", "{'PUBACK': {'reason_code': 'success'}}",
     "reason_code is 0x97 (quota_exceeded), expected 0x00 (success)"},
    {v5, "40 03 u16:7 97", "{'PUBACK': {'reason_code': {'one_of': ['0x00', 'not_authorized']}}}",
     "reason_code is 0x97 (quota_exceeded), expected 0x00 (success) or 0x87 (not_authorized)"},
    {v5, "E0 01 8E", "{'DISCONNECT': {'reason_code': 'session_taken_over'}}", ""},
    {v5, "E0 00", "{'DISCONNECT': {'reason_code': 'normal_disconnection'}}", ""},
    // An acknowledgement without a code counts as 0x00, in 3.x always.
    {v5, "40 02 u16:7", "{'PUBACK': {'reason_code': '0x00'}}", ""},
    {v4, "40 02 u16:7", "{'PUBACK': {'reason_code': 'success'}}", ""},
    {v4, "40 02 u16:7", "{'PUBACK': {'reason_code': null}}", "reason_code is 0x00, expected none"},
    {v4, "B0 02 u16:7", "{'UNSUBACK': {'reason_codes': ['0x00', 'success']}}", ""},
    {v4, "B0 02 u16:7", "{'UNSUBACK': {'reason_codes': ['0x11']}}",
     "reason_codes is [0x00], expected [0x11]"},
    {v4, "B0 02 u16:7", "{'UNSUBACK': {'reason_codes': {'same': ['0x00', '0x00']}}}", ""},
    {v4, "B0 02 u16:7", "{'UNSUBACK': {'reason_codes': {'contains': ['0x11']}}}",
     "reason_codes lacks 0x11"},
    {v5, "B0 v[ u16:7 00 11 ]", "{'UNSUBACK': {'reason_codes': ['0x00']}}",
     "reason_codes is [0x11 (no_subscription_existed)], expected [0x00 (success)]"},
    // In 3.x the names of CONNACK and SUBACK mean that version's codes.
    {v4, "20 02 00 05", "{'CONNACK': {'reason_code': 'not_authorized'}}", ""},
    {v4, "20 02 00 01", "{'CONNACK': {'reason_code': 'unsupported_protocol_version'}}", ""},
    {v4, "20 02 00 01", "{'CONNACK': {'reason_code': '0x01'}}", ""},
    {v4, "20 02 00 01", "{'CONNACK': {'reason_code': '0x84'}}",
     "reason_code is 0x01, expected 0x84"},
    {v4, "20 02 00 01", "{'CONNACK': {'reason_code': 'banned'}}",
     "reason_code is 0x01, expected banned"},
    {v4, "90 v[ u16:7 01 80 ]", "{'SUBACK': {'reason_codes': ['granted_qos_1', 'quota_exceeded']}}",
     ""},
    {v5, "90 v[ u16:7 00 01 87 ]",
     "{'SUBACK': {'reason_codes': ['granted_qos_1', {'min': '0x80'}]}}", ""},
    {v5, "90 v[ u16:7 00 01 87 ]", "{'SUBACK': {'reason_codes': ['granted_qos_1', '0x80']}}",
     "reason_codes is [0x01 (granted_qos_1), 0x87 (not_authorized)], expected [0x01 "
     "(granted_qos_1), 0x80 (unspecified_error)]"},
    {v5, "90 v[ u16:7 00 01 ]", "{'SUBACK': {'reason_codes': {'size': 2}}}",
     "reason_codes has 1 element, expected 2"},
    {v5, "20 03 01 00 00", "{'CONNACK': {'session_present': true, 'topic_alias_maximum': null}}",
     ""},
};

TEST(MatcherCodes, GoByNameAndNumberOfTheVersion) {
  for (const Code& row : codes) {
    const Received what = received(row.frame, row.version);
    ASSERT_TRUE(what.packet.has_value()) << row.frame;
    EXPECT_EQ(why(row.pattern, what), row.why) << row.frame << " " << row.pattern;
  }
}

TEST(MatcherKinds, AnotherTypeDoesNotMatch) {
  EXPECT_EQ(why("'PUBREC'", received("40 02 u16:7")), "PUBACK came, expected PUBREC");
  EXPECT_EQ(why("'CLOSED'", received("D0 00")), "PINGRESP came, expected CLOSED");
  EXPECT_EQ(why("'DISCONNECT'", closed("E0 01 8E")), "CLOSED came, expected DISCONNECT");
  EXPECT_EQ(why("'ANY'", closed()), "CLOSED came, expected a packet");
  EXPECT_EQ(why("'ANY'", received("D0 00")), "");
  EXPECT_EQ(why("{'ANY': {'packet_size': {'min': 3}}}", received("D0 00")),
            "packet_size is 2, expected at least 3");
}

TEST(MatcherKinds, TheKeyOfAnAcknowledgementIsItsPacketIdentifier) {
  const Received seven = received("40 02 u16:7");
  const auto wanted = [&](const std::string& text, const Received& what) {
    return kind_and_key_match(pattern(text), what, "ns");
  };
  EXPECT_TRUE(wanted("'PUBACK'", seven));
  EXPECT_TRUE(wanted("{'PUBACK': {'packet_identifier': 7, 'reason_code': '0x80'}}", seven));
  EXPECT_FALSE(wanted("{'PUBACK': {'packet_identifier': 8}}", seven));
  EXPECT_FALSE(wanted("{'PUBREC': {'packet_identifier': 7}}", seven));
  EXPECT_TRUE(wanted("{'PUBACK': {'packet_identifier': {'one_of': [6, 7]}}}", seven));
  EXPECT_FALSE(wanted("{'SUBACK': {'packet_identifier': 8}}", received("90 v[ u16:7 00 01 ]")));
  EXPECT_TRUE(wanted("{'UNSUBACK': {'packet_identifier': 7}}", received("B0 v[ u16:7 00 00 ]")));
  // PUBLISH goes by its topic: a wrong identifier is a mismatch, not another packet.
  EXPECT_TRUE(
      wanted("{'PUBLISH': {'packet_identifier': 1}}", received("32 v[ s['ns/t'] u16:9 00 ]")));
}

TEST(MatcherKinds, TheKeyOfAPublishIsItsTopic) {
  const auto sees = [&](const std::string& text, const std::string& topic) {
    return kind_and_key_match(pattern(text), received("30 v[ s['" + topic + "'] 00 'x' ]"), "ns");
  };
  EXPECT_TRUE(sees("{'PUBLISH': {'topic_name': 'ns/t', 'payload': 'y'}}", "ns/t"));
  EXPECT_FALSE(sees("{'PUBLISH': {'topic_name': 'ns/t'}}", "ns/u"));
  EXPECT_TRUE(sees("{'PUBLISH': {'topic_name': {'prefix': 'ns/'}}}", "ns/u"));
  EXPECT_FALSE(sees("{'PUBLISH': {'topic_name': {'prefix': 'ns/'}}}", "other"));
  // What does not begin with ${ns} is seen only by a pattern that states a topic.
  EXPECT_TRUE(sees("'PUBLISH'", "ns/t"));
  EXPECT_FALSE(sees("'PUBLISH'", "$SYS/uptime"));
  EXPECT_FALSE(sees("'ANY'", "$SYS/uptime"));
  EXPECT_TRUE(sees("'ANY'", "ns/t"));
  EXPECT_TRUE(sees("{'PUBLISH': {'topic_name': '$SYS/uptime'}}", "$SYS/uptime"));
  // An alias that was never mapped stands for no topic, so nobody can tell whose it is.
  const Received unknown = received("30 v[ s[] v[ 23 u16:1 ] 'x' ]");
  EXPECT_TRUE(kind_and_key_match(pattern("'PUBLISH'"), unknown, "ns"));
}

TEST(MatcherKinds, ClosedIsNoPacketAndNoPacketIsClosed) {
  EXPECT_TRUE(kind_and_key_match(pattern("'CLOSED'"), closed(), "ns"));
  EXPECT_FALSE(kind_and_key_match(pattern("'CLOSED'"), received("E0 00"), "ns"));
  EXPECT_FALSE(kind_and_key_match(pattern("'ANY'"), closed(), "ns"));
  EXPECT_TRUE(kind_and_key_match(pattern("'ANY'"), received("D0 00"), "ns"));
}

TEST(MatcherClosed, HasTheFieldsOfItsFarewell) {
  const Received told = closed("E0 v[ 8E v[ 1F s['why'] ] ]");
  EXPECT_EQ(why("{'CLOSED': {'farewell': 'DISCONNECT', 'reason_code': '0x8E'}}", told), "");
  EXPECT_EQ(why("{'CLOSED': {'reason_code': 'session_taken_over', 'reason_string': 'why'}}", told),
            "");
  EXPECT_EQ(why("{'CLOSED': {'reason_code': '0x94'}}", told),
            "reason_code is 0x8E (session_taken_over), expected 0x94 (topic_alias_invalid)");
  EXPECT_EQ(why("{'CLOSED': {'farewell': null}}", told),
            "farewell is \"DISCONNECT\", expected none");
  EXPECT_EQ(why("{'CLOSED': {'exact': true}}", told),
            "there is reason_string, but \"exact\" allows only the properties that are named");
  EXPECT_EQ(why("{'CLOSED': {'client': 'sub'}}", told), "");

  const Received silent = closed();
  EXPECT_EQ(why("'CLOSED'", silent), "");
  EXPECT_EQ(why("{'CLOSED': {'farewell': null, 'reason_code': null, 'exact': true}}", silent), "");
  EXPECT_EQ(why("{'CLOSED': {'reason_code': '0x8E'}}", silent),
            "reason_code is absent, expected 0x8E (session_taken_over)");
  EXPECT_EQ(why("{'CLOSED': {'reason_code': {'one_of': [null, '0x80']}}}", silent), "");
  EXPECT_EQ(why("{'CLOSED': {'farewell': {'one_of': ['CONNACK', 'DISCONNECT']}}}", silent),
            "farewell is absent, expected \"CONNACK\" or \"DISCONNECT\"");

  const Received refused = closed("20 02 00 05", v4);
  EXPECT_EQ(why("{'CLOSED': {'farewell': 'CONNACK', 'reason_code': 'not_authorized'}}", refused),
            "");
}

TEST(MatcherRefused, AFrameWithoutFieldsMatchesOnlyPatternsThatStateNone) {
  const Received broken = received("36 v[ s['ns/t'] u16:9 00 ]");
  ASSERT_FALSE(broken.packet.has_value());
  EXPECT_EQ(why("'PUBLISH'", broken), "");
  EXPECT_EQ(why("'ANY'", broken), "");
  EXPECT_EQ(why("{'PUBLISH': {'qos': {'not': 1}}}", broken),
            "the PUBLISH is malformed, so that it has no qos");
  EXPECT_EQ(why("{'PUBLISH': {'topic_alias': null}}", broken),
            "the PUBLISH is malformed, so that it has no topic_alias");
  EXPECT_EQ(why("{'PUBLISH': {'exact': true}}", broken),
            "the PUBLISH is malformed, so that it has no exact");
  // What is known without its fields.
  EXPECT_EQ(why("{'ANY': {'packet_size': {'min': 11}}}", broken), "");
  EXPECT_EQ(why("{'PUBLISH': {'client': 'sub', 'elapsed': {'max': '1s'}}}", broken), "");
  EXPECT_EQ(why("{'ANY': {'frame': null, 'subprotocol': null}}", broken), "") << "no WebSocket";
  EXPECT_TRUE(kind_and_key_match(pattern("'PUBLISH'"), broken, "ns"));
  EXPECT_TRUE(kind_and_key_match(pattern("'ANY'"), broken, "ns"));
  EXPECT_FALSE(kind_and_key_match(pattern("{'PUBLISH': {'topic_name': 'ns/t'}}"), broken, "ns"));
  EXPECT_FALSE(kind_and_key_match(pattern("{'PUBACK': {'packet_identifier': 7}}"),
                                  received("41 02 u16:7"), "ns"));
}

TEST(MatcherElapsed, IsComparedWithTolerance) {
  const Received what = received("D0 00");
  const ElapsedTolerance none;
  const ElapsedTolerance live{1s, 2s};
  const auto judged = [&](const std::string& elapsed, Duration time,
                          const ElapsedTolerance& grace) {
    return why("{'PINGRESP': {'elapsed': " + elapsed + "}}", what, time, grace);
  };
  EXPECT_EQ(judged("{'min': '2s'}", 2s, none), "");
  EXPECT_EQ(judged("{'min': '2s'}", 1999ms, none), "elapsed is 1.999 s, expected at least 2 s");
  EXPECT_EQ(judged("{'min': '2s'}", 1s, live), "");
  EXPECT_EQ(judged("{'min': '2s'}", 900ms, live),
            "elapsed is 0.9 s, expected at least 2 s (and 1 s of tolerance)");
  EXPECT_EQ(judged("{'max': '2s'}", 2s, none), "");
  EXPECT_EQ(judged("{'max': '2s'}", 2001ms, none), "elapsed is 2.001 s, expected at most 2 s");
  EXPECT_EQ(judged("{'max': '2s'}", 4s, live), "");
  EXPECT_EQ(judged("{'max': '2s'}", 4001ms, live),
            "elapsed is 4.001 s, expected at most 2 s (and 2 s of tolerance)");
  EXPECT_EQ(judged("{'min': '1s', 'max': '2s'}", 3s, none), "elapsed is 3 s, expected at most 2 s");
  EXPECT_EQ(judged("{'min': '1s', 'max': '2s'}", 0s, none),
            "elapsed is 0 s, expected at least 1 s");
  EXPECT_EQ(judged("{'max': '2s'}", 2000000001ns, none),
            "elapsed is 2.000000001 s, expected at most 2 s");
  EXPECT_EQ(judged("{'max': '2s'}", 2345678901ns, none),
            "elapsed is 2.346 s, expected at most 2 s");
  EXPECT_EQ(judged("'22.5s'", 22500ms, none), "");
  EXPECT_EQ(judged("'2s'", 1s, none), "elapsed is 1 s, expected at least 2 s");
  EXPECT_EQ(judged("'2s'", 3s, none), "elapsed is 3 s, expected at most 2 s");
  EXPECT_EQ(judged("'2s'", 1s, live), "");
  EXPECT_EQ(judged("'2s'", 4s, live), "");
}

TEST(MatcherFields, AreMadeWhenNobodyDidSo) {
  Received what = received("40 02 u16:7");
  what.fields = Value();
  EXPECT_EQ(why("{'PUBACK': {'packet_identifier': 7}}", what), "");
  EXPECT_TRUE(kind_and_key_match(pattern("{'PUBACK': {'packet_identifier': 7}}"), what, "ns"));
}

TEST(Patterns, AlternativesAndListsAreRead) {
  const Result<std::vector<Alternatives>> read = parse_expectation(json(
      "[{'any_of': [{'PUBACK': {}, 'gives': {'code': 'fail', 'b': 'yes'}}, 'CLOSED']}, 'ANY']"));
  ASSERT_TRUE(read.ok()) << read.error();
  ASSERT_EQ(read->size(), 2U);
  ASSERT_EQ((*read)[0].patterns.size(), 2U);
  EXPECT_EQ((*read)[0].patterns[0].type, PacketType::puback);
  const std::vector<std::pair<std::string, std::string>> gives = {{"code", "fail"}, {"b", "yes"}};
  EXPECT_EQ((*read)[0].patterns[0].gives, gives);
  EXPECT_EQ((*read)[0].patterns[1].kind, Pattern::Kind::closed);
  EXPECT_EQ((*read)[1].patterns[0].kind, Pattern::Kind::any);
  EXPECT_EQ(parse_expectation(json("'PUBACK'"))->size(), 1U);
}

TEST(Patterns, CapturedCodesAreNumbers) {
  EXPECT_EQ(why("{'PUBACK': {'reason_code': {'one_of': [16, 17]}}}", received("40 03 u16:7 10")),
            "");
  EXPECT_EQ(why("{'SUBACK': {'reason_codes': {'size': 1}}}", received("90 v[ u16:7 00 01 ]")), "");
  EXPECT_EQ(why("{'SUBACK': {'reason_codes': [1]}}", received("90 v[ u16:7 00 01 ]")), "");
}

struct Wrong {
  std::string pattern;
  std::string error;  // how it begins
};

TEST(Patterns, MistakesAreNamed) {
  const std::vector<Wrong> table = {
      {"'PUBAK'", "\"PUBAK\" is no packet; did you mean PUBACK?"},
      {"'CONNECT'", "no server sends CONNECT"},
      {"7", "expected a packet that may come, not 7"},
      {"{'PUBLISH': {'qoss': 1}}", "PUBLISH.qoss: PUBLISH has no such field; did you mean qos?"},
      {"{'PUBLISH': {'qos': {'minn': 1}}}", "PUBLISH.qos.minn: unknown matcher; did you mean min?"},
      {"{'PUBLISH': {'qos': 'one'}}", "PUBLISH.qos: expected a number"},
      {"{'PUBLISH': {'elapsed': '2'}}", "PUBLISH.elapsed: expected a duration"},
      {"{'PUBACK': {'reason_code': 'succes'}}", "PUBACK.reason_code: "},
      {"{'PUBACK': {'reason_code': 256}}", "PUBACK.reason_code: "},
      {"{'any_of': ['PUBACK', 'CLOSED']}", "\"any_of\" stands where one packet is expected"},
  };
  for (const Wrong& row : table) {
    const Result<Pattern> parsed = parse_pattern(json(row.pattern));
    ASSERT_FALSE(parsed.ok()) << row.pattern;
    EXPECT_TRUE(parsed.error().starts_with(row.error)) << row.pattern << ": " << parsed.error();
  }
  EXPECT_FALSE(problem_in_fields(json("{'qos': 1, 'elapsed': {'min': '2s'}}")).has_value());
  EXPECT_FALSE(problem_in_fields(json("{'reason_code': 148}")).has_value());
  EXPECT_EQ(problem_in_fields(json("{'qoss': 1}")).value_or(""),
            "qoss: what a server sends has no such field; did you mean qos?");
}

struct Words {
  std::string pattern;
  std::string words;
};

TEST(Patterns, AreDescribedInWords) {
  const std::vector<Words> table = {
      {"'PINGRESP'", "PINGRESP"},
      {"'ANY'", "any packet"},
      {"{'PUBLISH': {'topic_name': 'a', 'qos': {'one_of': [1, 2]}}}",
       "PUBLISH with topic_name \"a\", qos 1 or 2"},
      {"{'PUBLISH': {'topic_alias': null, 'exact': true}}",
       "PUBLISH with no topic_alias, no other property"},
      {"{'CLOSED': {'reason_code': '0x94'}}", "CLOSED with reason_code 0x94 (topic_alias_invalid)"},
      {"{'CLOSED': {'reason_code': {'one_of': [null, 'unspecified_error']}}}",
       "CLOSED with reason_code none or 0x80 (unspecified_error)"},
      {"{'PUBACK': {'packet_identifier': 7, 'reason_code': {'max': '0x7F'}}}",
       "PUBACK with packet_identifier 7, reason_code at most 0x7F"},
      {"{'PUBLISH': {'message_expiry_interval': {'min': 58, 'max': 60}}}",
       "PUBLISH with message_expiry_interval 58 to 60"},
      {"{'PUBLISH': {'payload': {'bytes': '00 FF'}}}", "PUBLISH with payload bytes 00 FF"},
      {"{'PUBLISH': {'payload': {'size': {'max': 9}, 'prefix': 'x'}}}",
       "PUBLISH with payload a size of at most 9 and something that begins with \"x\""},
      {"{'PUBLISH': {'user_property': {'contains': [['a', '1']]}}}",
       "PUBLISH with user_property a list with [[\"a\", \"1\"]] in this order"},
      {"{'PUBLISH': {'subscription_identifier': {'same': [10, 20]}}}",
       "PUBLISH with subscription_identifier exactly [10, 20] in any order"},
      {"{'PUBLISH': {'qos': {'not': 0}}}", "PUBLISH with qos anything but 0"},
      {"{'PUBLISH': {'elapsed': {'min': '2s', 'max': '4s'}}}", "PUBLISH with elapsed 2s to 4s"},
      {"{'PUBLISH': {'elapsed': '2s'}}", "PUBLISH with elapsed 2s"},
      {"{'PUBLISH': {'elapsed': {'max': '2s'}}}", "PUBLISH with elapsed at most 2s"},
      {"{'PUBLISH': {'elapsed': {'min': '2s'}}}", "PUBLISH with elapsed at least 2s"},
      {"{'SUBACK': {'reason_codes': ['0x00', '0x87']}}",
       "SUBACK with reason_codes [0x00 (granted_qos_0), 0x87 (not_authorized)]"},
      {"{'SUBACK': {'reason_codes': {'size': 1}}}", "SUBACK with reason_codes a size of 1"},
      {"{'ANY': {'packet_size': {'min': 201}}}", "any packet with packet_size at least 201"},
      {"{'PUBLISH': {'client': 'a', 'retain': true}}", "PUBLISH with client \"a\", retain true"},
  };
  for (const Words& row : table) EXPECT_EQ(describe(pattern(row.pattern)), row.words);
  const Result<std::vector<Alternatives>> read =
      parse_expectation(json("{'any_of': ['PUBACK', {'CLOSED': {'farewell': null}}]}"));
  EXPECT_EQ(describe(read->front()), "PUBACK, or CLOSED with no farewell");
}

}  // namespace
}  // namespace mqttspec::scenario
