#include "conformance/scenario/byte_notation.hpp"

#include <random>

#include <gtest/gtest.h>

namespace mqttspec::scenario {
namespace {

using namespace std::string_literals;

struct Good {
  std::string notation;
  std::string bytes;
};

TEST(ByteNotation, EveryTokenGivesItsBytes) {
  const std::vector<Good> table = {
      {"", ""},
      {"ED A0 80", "\xED\xA0\x80"},
      {"00 7f fF", "\x00\x7F\xFF"s},
      {"EDA080", "\xED\xA0\x80"},
      {" \t\n 01\r\n02 ", "\x01\x02"},
      {"'text'", "text"},
      {"''", ""},
      {"'it''s'", "it's"},
      {"''''", "'"},
      {"'a b]c)'", "a b]c)"},
      {"'\xC3\xA9'", "\xC3\xA9"},
      {"u8:7", "\x07"},
      {"u8:0xFF", "\xFF"},
      {"u16:500", "\x01\xF4"},
      {"u16:0xFFFF", "\xFF\xFF"},
      {"u32:1", "\0\0\0\1"s},
      {"u32:4294967295", "\xFF\xFF\xFF\xFF"},
      {"v:0", "\0"s},
      {"v:127", "\x7F"},
      {"v:128", "\x80\x01"},
      {"v:200", "\xC8\x01"},
      {"v:268435455", "\xFF\xFF\xFF\x7F"},
      {"s[ 'ab' 00 ]", "\0\3ab\0"s},
      {"s[]", "\0\0"s},
      {"v['x']", "\1x"},
      {"v[ 200*('a') ]", "\xC8\x01" + std::string(200, 'a')},
      {"3*( 'a' 00 )", "a\0a\0a\0"s},
      {"0*('a')", ""},
      {"2*(2*('ab') '-')", "abab-abab-"},
      {"1000000000*()", ""},
      {"36 v[ s['n/t'] u16:9 00 'x' ]", "\x36\x09\0\3n/t\0\x09\0x"s},
  };
  for (const Good& row : table) {
    const Result<codec::Bytes> bytes = parse_bytes(row.notation);
    ASSERT_TRUE(bytes.ok()) << row.notation << ": " << bytes.error();
    EXPECT_EQ(*bytes, row.bytes) << row.notation;
  }
}

struct Bad {
  std::string notation;
  std::string error;  // without "byte notation, at offset "
};

TEST(ByteNotation, ErrorsNameTheOffset) {
  const std::string hex_or =
      " is neither hex nor 'text', u8: u16: u32: v: with a number, s[...], "
      "v[...] or 3*(...)";
  const std::vector<Bad> table = {
      {"00 0", "3: \"0\" has an odd number of hex digits"},
      {"00 XY", "3: \"XY\"" + hex_or},
      {"'abc", "0: the text that begins here has no end"},
      {"'abc''", "0: the text that begins here has no end"},
      {"u8:256", "0: u8: takes a number from 0 to 255"},
      {"00 u16:65536", "3: u16: takes a number from 0 to 65535"},
      {"u32:4294967296", "0: u32: takes a number from 0 to 4294967295"},
      {"v:268435456", "0: v: takes a number from 0 to 268435455"},
      {"u8:-1", "0: u8: takes a number from 0 to 255"},
      {"u8:", "0: u8: takes a number from 0 to 255"},
      {"u8:1x", "4: a blank is missing between two tokens"},
      {"'a''b'00", "6: a blank is missing between two tokens"},
      {"00'a'", "2: a blank is missing between two tokens"},
      {"s[ 00", "2: what is opened here is not closed by ']'"},
      {"3*( 00 ]", "7: this ']' closes nothing"},
      {"00 ]", "3: this ']' closes nothing"},
      {")", "0: this ')' closes nothing"},
      {"s[ 65536*(00) ]",
       "0: 65536 bytes do not fit a two-byte length; write the length itself, as in u16:65535"},
      {"16777217*(00)", "0: more than 16 MiB come out"},
      {"16777216*(00) 00", "14: more than 16 MiB come out"},
      {"5000*(5000*(00))", "0: more than 16 MiB come out"},
      {"99999999999*(00)", "0: this number of repetitions is too large"},
      {"3*", "0: \"3*\"" + hex_or},
      {"ED\xC3\xA9", "0: \"ED\xC3\xA9\"" + hex_or},
  };
  for (const Bad& row : table) {
    const Result<codec::Bytes> bytes = parse_bytes(row.notation);
    ASSERT_FALSE(bytes.ok()) << row.notation;
    EXPECT_EQ(bytes.error(), "byte notation, at offset " + row.error) << row.notation;
  }
}

TEST(ByteNotation, NestingIsBounded) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "s[";
  const Result<codec::Bytes> bytes = parse_bytes(deep);
  ASSERT_FALSE(bytes.ok());
  EXPECT_NE(bytes.error().find("more than 64 levels"), std::string::npos) << bytes.error();
}

TEST(ByteNotation, SixteenMebibytesAreAllowed) {
  const Result<codec::Bytes> bytes = parse_bytes("16777216*(00)");
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), std::size_t{16} << 20U);
}

TEST(ByteNotation, PrintsTextWhereItIsPrintableAndHexElsewhere) {
  EXPECT_EQ(print_bytes(""), "");
  EXPECT_EQ(print_bytes("x"), "'x'");
  EXPECT_EQ(print_bytes("it's"), "'it''s'");
  EXPECT_EQ(print_bytes("\0\3n/t\xFF"s), "00 03 'n/t' FF");
  EXPECT_EQ(print_bytes("\n"), "0A");
  EXPECT_EQ(print_bytes(std::string(15, '\0') + "a"),
            "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 'a'");
  EXPECT_EQ(print_bytes(std::string(5000, 'B') + "x"), "5000*('B') 'x'");
  EXPECT_EQ(print_bytes(std::string(16, '\'')), "16*(27)");
}

TEST(ByteNotation, PrintedBytesHoldNoVariable) {
  EXPECT_EQ(print_bytes("a${ns}"), "'a$' '{ns}'");
}

TEST(ByteNotation, PrintedBytesReadBackTheSame) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    codec::Bytes bytes;
    const auto size = random() % 60;
    while (bytes.size() < size) {
      const char byte =
          random() % 2 == 0 ? static_cast<char>(random() % 256) : "'${ ab]"[random() % 7];
      bytes.append(random() % 20 == 0 ? 20 : 1, byte);
    }
    const std::string notation = print_bytes(bytes);
    const Result<codec::Bytes> back = parse_bytes(notation);
    ASSERT_TRUE(back.ok()) << notation << ": " << back.error();
    EXPECT_EQ(*back, bytes) << notation;
    EXPECT_EQ(notation.find("${"), std::string::npos) << notation;
  }
}

TEST(ByteNotation, ArbitraryTextNeverCrashesTheParser) {
  std::mt19937 random(11);
  constexpr std::string_view alphabet = "0123456789abFu8:16v32s[]()*' \xC3";
  for (int i = 0; i < 20000; ++i) {
    std::string notation;
    const auto size = random() % 24;
    for (std::size_t k = 0; k < size; ++k) notation += alphabet[random() % alphabet.size()];
    const Result<codec::Bytes> bytes = parse_bytes(notation);
    if (bytes.ok()) {
      EXPECT_EQ(*parse_bytes(print_bytes(*bytes)), *bytes) << notation;
    } else {
      EXPECT_TRUE(bytes.error().starts_with("byte notation, at offset ")) << notation;
    }
  }
}

}  // namespace
}  // namespace mqttspec::scenario
