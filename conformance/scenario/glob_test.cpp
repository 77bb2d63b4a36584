#include "conformance/scenario/glob.hpp"

#include <gtest/gtest.h>

namespace mqttspec::scenario {
namespace {

TEST(Glob, StarsAndQuestionMarksAreWild) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("will-*", "will-delay"));
  EXPECT_TRUE(glob_matches("*de?ay*", "will-delay@5.0"));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbXbc"));
  EXPECT_FALSE(glob_matches("will", "will-delay"));
  EXPECT_FALSE(glob_matches("a?", "a"));
}

TEST(Glob, BracketsStandForThemselves) {
  EXPECT_TRUE(glob_matches("a@5.0[qos=1]", "a@5.0[qos=1]"));
  EXPECT_FALSE(glob_matches("a@5.0[qos=1]", "a@5.0q"));
}

}  // namespace
}  // namespace mqttspec::scenario
