#include "conformance/bench/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace mqttspec::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Measurement measured(std::uint64_t delivered, double seconds) {
  Measurement result;
  result.delivered = delivered;
  result.seconds = seconds;
  return result;
}

Comparison of_two() {
  Comparison comparison;
  comparison.load.name = "some-load";
  comparison.brokers = {"slow", "fast"};
  comparison.rounds = {{measured(100, 1), measured(100, 1), measured(200, 1)},
                       {measured(1'000, 2), measured(900, 1), measured(600, 1)}};
  return comparison;
}

TEST(Comparison, RatiosAreTakenRoundByRound) {
  const auto comparison = of_two();
  const Ratio against = ratio(comparison.rounds[1], comparison.rounds[0]);
  EXPECT_DOUBLE_EQ(against.median, 5);
  EXPECT_DOUBLE_EQ(against.least, 3);
  EXPECT_DOUBLE_EQ(against.most, 9);
}

TEST(Comparison, ARoundWithoutAnyMessageHasNoRatio) {
  const Ratio against = ratio({measured(5, 1)}, {measured(0, 1)});
  EXPECT_DOUBLE_EQ(against.median, 0);
}

TEST(Comparison, TheMedianOfAnEvenNumberLiesBetween) {
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_DOUBLE_EQ(median({}), 0);
}

TEST(Comparison, TheTableShowsMediansAndRatios) {
  std::ostringstream out;
  print_heading(out);
  print(out, of_two());
  EXPECT_THAT(out.str(), HasSubstr("some-load: 1 publisher, 1 subscriber"));
  EXPECT_THAT(out.str(), HasSubstr("5.00 (3.00, 9.00)"));
  EXPECT_THAT(out.str(), HasSubstr("slow                     100"));
  EXPECT_THAT(out.str(), HasSubstr("fast                     600"));
}

TEST(Comparison, TheJsonHoldsEveryRound) {
  auto comparison = of_two();
  comparison.rounds[1][0].broker_cpu_seconds = 0.25;
  const auto json = nlohmann::json::parse(to_json({comparison}));
  const auto& fast = json.at(0).at("brokers").at(1);
  EXPECT_EQ(fast.at("name"), "fast");
  EXPECT_EQ(fast.at("rounds").size(), 3U);
  EXPECT_DOUBLE_EQ(fast.at("ratio").at("median"), 5);
  EXPECT_DOUBLE_EQ(fast.at("rounds").at(0).at("broker_cpu_seconds"), 0.25);
  EXPECT_FALSE(fast.at("rounds").at(1).contains("broker_cpu_seconds"));
}

}  // namespace
}  // namespace mqttspec::bench
