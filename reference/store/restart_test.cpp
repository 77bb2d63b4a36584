// What a restart does to single pieces of state: times go on, connections are lost, Wills come.
#include "reference/store/testing.hpp"

namespace mqttspec::store::testing {
namespace {

void set(Client& client, PropertyId id, std::uint32_t value) {
  std::erase_if(client.packet.properties, [id](const auto& each) { return each.id == id; });
  client.packet.properties.push_back({id, value});
}

TEST(Restart, ASessionExpiresAlsoWhileTheBrokerIsDown) {
  for (const auto& [down, there] : {std::pair(seconds(50), true), std::pair(seconds(70), false)}) {
    World world;
    Client client("c", Version::v5_0);
    set(client, PropertyId::session_expiry_interval, 100);
    world.connect(client);
    world.run();
    world.lose(client);
    world.pass(seconds(40));
    world.crash(down);
    world.run();
    Client same("c", Version::v5_0);
    world.connect(same);
    world.run();
    EXPECT_EQ(same.present, std::vector<bool>{there}) << down.count();
  }
}

TEST(Restart, StartsTheExpiryOfThoseWhoWereConnected) {
  World world;
  Client client("c", Version::v5_0);
  set(client, PropertyId::session_expiry_interval, 100);
  world.connect(client);
  world.run();
  world.pass(seconds(1000));
  world.crash(seconds(1000));
  world.lose(client);  // does not come back
  world.pass(seconds(99));
  EXPECT_GT(world.store.rows(), 0U);
  world.pass(seconds(2));
  EXPECT_EQ(world.store.rows(), 0U);
}

TEST(Restart, ARunningWillDelayGoesOn) {
  World world;
  Client watch("watch", Version::v5_0);
  world.connect(watch);
  watch.subscribe("w", 1);
  Client mortal("mortal", Version::v5_0);
  mortal.packet.will = codec::Will{"w", "will", 1, false, {{PropertyId::will_delay_interval, 60U}}};
  world.connect(mortal);
  world.run();
  world.lose(mortal);
  world.pass(seconds(20));
  world.crash(seconds(20));
  world.run();
  world.pass(seconds(19));
  EXPECT_EQ(watch.count("will"), 0);
  world.pass(seconds(2));
  EXPECT_EQ(watch.count("will"), 1);
}

TEST(Restart, PublishesTheWillsOfThoseWhoWereConnected) {
  World world;
  Client watch("watch", Version::v5_0);
  world.connect(watch);
  watch.subscribe("w", 1);
  Client mortal("mortal", Version::v3_1_1);
  mortal.packet.clean_start = true;
  mortal.packet.will = codec::Will{"w", "will", 1, true, {}};
  world.connect(mortal);
  world.run();
  world.lose(mortal);
  world.run();
  EXPECT_EQ(watch.count("will"), 1);
  world.connect(mortal);
  world.run();
  world.crash();
  world.run();
  EXPECT_EQ(watch.count("will"), 2);
  world.disconnect(mortal);
  world.run();
  world.crash();
  world.run();
  EXPECT_EQ(watch.count("will"), 2) << "deleted by DISCONNECT";
}

TEST(Restart, CountsTheMessageExpiryIntervalOn) {
  World world;
  Client absent("absent", Version::v5_0);
  world.connect(absent);
  absent.subscribe("t", 1);
  world.run();
  world.lose(absent);
  // The harness's messages have no properties: a Will has.
  Client mortal("mortal", Version::v5_0);
  mortal.packet.will =
      codec::Will{"t", "short", 1, false, {{PropertyId::message_expiry_interval, 60U}}};
  world.connect(mortal);
  world.run();
  world.lose(mortal);
  world.crash(seconds(61));
  world.connect(absent);
  world.run();
  EXPECT_EQ(absent.count("short"), 0);
}

TEST(Restart, KeepsTheOptionsOfASubscription) {
  World world;
  Client client("c", Version::v5_0);
  world.connect(client);
  codec::Subscribe subscribe;
  client.subscribe("t", 1);
  world.run();
  client.subscribe("t", 0);  // lowers the QoS
  world.run();
  Client publisher("p", Version::v5_0);
  world.connect(publisher);
  world.crash();
  world.run();
  world.lose(client);
  publisher.publish("t", "m", 1);
  world.run();
  world.connect(client);
  world.run();
  EXPECT_EQ(client.count("m"), 0) << "QoS 0 does not wait";
}

TEST(Restart, GivesWhatAMemberOwesToTheOthersOfItsGroup) {
  World world;
  Client absent("absent", Version::v5_0);
  Client fleeting("fleeting", Version::v5_0);
  fleeting.packet.properties.clear();  // its session ends with its connection
  for (Client* member : {&absent, &fleeting}) {
    world.connect(*member);
    member->subscribe("$share/g/t", 1);
  }
  world.run();
  world.lose(absent);
  fleeting.mute = true;
  Client publisher("p", Version::v5_0);
  world.connect(publisher);
  publisher.publish("t", "m", 1);
  world.run();
  ASSERT_EQ(fleeting.count("m"), 1);
  world.lose(fleeting);
  world.crash();
  world.connect(absent);
  world.run();
  EXPECT_EQ(absent.count("m"), 1);
}

TEST(Restart, GoesOnHandingOutWhatIsRetained) {
  World world;
  Client publisher("p", Version::v5_0);
  world.connect(publisher);
  constexpr int messages = 10;
  for (int i = 0; i < messages; ++i) {
    publisher.publish("r/" + std::to_string(i), "m" + std::to_string(i), 2, true);
  }
  world.run();
  Client client("c", Version::v5_0);
  set(client, PropertyId::receive_maximum, 3);
  client.mute = true;
  world.connect(client);
  client.subscribe("r/#", 2);
  world.run();
  ASSERT_EQ(client.received.size(), 3U);
  world.crash();
  client.mute = false;
  world.run();
  for (int i = 0; i < messages; ++i) EXPECT_EQ(client.count("m" + std::to_string(i)), 1) << i;
}

TEST(Restart, KnowsWhoseSessionItIs) {
  broker::Config config;
  config.users.emplace().emplace("anna", "secret");
  World world(config);
  Client client("c", Version::v5_0);
  client.packet.user_name = "anna";
  client.packet.password = "secret";
  world.connect(client);
  world.run();
  world.crash();
  const auto loaded = world.store.load();
  const auto& records = std::get<std::vector<broker::Record>>(loaded);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(std::get<broker::SessionRecord>(records[0].change).user_name, "anna");
}

TEST(Restart, ForgetsASessionThatEndsWithItsConnection) {
  World world;
  Client client("c", Version::v3_1_1);
  client.packet.clean_start = true;
  world.connect(client);
  client.subscribe("t", 1);
  world.run();
  EXPECT_EQ(world.store.rows(), 0U) << "nothing of it is stored at all";
}

TEST(Restart, NothingLeavesBeforeItIsStored) {
  broker::Config config;
  node::Node node(config);
  ASSERT_EQ(node.restore({}, {}, {}), std::nullopt);
  const auto id = node.opened("test", "tcp", {});
  codec::Connect connect;
  connect.client_identifier = "c";
  connect.clean_start = false;
  connect.protocol_version = 4;
  node.received(id, codec::encode(connect, Version::v3_1_1), {});
  std::vector<node::Output> output;
  node.take_output(output);
  EXPECT_TRUE(output.empty()) << "before its records were taken";
  std::vector<broker::RecordPointer> records;
  node.take_records(records);
  EXPECT_FALSE(records.empty());
  node.take_output(output);
  EXPECT_TRUE(output.empty()) << "while they are stored";
  node.stored();
  node.take_output(output);
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(output[0].bytes.size(), 4U);
}

}  // namespace
}  // namespace mqttspec::store::testing
