#include "conformance/report/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace mqttspec::report {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(Printable, LeavesPrintableTextAsItIs) {
  const std::string text = "sport/tennis ÄÖ € 日本 \U0001F3BE <b>\"\\";
  EXPECT_EQ(printable(text), text);
  EXPECT_TRUE(is_printable(text));
}

TEST(Printable, ShowsControlCharactersAndKeepsOneLine) {
  EXPECT_EQ(printable("a\nb\r\tc\x1b[2J\x7f\0z"s), "a\\nb\\r\\tc\\x1B[2J\\u{007F}\\x00z");
}

TEST(Printable, ShowsInvalidUtf8ByteByByte) {
  EXPECT_EQ(printable("\xff"), "\\xFF");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xC0\\xAF") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xED\\xA0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80") << "above U+10FFFF";
  EXPECT_EQ(printable("x\xe2\x82"), "x\\xE2\\x82") << "cut short";
}

TEST(Printable, ShowsWhatIsInvisibleOrTurnsTextRound) {
  EXPECT_EQ(printable("\u202Egnp"), "\\u{202E}gnp");
  EXPECT_EQ(printable("\u200B\uFEFF\u2028"), "\\u{200B}\\u{FEFF}\\u{2028}");
  EXPECT_EQ(printable("\u009B31m"), "\\u{009B}31m") << "a terminal takes C1 CSI for an escape";
  EXPECT_EQ(printable("\uFFFE\U0010FFFF"), "\\u{FFFE}\\u{10FFFF}");
}

TEST(Printable, IsItsOwnResult) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string once = printable(std::string(3, static_cast<char>(byte)));
    EXPECT_EQ(printable(once), once);
  }
}

TEST(Hex, GoesThereAndBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  EXPECT_EQ(to_hex("\x10\xff"), "10ff");
  EXPECT_EQ(from_hex("FF"), "\xff");
}

TEST(Hex, RefusesWhatIsNone) {
  EXPECT_FALSE(from_hex("1"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(EscapeMarkup, LeavesNothingThatMarkupIsMadeOf) {
  EXPECT_EQ(escape_markup("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
}

TEST(Cut, CountsCodePointsAndNeverSplitsOne) {
  EXPECT_EQ(cut("äöü", 3), "äöü");
  EXPECT_EQ(cut("äöüß", 3), "äö…");
  EXPECT_EQ(cut("abc", 1), "…");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(Human, ChoosesAUnitThatReads) {
  EXPECT_EQ(human(0ns), "0 ms");
  EXPECT_EQ(human(4200us), "4.2 ms");
  EXPECT_EQ(human(812ms), "812 ms");
  EXPECT_EQ(human(1200ms), "1.20 s");
  EXPECT_EQ(human(61'300ms), "61.3 s");
  EXPECT_EQ(human(243s), "4 min 3 s");
}

TEST(Grouped, SetsACommaEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(12'345'678), "12,345,678");
}

}  // namespace
}  // namespace mqttspec::report
