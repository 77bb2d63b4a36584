// What the state of a session permits a server, and where too little is known to judge it.
#include "conformance/monitor/testing.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PropertyId;
using codec::ReasonCode;

codec::Subscribe subscription(const std::string& filter, std::uint8_t qos, bool no_local = false) {
  codec::Subscribe packet;
  packet.packet_identifier = 5;
  packet.subscriptions = {{filter, qos, no_local, false, 0, {}}};
  return packet;
}

codec::Publish retained(codec::Publish packet) {
  packet.retain = true;
  return packet;
}

TEST(ServerSession, APubrecThatRefusesEndsTheExchange) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 2, 7));
  codec::Pubrec refusal{7};
  refusal.reason_code = ReasonCode::quota_exceeded;
  wire.receive(refusal);
  EXPECT_EQ(wire.found(), Slugs{});
  wire.receive(codec::Pubcomp{7});
  EXPECT_EQ(wire.found(), Slugs{"acknowledges-our-publish"});
}

TEST(ServerSession, APubrecOfOursThatRefusesFreesTheIdentifier) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 2, 2);
  wire.receive(publish("t", 2, 3, "a"));
  codec::Pubrec refusal{3};
  refusal.reason_code = ReasonCode::quota_exceeded;
  wire.send(refusal);
  wire.receive(publish("t", 2, 3, "b"));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, PubrelMayComeAgainAfterABreakThatOurPubcompMayNotHaveSurvived) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 2, 2);
  wire.receive(publish("t", 2, 3));
  wire.send(codec::Pubrec{3});
  wire.receive(codec::Pubrel{3});
  wire.send(codec::Pubcomp{3});
  wire.close(1);
  wire.reconnect(2);
  wire.receive(codec::Pubrel{3}, 2);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, PubrelBelongsToAQosTwoMessage) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3));
  wire.receive(codec::Pubrel{3});
  EXPECT_EQ(wire.found(), Slugs{"acknowledges-our-publish"});
}

TEST(ServerSession, PubrelMaySayThatItsMessageIsUnknown) {
  Wire wire;
  wire.connect();
  codec::Pubrel answer{9};
  answer.reason_code = ReasonCode::packet_identifier_not_found;
  wire.receive(answer);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, AnUnsubackAnswersNoSubscribe) {
  Wire wire;
  wire.connect();
  wire.send(subscription("t", 0));
  wire.receive(codec::Unsuback{5, {}, {ReasonCode::success}, 0, {}});
  EXPECT_EQ(wire.found(), Slugs{"answers-carry-a-pending-identifier"});
}

TEST(ServerSession, ARefusedSubscriptionLeavesWhatWasGrantedBefore) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.subscribe("t", 2, 0x80);
  wire.receive(publish("t", 2, 3));
  EXPECT_EQ(wire.found(), Slugs{"granted-qos"});
}

TEST(ServerSession, ARefusedSubscriptionIsNone) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 0x80);
  wire.receive(publish("t", 2, 3));
  EXPECT_EQ(wire.found(), Slugs{}) << "a server may send what nobody subscribed to";
}

TEST(ServerSession, WhatWasAskedForCountsUntilItsSubackComes) {
  Wire wire;
  wire.connect();
  wire.send(subscription("t", 1));
  codec::Subscribe other = subscription("u", 0);
  other.packet_identifier = 6;
  wire.send(other);
  wire.receive(publish("t", 1, 3));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.receive(publish("u", 1, 4));
  EXPECT_EQ(wire.found(), Slugs{"granted-qos"});
}

TEST(ServerSession, ALateSubackOnTheOldConnectionGrantsTheNewSessionNothing) {
  Wire wire;
  wire.connect();
  wire.send(subscription("t", 2));
  wire.open(2);
  wire.connect({}, {}, 2);  // Clean Start 1
  wire.subscribe("t", 0, 0, {}, 2);
  wire.receive(codec::Suback{5, {}, {ReasonCode::granted_qos_2}, 0});
  wire.receive(publish("t", 2, 3), 2);
  EXPECT_EQ(wire.found(), Slugs{"granted-qos"});
}

TEST(ServerSession, WhatIsStillOnItsWayOnTheOldConnectionIsNotJudged) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.reconnect(2);
  wire.receive(publish("t", 1, 3, "b"), 1);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, OnlyARefusalMayBeInAnotherVersion) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7), 1, true);
  wire.receive_bytes(std::string("\x20\x02\x00\x01", 4));
  EXPECT_EQ(wire.found(), Slugs{"well-formed"}) << "the connection was accepted in 5.0";
}

TEST(ServerSession, AnAliasStandsForTheTopicItWasMappedTo) {
  Wire wire;
  codec::Connect connect;
  connect.properties = {{PropertyId::topic_alias_maximum, 1U}};
  wire.connect(connect);
  wire.subscribe("t", 0, 0);
  auto message = publish("t");
  message.properties = {{PropertyId::topic_alias, 1U}};
  wire.receive(message);
  message.topic_name.clear();
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{});
  message.qos = 1;
  message.packet_identifier = 3;
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{"granted-qos"});
}

TEST(ServerSession, ANewSessionKnowsNothingOfTheOldOne) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.close(1);
  wire.open(2);
  codec::Connect connect;
  connect.clean_start = false;
  wire.connect(connect, {}, 2);  // Session Present 0
  wire.receive(publish("t", 2, 3), 2);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, ASessionThatBeganBeforeWeLookedIsNotJudgedByItsPast) {
  Wire wire;
  codec::Connect connect;
  connect.clean_start = false;
  codec::Connack answer;
  answer.session_present = true;
  wire.connect(connect, answer);
  wire.subscribe("t", 0, 0);
  wire.receive(publish("t", 2, 3));
  wire.receive(codec::Pubrel{9});
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSession, ThreeOneStatesNoneOfTheRules) {
  Wire wire(Version::v3_1);
  wire.connect();
  wire.receive(codec::Puback{9});
  EXPECT_EQ(wire.found(), Slugs{});
}

// --- order and No Local -------------------------------------------------------------------------

TEST(ServerOrder, ASharedSubscriptionHasNone) {
  Wire wire;
  wire.connect();
  wire.subscribe("$share/g/t", 0, 0);
  for (const char* payload : {"1", "2"}) wire.send(publish("t", 0, {}, payload));
  for (const char* payload : {"2", "1"}) wire.receive(publish("t", 0, {}, payload));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerOrder, IsThatOfOneQos) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 0, 0);
  wire.send(publish("t", 1, 7, "1"));
  wire.send(publish("t", 0, {}, "2"));
  for (const char* payload : {"2", "1"}) wire.receive(publish("t", 0, {}, payload));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerOrder, CannotBeToldOfMessagesThatAreAlike) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 0, 0);
  for (const char* payload : {"1", "2", "1"}) wire.send(publish("t", 0, {}, payload));
  for (const char* payload : {"1", "2", "1"}) wire.receive(publish("t", 0, {}, payload));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerOrder, BeginsAgainWithWhatIsRepeated) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  for (std::uint16_t id = 1; id <= 2; ++id) wire.send(publish("t", 1, id, std::to_string(id)));
  for (std::uint16_t id = 1; id <= 2; ++id) wire.receive(publish("t", 1, id, std::to_string(id)));
  wire.close(1);
  wire.reconnect(2);
  for (std::uint16_t id = 1; id <= 2; ++id) {
    wire.receive(publish("t", 1, id, std::to_string(id), true), 2);
  }
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerOrder, IsNotBrokenByARepetitionThatLacksItsDup) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  for (std::uint16_t id = 1; id <= 2; ++id) wire.send(publish("t", 1, id, std::to_string(id)));
  for (std::uint16_t id = 1; id <= 2; ++id) wire.receive(publish("t", 1, id, std::to_string(id)));
  wire.close(1);
  wire.reconnect(2);
  for (std::uint16_t id = 1; id <= 2; ++id) {
    wire.receive(publish("t", 1, id, std::to_string(id), false), 2);
  }
  EXPECT_EQ(wire.found(), (Slugs{"repetition-with-dup", "repetition-with-dup"}));
}

TEST(ServerOrder, IsNotThatOfRetainedMessages) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 0, 0);
  wire.send(retained(publish("t", 0, {}, "1")));
  wire.send(publish("t", 0, {}, "2"));
  for (const char* payload : {"1", "2"}) wire.receive(publish("t", 0, {}, payload));
  wire.subscribe("t", 0, 0);
  wire.receive(retained(publish("t", 0, {}, "1")));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerNoLocal, DoesNotConcernWhatWasRetained) {
  Wire wire;
  wire.connect();
  wire.send(retained(publish("t", 0, {}, "mine")));
  wire.send(subscription("t", 0, true));
  wire.receive(codec::Suback{5, {}, {ReasonCode::success}, 0});
  wire.receive(retained(publish("t", 0, {}, "mine")));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerNoLocal, OfOneSubscriptionLeavesTheOtherItsMessages) {
  Wire wire;
  wire.connect();
  for (const bool no_local : {false, true}) {
    wire.send(subscription(no_local ? "t/a" : "t/#", 0, no_local));
    wire.receive(codec::Suback{5, {}, {ReasonCode::success}, 0});
  }
  wire.send(publish("t/a", 0, {}, "mine"));
  wire.receive(publish("t/a", 0, {}, "mine"));
  EXPECT_EQ(wire.found(), Slugs{});
}

}  // namespace
}  // namespace mqttspec::monitor
