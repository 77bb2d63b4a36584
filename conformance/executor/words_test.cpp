#include "conformance/executor/words.hpp"

#include <gtest/gtest.h>

namespace mqttspec::executor {
namespace {

using namespace std::chrono_literals;

TEST(Words, TellDurationsInTheUnitThatFits) {
  EXPECT_EQ(in_words(0s), "0 s");
  EXPECT_EQ(in_words(15us), "15 us");
  EXPECT_EQ(in_words(250ms), "250 ms");
  EXPECT_EQ(in_words(1200ms), "1.2 s");
  EXPECT_EQ(in_words(90s), "90 s");
  EXPECT_EQ(in_words(10min), "10 min");
  EXPECT_EQ(in_words(-2s), "-2 s");
}

TEST(Words, CountThings) {
  EXPECT_EQ(counted(1, "packet"), "1 packet");
  EXPECT_EQ(counted(0, "packet"), "0 packets");
}

TEST(Words, NameVerdictsAsReportsDo) {
  EXPECT_EQ(to_string(Verdict::not_applicable), "not applicable");
  EXPECT_EQ(to_string(Verdict::not_asked), "not asked");
  EXPECT_EQ(worst(Verdict::pass, Verdict::blocked), Verdict::blocked);
}

}  // namespace
}  // namespace mqttspec::executor
