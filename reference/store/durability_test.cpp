// The proof of durable sessions: one busy script, in which the broker dies at every single record
// that it ever writes, once before its transaction is stored and once right after. What was
// acknowledged has to be there when it is back: QoS 1 at least once, QoS 2 exactly once.
#include <gmock/gmock.h>

#include <random>

#include "reference/store/testing.hpp"

namespace mqttspec::store::testing {
namespace {

using ::testing::ElementsAre;

struct Setting {
  Version version = Version::v5_0;
  broker::Config config;
  bool shared = false;
};

std::vector<Setting> settings() {
  broker::Config on_pubrel;
  on_pubrel.forward_qos2_on_publish = false;
  broker::Config several_copies;
  several_copies.queue_drop = broker::Config::Drop::oldest;
  several_copies.queue_limit = 100;
  return {{Version::v3_1_1, {}, false},
          {Version::v5_0, on_pubrel, true},
          {Version::v5_0, several_copies, true}};
}

// All kinds of state at least once: queued, sent, released, open from the client, retained, Will.
class Script {
 public:
  Script(const Setting& setting, std::vector<World::Cut> cuts)
      : world(setting.config, std::move(cuts)),
        shared_(setting.shared),
        version_(setting.version) {}

  void play() {
    begin();
    publish_to_absent_and_mute();
    retain();
    leave_a_will();
    if (shared_) share();
    finish();
  }

  World world;

 private:
  void begin() {
    for (Client* client : {&one, &two, &publisher}) world.connect(*client);
    one.subscribe("a/+", 1);
    one.subscribe("gone", 1);
    two.subscribe("a/#", 2);
    world.run();
    one.unsubscribe("gone");
    world.run();
    publisher.publish("a/1", "m1", 1);
    publisher.publish("a/2", "m2", 2);
    publisher.publish("gone", "never", 1);
    world.run();
  }
  void publish_to_absent_and_mute() {
    world.lose(two);
    publisher.publish("a/3", "m3", 2);
    publisher.publish("a/4", "m4", 1);
    world.run();
    one.mute = true;
    publisher.publish("a/5", "m5", 1);
    publisher.publish("a/6", "m6", 2);
    world.run();
    two.mute = true;
    world.connect(two);
    world.run();
    one.answer_again();
    two.answer_again();
    world.run();
  }
  void retain() {
    publisher.publish("r/1", "old", 1, true);
    publisher.publish("r/2", "deleted", 2, true);
    world.run();
    publisher.publish("r/1", "new", 2, true);
    publisher.publish("r/2", "", 1, true);
    world.run();
  }
  void leave_a_will() {
    mortal.packet.will = codec::Will{"a/will", "will", 2, false, {}};
    world.connect(mortal);
    world.run();
    world.lose(mortal);
    world.run();
  }
  void share() {
    world.connect(left);
    world.connect(right);
    left.subscribe("$share/g/s/#", 2);
    right.subscribe("$share/g/s/#", 2);
    world.run();
    publisher.publish("s/1", "s1", 1);
    publisher.publish("s/2", "s2", 2);
    world.run();
    world.lose(left);
    publisher.publish("s/3", "s3", 2);
    publisher.publish("s/4", "s4", 1);
    world.run();
    world.connect(left);
  }
  void finish() {
    world.run();
    world.connect(late);
    late.subscribe("r/#", 1);
    world.run();
  }

 public:
  void check() {
    for (Client* client : {&one, &two, &publisher, &late}) EXPECT_TRUE(client->is_idle());
    for (const std::string payload : {"m1", "m2", "m3", "m4", "m5", "m6", "will"}) {
      EXPECT_GE(one.count(payload), 1) << payload;
      EXPECT_GE(two.count(payload), 1) << payload;
    }
    // QoS 2 from end to end. A mortal client may have died twice.
    for (const std::string payload : {"m2", "m3", "m6"})
      EXPECT_EQ(two.count(payload), 1) << payload;
    EXPECT_TRUE(world.deaths > 0 || two.count("will") == 1);
    EXPECT_EQ(one.count("never"), 0);
    // Once for each time that it had to subscribe.
    EXPECT_THAT(std::set(late.received.begin(), late.received.end()), ElementsAre("new"));
    if (!shared_) return;
    for (const std::string payload : {"s1", "s2", "s3", "s4"}) {
      EXPECT_GE(left.count(payload) + right.count(payload), 1) << payload;
    }
    for (const std::string payload : {"s2", "s3"}) {
      EXPECT_EQ(left.count(payload) + right.count(payload), 1) << payload;
    }
  }

 private:
  bool shared_;
  Version version_;
  Client one{"one", version_};
  Client two{"two", version_};
  Client publisher{"publisher", version_};
  Client mortal{"mortal", version_};
  Client left{"left", version_};
  Client right{"right", version_};
  Client late{"late", version_};
};

std::uint64_t records_of_a_quiet_run(const Setting& setting) {
  Script script(setting, {});
  script.play();
  script.check();
  EXPECT_EQ(script.world.deaths, 0);
  return script.world.store.written();
}

TEST(Durability, NothingAcknowledgedIsLostWhereverTheBrokerDies) {
  for (const auto& setting : settings()) {
    const auto records = records_of_a_quiet_run(setting);
    EXPECT_GT(records, 60U);
    for (std::uint64_t record = 0; record < records; ++record) {
      for (const bool after_commit : {false, true}) {
        SCOPED_TRACE(std::string(codec::to_string(setting.version)) + ", record " +
                     std::to_string(record) + (after_commit ? ", after" : ", before") +
                     " the commit");
        Script script(setting, {{record, after_commit}});
        script.play();
        EXPECT_EQ(script.world.deaths, 1);
        script.check();
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(Durability, NothingAcknowledgedIsLostInABrokerThatDiesAllTheTime) {
  std::mt19937 random(4711);
  for (const auto& setting : settings()) {
    for (int run = 0; run < 60; ++run) {
      std::vector<World::Cut> cuts;
      std::uint64_t record = 0;
      for (int death = 0; death < 12; ++death) {
        record += random() % 15;
        cuts.push_back({record, random() % 2 == 0});
      }
      SCOPED_TRACE("run " + std::to_string(run) + " of seed 4711");
      Script script(setting, std::move(cuts));
      script.play();
      script.check();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(Durability, AStoreKeepsNothingOfWhatIsDone) {
  for (const auto& setting : settings()) {
    Script script(setting, {});
    script.play();
    std::map<std::size_t, int> kinds;
    const auto loaded = script.world.store.load();
    for (const auto& record : std::get<std::vector<broker::Record>>(loaded)) {
      ++kinds[record.change.index()];
    }
    const auto count = [&]<class Kind>(Kind kind) {
      return kinds[broker::Record::Change(std::move(kind)).index()];
    };
    EXPECT_EQ(count(broker::MessageRecord{}), 1) << "only the retained one";
    EXPECT_EQ(count(broker::RetainedRecord{}), 1);
    EXPECT_EQ(count(broker::QueuedRecord{}), 0);
    EXPECT_EQ(count(broker::ExchangeRecord{}), 0);
    EXPECT_EQ(count(broker::IncomingRecord{}), 0);
    EXPECT_EQ(count(broker::SubscriptionRecord{}), setting.shared ? 5 : 3);
  }
}

}  // namespace
}  // namespace mqttspec::store::testing
