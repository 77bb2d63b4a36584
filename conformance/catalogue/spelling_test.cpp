#include "conformance/catalogue/spelling.hpp"

#include <gtest/gtest.h>

namespace mqttspec::catalogue {
namespace {

TEST(Spelling, FindsTheWordWithTheFewestEdits) {
  EXPECT_EQ(nearest_word("PUBREK", {"PUBACK", "PUBREC", "PUBREL"}), "PUBREC");
  EXPECT_EQ(nearest_word("statemnets", {"scenarios", "statements"}), "statements");
}

TEST(Spelling, CaseDoesNotCount) {
  EXPECT_EQ(nearest_word("pubrec", {"PUBREC"}), "PUBREC");
}

TEST(Spelling, SwappedNeighboursAreOneEdit) {
  EXPECT_EQ(nearest_word("qso", {"qos", "abc"}), "qos");
}

TEST(Spelling, ProposesNothingForAWordThatIsFarFromAll) {
  EXPECT_EQ(nearest_word("hello", {"PUBREC", "statements"}), "");
  EXPECT_EQ(nearest_word("", {"PUBREC"}), "");
}

}  // namespace
}  // namespace mqttspec::catalogue
