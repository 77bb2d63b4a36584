#include "conformance/monitor/testing.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PropertyId;

codec::Properties one(PropertyId id, std::uint32_t value) {
  return {{id, value}};
}

TEST(ServerSide, AnOrdinaryExchangeOfEveryQosRaisesNothing) {
  for (const Version version : {Version::v3_1_1, Version::v5_0}) {
    Wire wire(version);
    wire.connect();
    wire.subscribe("t/#", 2, 2);
    wire.send(publish("t/a", 1, 7, "one"));
    wire.receive(codec::Puback{7});
    wire.send(publish("t/a", 2, 8, "two"));
    wire.receive(codec::Pubrec{8});
    wire.send(codec::Pubrel{8});
    wire.receive(codec::Pubcomp{8});
    wire.receive(publish("t/a", 1, 1, "one"));
    wire.send(codec::Puback{1});
    wire.receive(publish("t/a", 2, 1, "two"));
    wire.send(codec::Pubrec{1});
    wire.receive(codec::Pubrel{1});
    wire.send(codec::Pubcomp{1});
    wire.send(codec::Pingreq{});
    wire.receive(codec::Pingresp{});
    wire.send(codec::Disconnect{});
    EXPECT_EQ(wire.found(), Slugs{});
  }
}

TEST(ServerSide, ConnackComesFirst) {
  Wire wire;
  codec::Connect connect;
  connect.client_identifier = "me";
  wire.send(connect);
  wire.receive(publish("t"));
  EXPECT_EQ(wire.found(), Slugs{"connack-first"});
}

TEST(ServerSide, ConnackComesOnce) {
  Wire wire;
  wire.connect();
  wire.receive(codec::Connack{});
  EXPECT_EQ(wire.found(), Slugs{"connack-once"});
}

TEST(ServerSide, ARefusalHasNoSession) {
  Wire wire;
  codec::Connack refusal;
  refusal.reason_code = codec::ReasonCode::not_authorized;
  refusal.session_present = true;
  wire.connect({}, refusal);
  const auto findings = wire.watch.take_findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].statement, "5.0:MQTT-3.2.2-6") << "as the codec knows";
}

TEST(ServerSide, CleanStartLeavesNoSession) {
  Wire wire;
  codec::Connack answer;
  answer.session_present = true;
  wire.connect({}, answer);
  EXPECT_EQ(wire.found(), Slugs{"session-present-needs-old-session"});
}

TEST(ServerSide, AMalformedPacketIsFoundWithItsRulesStatement) {
  Wire wire;
  wire.connect();
  wire.receive_bytes(std::string("\x36\x05\x00\x01t\x00\x09", 7));  // QoS 3
  const auto findings = wire.watch.take_findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].monitor, "well-formed");
  EXPECT_EQ(findings[0].statement, "5.0:MQTT-3.3.1-4");
}

TEST(ServerSide, AnAnswerThatEchoesOurFaultIsNoFaultOfItsOwn) {
  const std::string puback_of_0("\x40\x02\x00\x00", 4);
  Wire asked;
  asked.connect();
  asked.send(publish("t", 1, 0, "x"), 1, true);
  asked.receive_bytes(puback_of_0);
  EXPECT_EQ(asked.found(), Slugs{});
  Wire unasked;
  unasked.connect();
  unasked.receive_bytes(puback_of_0);
  EXPECT_EQ(unasked.found(), Slugs{"well-formed"});
}

TEST(ServerSide, AConnectOfAnUnknownVersionMayBeRefusedInAnyVersion) {
  const std::string refusal_of_3_1_1("\x20\x02\x00\x01", 4);
  codec::Connect connect;
  connect.protocol_version = 9;
  Wire unknown;
  unknown.send(connect, 1, true);
  unknown.receive_bytes(refusal_of_3_1_1);
  EXPECT_EQ(unknown.found(), Slugs{});
  connect.protocol_version = 5;
  Wire known;
  known.send(connect);
  known.receive_bytes(refusal_of_3_1_1);
  EXPECT_EQ(known.found(), Slugs{"well-formed"});
}

TEST(ServerSide, AnswersRepeatAPendingIdentifier) {
  Wire wire;
  wire.connect();
  codec::Suback answer;
  answer.packet_identifier = 5;
  answer.reason_codes = {codec::ReasonCode::success};
  wire.receive(answer);
  EXPECT_EQ(wire.found(), Slugs{"answers-carry-a-pending-identifier"});
}

TEST(ServerSide, SubackHasACodeForEachFilter) {
  Wire wire;
  wire.connect();
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 5;
  subscribe.subscriptions = {{"a", 0, false, false, 0, {}}, {"b", 0, false, false, 0, {}}};
  wire.send(subscribe);
  codec::Suback answer;
  answer.packet_identifier = 5;
  answer.reason_codes = {codec::ReasonCode::success};
  wire.receive(answer);
  EXPECT_EQ(wire.found(), Slugs{"one-code-per-filter"});
}

TEST(ServerSide, AcknowledgementsBelongToAnOpenExchange) {
  Wire wire;
  wire.connect();
  wire.receive(codec::Puback{9});
  EXPECT_EQ(wire.found(), Slugs{"acknowledges-our-publish"});
  wire.receive(codec::Pubrel{9});
  EXPECT_EQ(wire.found(), Slugs{"acknowledges-our-publish"});
}

TEST(ServerSide, ASecondPubackForOnePublishBelongsToNothing) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7));
  wire.receive(codec::Puback{7});
  wire.receive(codec::Puback{7});
  EXPECT_EQ(wire.found(), Slugs{"acknowledges-our-publish"});
}

TEST(ServerSide, PubcompMayAnswerAPubrelOfAnUnknownExchange) {
  Wire wire;
  wire.connect();
  wire.send(codec::Pubrel{9});
  codec::Pubcomp answer{9};
  answer.reason_code = codec::ReasonCode::packet_identifier_not_found;
  wire.receive(answer);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, QosTwoIsNotAnsweredByPuback) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 2, 7));
  wire.receive(codec::Puback{7});
  EXPECT_EQ(wire.found(), Slugs{"acknowledgement-fits-qos"});
}

TEST(ServerSide, ANewMessageHasAFreeIdentifier) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.receive(publish("t", 1, 3, "b"));
  EXPECT_EQ(wire.found(), Slugs{"identifier-is-free"});
}

TEST(ServerSide, AFirstDeliveryHasNoDup) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a", true));
  EXPECT_EQ(wire.found(), Slugs{"first-delivery-without-dup"});
}

TEST(ServerSide, ARepetitionAfterResumingHasDup) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.close(1);
  wire.reconnect(2);
  wire.receive(publish("t", 1, 3, "a", true), 2);
  EXPECT_EQ(wire.found(), Slugs{});
  wire.close(2);
  wire.reconnect(3);
  wire.receive(publish("t", 1, 3, "a", false), 3);
  EXPECT_EQ(wire.found(), Slugs{"repetition-with-dup"});
}

TEST(ServerSide, WhatWeAcknowledgedBeforeABreakMayComeAgainEitherWay) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.send(codec::Puback{3});
  wire.close(1);
  wire.reconnect(2);
  wire.receive(publish("t", 1, 3, "a", true), 2);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, NothingIsRepeatedOnTheSameConnection) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.receive(publish("t", 1, 3, "a", true));
  EXPECT_EQ(wire.found(), Slugs{"no-repetition-while-connected"});
}

TEST(ServerSide, DeliveryStaysWithinTheGrantedQos) {
  for (const Version version : {Version::v3_1_1, Version::v5_0}) {
    Wire wire(version);
    wire.connect();
    wire.subscribe("t/+", 2, 1);
    wire.receive(publish("t/a", 1, 1));
    EXPECT_EQ(wire.found(), Slugs{});
    wire.receive(publish("t/a", 2, 2, "y"));
    EXPECT_EQ(wire.found(), Slugs{"granted-qos"});
  }
}

TEST(ServerSide, ALoweredSubscriptionStillCoversWhatWasQueuedBefore) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 2, 2);
  wire.subscribe("t", 0, 0);
  wire.receive(publish("t", 2, 1));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, InVersion31ASessionMayHaveBeenResumedWithoutAWord) {
  Wire wire(Version::v3_1);
  codec::Connect lasting;
  lasting.clean_start = false;
  wire.connect(lasting);
  wire.subscribe("#", 2, 2);
  wire.close(1);
  wire.open(2);
  wire.connect(lasting, {}, 2);
  wire.subscribe("t", 0, 0, {}, 2);
  wire.receive(publish("t", 2, 1), 2);
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, SubscriptionIdentifiersAreOurs) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 0, 0, one(PropertyId::subscription_identifier, 5));
  auto message = publish("t");
  message.properties = one(PropertyId::subscription_identifier, 5);
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{});
  message.properties = one(PropertyId::subscription_identifier, 6);
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{"subscription-identifier-is-ours"});
}

TEST(ServerSide, NoLocalKeepsOurOwnMessagesAway) {
  Wire wire;
  wire.connect();
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 5;
  subscribe.subscriptions = {{"t", 0, true, false, 0, {}}};
  wire.send(subscribe);
  wire.send(publish("t", 0, {}, "mine"));
  wire.receive(publish("t", 0, {}, "other"));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.receive(publish("t", 0, {}, "mine"));
  EXPECT_EQ(wire.found(), Slugs{"no-local"});
}

TEST(ServerSide, ClientsWithAssignedIdentifiersAreNotEachOther) {
  monitor::Watch watch;
  const auto send = [&](std::uint32_t connection, const codec::Packet& packet) {
    watch.sent(connection, codec::encode(packet, Version::v5_0), false, Instant{});
  };
  const auto receive = [&](std::uint32_t connection, const codec::Packet& packet) {
    watch.received(connection, codec::encode(packet, Version::v5_0), Instant{});
  };
  for (const std::uint32_t connection : {1U, 2U}) {
    watch.opened(connection, Version::v5_0, Instant{});
    send(connection, codec::Connect{});
    codec::Connack connack;
    connack.properties = {
        {PropertyId::assigned_client_identifier, "assigned-" + std::to_string(connection)}};
    receive(connection, connack);
  }
  send(1, codec::Subscribe{5, {}, {{"t", 0, true, false, 0, {}}}, 2, {}});
  receive(1, codec::Suback{5, {}, {codec::ReasonCode::success}, 0});
  send(2, publish("t", 0, {}, "another's"));
  receive(1, publish("t", 0, {}, "another's"));
  EXPECT_TRUE(watch.take_findings().empty()) << "No Local concerns one's own messages";
  send(1, publish("t", 0, {}, "mine"));
  receive(1, publish("t", 0, {}, "mine"));
  EXPECT_EQ(watch.take_findings().size(), 1U);
}

TEST(ServerSide, MessagesOfOneTopicKeepTheirOrder) {
  Wire wire;
  wire.connect();
  wire.subscribe("t/#", 0, 0);
  for (const char* payload : {"1", "2", "3"}) wire.send(publish("t/a", 0, {}, payload));
  wire.receive(publish("t/a", 0, {}, "1"));
  wire.receive(publish("t/a", 0, {}, "3"));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.receive(publish("t/a", 0, {}, "2"));
  EXPECT_EQ(wire.found(), Slugs{"order"});
}

TEST(ServerSide, CopiesForSeveralSubscriptionsMayOvertakeEachOther) {
  Wire wire;
  wire.connect();
  wire.subscribe("t/#", 0, 0);
  wire.subscribe("t/+", 0, 0);
  for (const char* payload : {"1", "2"}) wire.send(publish("t/a", 0, {}, payload));
  for (const char* payload : {"1", "2", "1", "2"}) wire.receive(publish("t/a", 0, {}, payload));
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, PingrespAnswersPingreq) {
  Wire wire(Version::v3_1_1);
  wire.connect();
  wire.receive(codec::Pingresp{});
  EXPECT_EQ(wire.found(), Slugs{"pingresp-only-if-asked"});
}

TEST(ServerSide, NothingFollowsDisconnect) {
  Wire wire;
  wire.connect();
  codec::Disconnect farewell;
  farewell.reason_code = codec::ReasonCode::server_shutting_down;
  wire.receive(farewell);
  wire.receive(publish("t"));
  EXPECT_EQ(wire.found(), Slugs{"nothing-after-disconnect"});
}

TEST(ServerSide, WhatFollowsAnIllegalPacketIsNotHeldAgainstTheServer) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7), 1, true);
  wire.receive(codec::Puback{9});
  EXPECT_EQ(wire.found(), Slugs{});
}

TEST(ServerSide, OccasionsAreCountedWhetherOrNotARuleIsBroken) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 1));
  std::uint64_t granted = 0;
  std::uint64_t local = 0;
  for (const auto& entry : wire.watch.occasions()) {
    if (entry.monitor == "granted-qos") granted += entry.occasions;
    if (entry.monitor == "no-local") local += entry.occasions;
  }
  EXPECT_EQ(granted, 1u);
  EXPECT_EQ(local, 0u);
}

TEST(ServerSide, EachConnectionOfATakenOverSessionIsJudgedByItself) {
  Wire wire;
  wire.connect();
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 3, "a"));
  wire.reconnect(2);
  wire.receive(publish("t", 1, 3, "a", true), 2);
  wire.receive(publish("t", 1, 4, "b"), 2);
  EXPECT_EQ(wire.found(), Slugs{});
}

}  // namespace
}  // namespace mqttspec::monitor
