// The fast check of strings against a slow one that decodes each character and asks what it is.
#include "reference/codec/utf8.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reference/codec/topic.hpp"

namespace mqttspec::codec {
namespace {

using namespace std::string_literals;

// RFC 3629, section 3: the shortest form for each range, and nothing else.
bool naive_is_legal(const std::string& text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const unsigned first = static_cast<unsigned char>(text[i]);
    unsigned length = 0;
    unsigned code = 0;
    if ((first & 0x80) == 0x00) {
      length = 1;
      code = first;
    } else if ((first & 0xE0) == 0xC0) {
      length = 2;
      code = first & 0x1F;
    } else if ((first & 0xF0) == 0xE0) {
      length = 3;
      code = first & 0x0F;
    } else if ((first & 0xF8) == 0xF0) {
      length = 4;
      code = first & 0x07;
    } else {
      return false;
    }
    if (i + length > text.size()) return false;
    for (unsigned k = 1; k < length; ++k) {
      const unsigned next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3F);
    }
    const unsigned shortest = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (length != shortest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    if (code == 0) return false;  // legal UTF-8, but not in MQTT
    i += length;
  }
  return true;
}

bool is_legal(BytesView text) {
  return is_plain_ascii(text) || !find_utf8_fault(text);
}

TEST(Utf8, AgreesWithTheNaiveCheckOnAllTextsOfTwoBytes) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(is_legal(text), naive_is_legal(text)) << first << " " << second;
      ASSERT_EQ(is_legal(text.substr(0, 1)), naive_is_legal(text.substr(0, 1))) << first;
    }
  }
}

TEST(Utf8, AgreesWithTheNaiveCheckOnAllTextsOfThreeEdgeBytesBehindALongAsciiText) {
  const std::string edges =
      "\0\x01\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1"
      "\xEC\xED\xEE\xEF\xF0\xF3\xF4\xF5\xF8\xFF"s;
  for (const char a : edges) {
    for (const char b : edges) {
      for (const char c : edges) {
        for (const auto& head : {""s, "12345678901234"s}) {
          const auto text = head + a + b + c;
          ASSERT_EQ(is_legal(text), naive_is_legal(text));
          ASSERT_EQ(is_legal(text + '\xBF'), naive_is_legal(text + '\xBF'));
        }
      }
    }
  }
}

RC_GTEST_PROP(Utf8, AgreesWithTheNaiveCheckOnAnyText, (const std::string& text)) {
  RC_ASSERT(is_legal(text) == naive_is_legal(text));
}

TEST(Utf8, FindsANulAtEachPlaceOfAnAsciiText) {
  for (std::size_t size = 1; size < 40; ++size) {
    EXPECT_TRUE(is_plain_ascii(std::string(size, '\x7F')));
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\0';
      EXPECT_FALSE(is_plain_ascii(text));
      ASSERT_TRUE(find_utf8_fault(text));
      EXPECT_EQ(find_utf8_fault(text)->offset, at);
      text[at] = '\x80';
      EXPECT_FALSE(is_plain_ascii(text));
    }
  }
}

TEST(Utf8, TheLongestStringIsChecked) {
  std::string text(65'535, 'a');
  EXPECT_TRUE(is_legal(text));
  text.back() = '\xFF';
  EXPECT_FALSE(is_legal(text));
}

TEST(Topic, WildcardsAreFoundAtEachPlace) {
  for (std::size_t size = 1; size < 30; ++size) {
    // Neighbours of '#' and '+' in ASCII, which a check of eight bytes at a time could mistake.
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += "\"*,$"[i % 4];
    EXPECT_FALSE(has_wildcard(text));
    for (std::size_t at = 0; at < size; ++at) {
      for (const char wildcard : {'#', '+'}) {
        auto spoilt = text;
        spoilt[at] = wildcard;
        EXPECT_TRUE(has_wildcard(spoilt)) << spoilt;
      }
    }
  }
}

// Sections 4.7.1.2 and 4.7.1.3, level by level.
bool naive_filter_is_legal(const std::string& filter) {
  if (filter.empty()) return false;
  std::size_t start = 0;
  for (;;) {
    const auto end = filter.find('/', start);
    const auto level = filter.substr(start, end - start);
    const bool has = level.find('#') != std::string::npos || level.find('+') != std::string::npos;
    if (has && level.size() != 1) return false;
    if (level == "#" && end != std::string::npos) return false;
    if (end == std::string::npos) return true;
    start = end + 1;
  }
}

RC_GTEST_PROP(Topic, FiltersAreLegalByLevels, ()) {
  const auto filter = *rc::gen::container<std::string>(rc::gen::element('a', '/', '+', '#', 'b'));
  RC_ASSERT(!find_topic_filter_fault(filter, Version::v3_1_1) == naive_filter_is_legal(filter));
}

RC_GTEST_PROP(Topic, SharedFiltersAreLegalIfTheirPartsAre, ()) {
  const auto name = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '+', '#'));
  const auto filter = *rc::gen::container<std::string>(rc::gen::element('a', '/', '+', '#', 'b'));
  const bool name_is_legal = !name.empty() && name.find_first_of("+#") == std::string::npos;
  const auto whole = "$share/" + name + "/" + filter;
  RC_ASSERT(!find_topic_filter_fault(whole, Version::v5_0) ==
            (name_is_legal && naive_filter_is_legal(filter)));
  RC_ASSERT(!find_topic_filter_fault(whole, Version::v3_1_1) == naive_filter_is_legal(whole));
}

}  // namespace
}  // namespace mqttspec::codec
