#include "conformance/scenario/glob.hpp"

#include <gtest/gtest.h>

namespace mqttspec::scenario {
namespace {

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

TEST(Glob, StarsAndQuestionMarksAreWildAndBracketsStandForThemselves) {
  for (const Row& row : {
           Row{"*", "", true},
           Row{"will-*", "will-delay", true},
           Row{"*de?ay*", "will-delay@5.0", true},
           Row{"a*b*c", "aXbXbc", true},
           Row{"will", "will-delay", false},
           Row{"a?", "a", false},
           Row{"a@5.0[qos=1]", "a@5.0[qos=1]", true},
           Row{"a@5.0[qos=1]", "a@5.0q", false},
       }) {
    EXPECT_EQ(glob_matches(row.pattern, row.text), row.matches) << row.pattern << " " << row.text;
  }
}

}  // namespace
}  // namespace mqttspec::scenario
