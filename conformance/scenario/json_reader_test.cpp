#include "conformance/scenario/json_reader.hpp"

#include <gtest/gtest.h>

#include "conformance/scenario/printer.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

// What is read, printed again; or the problems.
std::string read(std::string_view text) {
  std::vector<Problem> problems;
  Reporter reporter("f.json", problems);
  const std::optional<Value> value = read_json(text, reporter);
  if (value) return print_value(*value);
  std::string out;
  for (const Problem& problem : problems) {
    if (!out.empty()) out += '\n';
    out += to_string(problem);
  }
  EXPECT_FALSE(out.empty()) << "refused without a reason: " << text;
  return out;
}

TEST(JsonReader, ReadsEveryKindOfValueInOrder) {
  EXPECT_EQ(read(R"( {"b":[1,-2,0,2.5,1e3,true,false,null],"a":{},"c":[],"":"x"} )"),
            R"({ "b": [1, -2, 0, 2.5, 1000.0, true, false, null], "a": {}, "c": [], "": "x" })");
}

TEST(JsonReader, DecodesEscapes) {
  EXPECT_EQ(read(R"("\"\\\/\n\t\r\u00e9\ud83d\ude00")"),
            "\"\\\"\\\\/\\n\\t\\r\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(read(R"("\b\f\u0000")"), R"("\u0008\u000c\u0000")");
}

TEST(JsonReader, KnowsTheLineOfEachValue) {
  std::vector<Problem> problems;
  Reporter reporter("f.json", problems);
  const std::optional<Value> value = read_json("{\n\"a\":\n[1,\n2]}", reporter);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->line, 1U);
  EXPECT_EQ(value->find("a")->line, 3U);
  EXPECT_EQ((*value->find("a")->array())[1].line, 4U);
}

TEST(JsonReader, ReportsEveryKeyThatStandsTwice) {
  EXPECT_EQ(read("{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": 2},\n\"a\": 3}"),
            "f.json:2: b.c: this key stands twice in the same object\n"
            "f.json:3: a: this key stands twice in the same object");
  EXPECT_EQ(read(R"({"a": 1, "\u0061": 2})"),
            "f.json:1: a: this key stands twice in the same object");
}

TEST(JsonReader, NamesThePlaceOfASyntaxError) {
  EXPECT_EQ(read("{\"a\": [1,\n 2 3]}"),
            "f.json:2: a: expected \",\" or \"]\", found \"3\" (column 4)");
  EXPECT_EQ(read("{\"a\": [1, {\"b\": tru}]}"),
            "f.json:1: a[1].b: expected a value, found \"t\" (column 17)");
  EXPECT_EQ(read("{\"a\" 1}"), "f.json:1: a: expected \":\", found \"1\" (column 6)");
  EXPECT_EQ(read("{a: 1}"), "f.json:1: expected a key in quotes, found \"a\" (column 2)");
  EXPECT_EQ(read("{\"a\": 1,}"), "f.json:1: expected a key in quotes, found \"}\" (column 9)");
  EXPECT_EQ(read("[1,]"), "f.json:1: [1]: expected a value, found \"]\" (column 4)");
  EXPECT_EQ(read("[1"), "f.json:1: expected \",\" or \"]\", found the end of the file (column 3)");
  EXPECT_EQ(read(""), "f.json:1: the file is empty (column 1)");
}

TEST(JsonReader, RefusesWhatFollowsTheDocument) {
  EXPECT_EQ(read("{}\n{}"), "f.json:2: \"{\" stands behind the end of the document (column 1)");
  EXPECT_EQ(read("1 // one"), "f.json:1: \"/\" stands behind the end of the document (column 3)");
}

TEST(JsonReader, RefusesNumbersThatAreNone) {
  EXPECT_EQ(read("01"), "f.json:1: \"01\" is no number in JSON (column 3)");
  for (const char* text : {"-", "1.", ".5", "+1", "1e", "0x10", "NaN", "1e+", "--1"}) {
    EXPECT_TRUE(read(text).starts_with("f.json:1: ")) << text;
  }
  EXPECT_EQ(read("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(read("9223372036854775808"),
            "f.json:1: the number \"9223372036854775808\" is too large (column 20)");
  EXPECT_EQ(read("1e999"), "f.json:1: the number \"1e999\" is too large (column 6)");
}

TEST(JsonReader, RefusesStringsThatAreNone) {
  EXPECT_EQ(read("\"a"), "f.json:1: the string is not closed (column 3)");
  EXPECT_EQ(read("\"a\\"), "f.json:1: \\ before the end of the file means nothing (column 4)");
  EXPECT_EQ(read("\"\\x\""), "f.json:1: \\ before \"x\" means nothing (column 3)");
  EXPECT_EQ(read("\"\\u12g4\""), "f.json:1: \\u needs four hexadecimal digits (column 4)");
  EXPECT_EQ(read("\"a\nb\""),
            "f.json:1: the control character \"\\x0A\" in a string has to be escaped (column 3)");
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud800x")"}) {
    EXPECT_NE(read(text).find("surrogate"), std::string::npos) << text;
  }
}

TEST(JsonReader, NamesTheOffsetOfABrokenByte) {
  EXPECT_EQ(read("{\n\"a\": \"\xFF\"}"), "f.json:2: the byte 0xFF at offset 8 is not UTF-8");
  for (const char* text :
       {"\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"",
        "\"\xE0\x9F\x80\"", "\"\xF0\x8F\x80\x80\""}) {
    EXPECT_NE(read(text).find("at offset 1 is not UTF-8"), std::string::npos);
  }
  EXPECT_EQ(read("\xEF\xBB\xBF{}"), "f.json:1: the file begins with a byte order mark; remove it");
}

TEST(JsonReader, AcceptsSixtyFourLevelsAndNoMore) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(read(nested(64)), nested(64));
  EXPECT_NE(read(nested(65)).find("more than 64 levels"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"\":";
  EXPECT_NE(read(objects).find("more than 64 levels"), std::string::npos);
}

TEST(JsonReader, AcceptsOneMebibyteAndNoMore) {
  const std::string longest = "\"" + std::string(json_text_max - 2, 'x') + "\"";
  EXPECT_EQ(read(longest), longest);
  EXPECT_EQ(read(longest + " "),
            "f.json: the file has 1048577 bytes, 1048576 are allowed; split it");
}

TEST(JsonReader, SurvivesEveryPrefixAndEveryChangedByteOfARealFile) {
  const std::string text =
      test::read_text(MQTTSPEC_SOURCE_DIR "/scenarios/qos2/repeated-publish.json");
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string prefix = text.substr(0, size);
    if (text.find_first_not_of(" \n", size) != std::string::npos) {
      EXPECT_TRUE(read(prefix).starts_with("f.json:")) << size;
    }
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'"', ']', '\\'}) {
      std::string changed = text;
      changed[i] = c;
      (void)read(changed);
    }
  }
}

TEST(JsonReader, SaysOnlyThatThereIsMoreAfterAHundredProblems) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 1000; ++i) text += ",\"a\":0";
  std::vector<Problem> problems;
  Reporter reporter("f.json", problems);
  EXPECT_FALSE(read_json(text + "}", reporter));
  EXPECT_EQ(problems.size(), 101U);
  EXPECT_EQ(problems.back().message, "more is wrong from here on; mend this first");
}

}  // namespace
}  // namespace mqttspec::scenario
