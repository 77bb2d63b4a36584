// The same on a live broker, where instances run side by side: what they have done is undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/executor/hygiene.hpp"
#include "conformance/executor/live/live_driver.hpp"
#include "conformance/executor/live/live_suite.hpp"
#include "conformance/profile/broker_process.hpp"

namespace mqttspec::executor {
namespace {

TEST(LiveHygiene, TheSuiteTwiceOnOneBrokerLeavesNothingBehind) {
  profile::Profile profile;
  profile.name = "mqttspec-broker";
  profile.start.emplace();
  profile.start->command = {MQTTSPEC_BINARY_DIR "/reference/server/mqttspec-broker", "--listen",
                            "mqtt://127.0.0.1:${port}"};
  profile.start->ready_within = std::chrono::seconds(60);
  const auto broker = profile::BrokerProcess::start(profile, {});
  ASSERT_TRUE(broker) << broker.error();
  ASSERT_EQ((*broker)->wait_until_ready({}).value_or(""), "");
  LiveOptions options;
  options.target = Target{"127.0.0.1", (*broker)->port()};
  options.tolerance = Tolerance::live();
  // How quick the broker tells it is not the question.
  LiveOptions patient = options;
  patient.tolerance->patience = std::chrono::seconds(30);

  // One in five of those that wait for nothing, others in each round.
  const auto all = all_instances(MQTTSPEC_SOURCE_DIR "/scenarios");
  for (std::size_t round = 0; round < 2; ++round) {
    std::vector<scenario::Instance> some;
    for (std::size_t i = round; i < all.size(); i += 5) {
      if (mandated_wait(all[i]) == Duration{}) some.push_back(all[i]);
    }
    const LiveResult result = run_live(some, options);
    ASSERT_EQ(result.trouble, "");
    EXPECT_EQ(result.instances.size(), some.size());
    const LiveResult remains = run_live(instances_of(nothing_remains, "hygiene.json"), patient);
    for (const std::string& line : verdict_lines(remains.instances, true)) {
      EXPECT_THAT(line, testing::EndsWith("#clean pass")) << "round " << round;
    }
    EXPECT_EQ(remains.instances.size(), 4U);
  }
}

}  // namespace
}  // namespace mqttspec::executor
