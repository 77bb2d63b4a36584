#include "conformance/bench/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::bench {
namespace {

using ::testing::HasSubstr;

TEST(Load, EveryNamedOneCanBeRun) {
  EXPECT_GE(named_loads().size(), 8U);
  for (const auto& load : named_loads()) {
    EXPECT_FALSE(objection(load)) << load.name << ": " << *objection(load);
    EXPECT_FALSE(load.name.empty());
  }
}

TEST(Load, ObjectionsSayWhatIsPossible) {
  const auto about = [](auto change) {
    Load load;
    change(load);
    return objection(load).value_or("none");
  };
  EXPECT_THAT(about([](Load& load) { load.publishers = 0; }), HasSubstr("without a publisher"));
  EXPECT_THAT(about([](Load& load) { load.subscribers = 0; }), HasSubstr("without a subscriber"));
  EXPECT_THAT(about([](Load& load) { load.topics = 2; }), HasSubstr("at most 1 topics"));
  EXPECT_THAT(about([](Load& load) { load.qos = 3; }), HasSubstr("0, 1 or 2"));
  EXPECT_THAT(about([](Load& load) { load.payload = 15; }), HasSubstr("at least 16 bytes"));
  EXPECT_THAT(about([](Load& load) { load.window = 0; }), HasSubstr("1 to 60000"));
  EXPECT_THAT(about([](Load& load) { load.rate = -1; }), HasSubstr("negative"));
  EXPECT_THAT(about([](Load& load) { load.duration = {}; }), HasSubstr("too short"));
}

TEST(Load, IsDescribedWithAllThatMatters) {
  Load load;
  load.qos = 1;
  load.subscribers = 3;
  EXPECT_EQ(describe(load),
            "1 publisher, 3 subscribers on 1 topic, QoS 1, 64 bytes, window 100, MQTT 3.1.1");
}

}  // namespace
}  // namespace mqttspec::bench
