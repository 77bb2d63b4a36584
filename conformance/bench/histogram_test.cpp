#include "conformance/bench/histogram.hpp"

#include <gtest/gtest.h>

namespace mqttspec::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(Histogram, HasNothingToTellWithoutValues) {
  const Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), Duration::zero());
  EXPECT_EQ(histogram.maximum(), Duration::zero());
}

TEST(Histogram, TellsSmallValuesExactly) {
  Histogram histogram;
  for (int value = 1; value <= 10; ++value) histogram.record(nanoseconds(value));
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(5));
  EXPECT_EQ(histogram.quantile(0.9), nanoseconds(9));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(10));
}

TEST(Histogram, IsNeverMoreThanTwoPercentTooHighAndNeverTooLow) {
  for (Duration::rep value = 1; value < Duration::rep{1} << 62; value = value * 3 + 1) {
    Histogram histogram;
    histogram.record(nanoseconds(value));
    histogram.record(nanoseconds(Duration::rep{1} << 62));
    const auto told = histogram.quantile(0.5).count();
    EXPECT_GE(told, value);
    EXPECT_LE(static_cast<double>(told), static_cast<double>(value) * 1.02);
  }
}

TEST(Histogram, OneSlowMessageInAThousandShowsInTheMaximumOnly) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(milliseconds(1));
  histogram.record(milliseconds(700));
  EXPECT_LT(histogram.quantile(0.99), milliseconds(2));
  EXPECT_EQ(histogram.maximum(), milliseconds(700));
  EXPECT_EQ(histogram.total(), 1'000U);
}

TEST(Histogram, AClockThatSeemsToGoBackCountsAsNoTime) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  EXPECT_EQ(histogram.quantile(1), Duration::zero());
}

}  // namespace
}  // namespace mqttspec::bench
