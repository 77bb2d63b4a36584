#include "reference/broker/deadlines.hpp"

#include <gtest/gtest.h>

namespace mqttspec::broker {
namespace {

using std::chrono::seconds;
using Kind = DeadlineKey::Kind;

TEST(Deadlines, ComeInTheOrderOfTime) {
  Deadlines deadlines;
  deadlines.set({Kind::session, 1}, seconds(3));
  deadlines.set({Kind::will, 1}, seconds(2));
  EXPECT_EQ(deadlines.next(), seconds(2));
  EXPECT_FALSE(deadlines.take_due(seconds(1)));
  EXPECT_EQ(deadlines.take_due(seconds(5)), (DeadlineKey{Kind::will, 1}));
  EXPECT_EQ(deadlines.take_due(seconds(5)), (DeadlineKey{Kind::session, 1}));
  EXPECT_FALSE(deadlines.take_due(seconds(5)));
  EXPECT_EQ(deadlines.next(), never);
}

TEST(Deadlines, CanBeMovedAndCancelled) {
  Deadlines deadlines;
  deadlines.set({Kind::keep_alive, 1}, seconds(1));
  deadlines.set({Kind::keep_alive, 1}, seconds(9));
  deadlines.set({Kind::keep_alive, 2}, seconds(2));
  deadlines.cancel({Kind::keep_alive, 2});
  deadlines.cancel({Kind::keep_alive, 3});
  EXPECT_EQ(deadlines.next(), seconds(9));
}

TEST(Deadlines, AWillGoesBeforeTheEndOfItsSessionAtTheSameInstant) {
  Deadlines deadlines;
  deadlines.set({Kind::session, 1}, seconds(1));
  deadlines.set({Kind::will, 1}, seconds(1));
  EXPECT_EQ(deadlines.take_due(seconds(1))->kind, Kind::will);
}

}  // namespace
}  // namespace mqttspec::broker
