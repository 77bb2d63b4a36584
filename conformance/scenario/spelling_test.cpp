#include "conformance/scenario/spelling.hpp"

#include <array>

#include <gtest/gtest.h>

namespace mqttspec::scenario {
namespace {

constexpr std::array words = {std::string_view("PUBREC"),       std::string_view("PUBREL"),
                              std::string_view("topic_name"),   std::string_view("topic_alias"),
                              std::string_view("will_payload"), std::string_view("qos")};

TEST(Spelling, FindsTheNearestWord) {
  EXPECT_EQ(nearest("PUBREK", words), "PUBREC");
  EXPECT_EQ(nearest("pubrel", words), "PUBREL");
  EXPECT_EQ(nearest("topicname", words), "topic_name");
  EXPECT_EQ(nearest("qso", words), "qos");
  EXPECT_EQ(nearest("topic", words), "topic_name");
  EXPECT_EQ(nearest("payload", words), "will_payload");
}

TEST(Spelling, SuggestsNothingThatIsFarAway) {
  EXPECT_EQ(nearest("retain", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(did_you_mean("retain", words), "");
  EXPECT_EQ(did_you_mean("PUBREX", words), "; did you mean PUBREC?");
}

TEST(Spelling, BoundsWhatItCompares) {
  const std::string huge(1'000'000, 'q');
  EXPECT_EQ(nearest(huge, words), "");
}

TEST(Spelling, QuotesSafelyAndBriefly) {
  EXPECT_EQ(quoted("a\x1B[31m\n"), "\"a\\x1B[31m\\x0A\"");
  const std::string umlauts = [] {
    std::string out;
    for (int i = 0; i < 40; ++i) out += "\xC3\xA4";
    return out;
  }();
  EXPECT_LE(scenario::quoted(umlauts).size(), 65U);
  EXPECT_TRUE(scenario::quoted(umlauts).ends_with("\xC3\xA4...\""));
}

TEST(Spelling, ListsWords) {
  EXPECT_EQ(listed(std::span(words).first(1)), "PUBREC");
  EXPECT_EQ(listed(std::span(words).first(3)), "PUBREC, PUBREL or topic_name");
}

}  // namespace
}  // namespace mqttspec::scenario
