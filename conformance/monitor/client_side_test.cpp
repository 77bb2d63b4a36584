#include "conformance/monitor/testing.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PropertyId;

codec::Connack announcing(PropertyId id, std::uint32_t value) {
  codec::Connack answer;
  answer.properties = {{id, value}};
  return answer;
}

TEST(ClientSide, ConnectComesFirst) {
  Wire wire;
  wire.send(codec::Pingreq{});
  EXPECT_EQ(wire.found(), Slugs{"our-connect-first"});
}

TEST(ClientSide, ConnectComesOnce) {
  Wire wire;
  wire.connect();
  codec::Connect again;
  again.client_identifier = "me";
  wire.send(again);
  EXPECT_EQ(wire.found(), Slugs{"our-connect-once"});
}

TEST(ClientSide, ANewPublishHasAFreeIdentifier) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7, "a"));
  wire.send(publish("t", 1, 7, "b"));
  EXPECT_EQ(wire.found(), Slugs{"our-identifier-is-free"});
}

TEST(ClientSide, RequestsAndMessagesShareTheirIdentifiers) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7, "a"));
  codec::Unsubscribe request;
  request.packet_identifier = 7;
  request.topic_filters = {"t"};
  wire.send(request);
  EXPECT_EQ(wire.found(), Slugs{"our-identifier-is-free"});
}

TEST(ClientSide, ARepetitionAfterResumingHasDup) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7, "a"));
  wire.close(1);
  wire.reconnect(2);
  wire.send(publish("t", 1, 7, "a", true), 2);
  EXPECT_EQ(wire.found(), Slugs{});
  wire.close(2);
  wire.reconnect(3);
  wire.send(publish("t", 1, 7, "a", false), 3);
  EXPECT_EQ(wire.found(), Slugs{"our-repetition-with-dup"});
}

TEST(ClientSide, NothingIsRepeatedOnTheSameConnectionInVersion5) {
  for (const Version version : {Version::v3_1_1, Version::v5_0}) {
    Wire wire(version);
    wire.connect();
    wire.send(publish("t", 2, 7, "a"));
    wire.send(publish("t", 2, 7, "a", true));
    EXPECT_EQ(wire.found(),
              version == Version::v5_0 ? Slugs{"our-no-repetition-while-connected"} : Slugs{});
  }
}

TEST(ClientSide, AcknowledgementsHaveACause) {
  Wire wire;
  wire.connect();
  wire.send(codec::Puback{9});
  EXPECT_EQ(wire.found(), Slugs{"our-acknowledgement-has-a-cause"});
}

TEST(ClientSide, OpenMessagesStayWithinTheServersReceiveMaximum) {
  Wire wire;
  wire.connect({}, announcing(PropertyId::receive_maximum, 1));
  wire.send(publish("t", 1, 1, "a"));
  wire.receive(codec::Puback{1});
  wire.send(publish("t", 2, 2, "b"));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.send(publish("t", 1, 3, "c"));
  EXPECT_EQ(wire.found(), Slugs{"our-receive-maximum"});
}

TEST(ClientSide, PacketsStayWithinTheServersMaximumPacketSize) {
  Wire wire;
  wire.connect({}, announcing(PropertyId::maximum_packet_size, 20));
  wire.send(publish("t", 0, {}, std::string(16, 'x')));
  EXPECT_EQ(wire.found(), Slugs{"our-maximum-packet-size"});
}

TEST(ClientSide, TopicAliasesStayWithinTheServersMaximum) {
  Wire wire;
  wire.connect({}, announcing(PropertyId::topic_alias_maximum, 3));
  auto message = publish("t");
  message.properties = {{PropertyId::topic_alias, std::uint32_t{4}}};
  wire.send(message);
  EXPECT_EQ(wire.found(), Slugs{"our-topic-alias-maximum"});
}

TEST(ClientSide, AnAliasWithoutTopicWasMapped) {
  Wire wire;
  wire.connect({}, announcing(PropertyId::topic_alias_maximum, 3));
  auto message = publish("");
  message.properties = {{PropertyId::topic_alias, std::uint32_t{1}}};
  wire.send(message);
  EXPECT_EQ(wire.found(), Slugs{"our-topic-alias-known"});
}

TEST(ClientSide, AnnouncedLimitsBindPublish) {
  Wire qos;
  qos.connect({}, announcing(PropertyId::maximum_qos, 1));
  qos.send(publish("t", 2, 7));
  EXPECT_EQ(qos.found(), Slugs{"our-maximum-qos"});
  Wire retain;
  retain.connect({}, announcing(PropertyId::retain_available, 0));
  auto message = publish("t");
  message.retain = true;
  retain.send(message);
  EXPECT_EQ(retain.found(), Slugs{"our-retain-available"});
}

TEST(ClientSide, AnnouncedLimitsBindSubscribe) {
  const std::pair<PropertyId, const char*> limits[] = {
      {PropertyId::wildcard_subscription_available, "our-wildcards-available"},
      {PropertyId::shared_subscription_available, "our-shared-available"},
      {PropertyId::subscription_identifier_available, "our-identifiers-available"}};
  for (const auto& [id, slug] : limits) {
    Wire wire;
    wire.connect({}, announcing(id, 0));
    wire.subscribe("$share/g/a/#", 0, 0, {{PropertyId::subscription_identifier, std::uint32_t{1}}});
    EXPECT_EQ(wire.found(), Slugs{slug});
  }
}

TEST(ClientSide, AuthHasTheMethodOfConnect) {
  const auto with_method = [](auto packet, const char* method) {
    packet.properties = {{codec::PropertyId::authentication_method, std::string(method)}};
    return packet;
  };
  Wire wire;
  wire.connect(with_method(codec::Connect{}, "m"));
  codec::Auth auth;
  auth.reason_code = codec::ReasonCode::continue_authentication;
  wire.send(with_method(auth, "m"));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.send(with_method(auth, "n"));
  EXPECT_EQ(wire.found(), Slugs{"our-authentication"});
}

TEST(ClientSide, QosTwoIsNotAcknowledgedByPuback) {
  Wire wire;
  wire.connect();
  wire.receive(publish("t", 2, 3));
  wire.send(codec::Puback{3});
  EXPECT_EQ(wire.found(), Slugs{"our-acknowledgement-has-a-cause"});
}

TEST(ClientSide, AMessageOfAnotherQosIsAnotherMessage) {
  Wire wire;
  wire.connect();
  wire.send(publish("t", 1, 7));
  wire.send(publish("t", 2, 7));
  EXPECT_EQ(wire.found(), Slugs{"our-identifier-is-free"});
}

TEST(ClientSide, AuthKeepsToTheMethodOfConnect) {
  Wire wire;
  wire.connect();
  codec::Auth auth;
  auth.reason_code = codec::ReasonCode::re_authenticate;
  auth.properties = {{PropertyId::authentication_method, std::string("m")}};
  wire.send(auth);
  EXPECT_EQ(wire.found(), Slugs{"our-authentication"});
}

TEST(ClientSide, NothingFollowsDisconnect) {
  Wire wire;
  wire.connect();
  wire.send(codec::Disconnect{});
  wire.send(codec::Pingreq{});
  EXPECT_EQ(wire.found(), Slugs{"our-nothing-after-disconnect"});
}

TEST(ClientSide, FindingsAboutUsSaySo) {
  Wire wire;
  wire.send(codec::Pingreq{});
  const auto findings = wire.watch.take_findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].ours);
  EXPECT_EQ(findings[0].statement, "5.0:MQTT-3.1.0-1");
}

}  // namespace
}  // namespace mqttspec::monitor
