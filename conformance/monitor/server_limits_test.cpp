#include "conformance/monitor/testing.hpp"

namespace mqttspec::monitor {
namespace {

using codec::PropertyId;

codec::Properties one(PropertyId id, std::uint32_t value) {
  return {{id, value}};
}

TEST(ServerLimits, OpenMessagesStayWithinReceiveMaximum) {
  Wire wire;
  codec::Connect connect;
  connect.properties = one(PropertyId::receive_maximum, 1);
  wire.connect(connect);
  wire.subscribe("t", 1, 1);
  wire.receive(publish("t", 1, 1, "a"));
  wire.send(codec::Puback{1});
  wire.receive(publish("t", 1, 2, "b"));
  EXPECT_EQ(wire.found(), Slugs{});
  wire.receive(publish("t", 1, 3, "c"));
  EXPECT_EQ(wire.found(), Slugs{"receive-maximum"});
}

TEST(ServerLimits, PacketsStayWithinMaximumPacketSize) {
  Wire wire;
  codec::Connect connect;
  connect.properties = one(PropertyId::maximum_packet_size, 20);
  wire.connect(connect);
  wire.receive(publish("t", 0, {}, std::string(14, 'x')));
  EXPECT_EQ(wire.found(), Slugs{});  // 20 bytes
  wire.receive(publish("t", 0, {}, std::string(15, 'x')));
  EXPECT_EQ(wire.found(), Slugs{"maximum-packet-size"});
}

TEST(ServerLimits, TopicAliasesStayWithinOurMaximum) {
  Wire wire;
  codec::Connect connect;
  connect.properties = one(PropertyId::topic_alias_maximum, 1);
  wire.connect(connect);
  auto message = publish("t");
  message.properties = one(PropertyId::topic_alias, 1);
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{});
  message.properties = one(PropertyId::topic_alias, 2);
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{"topic-alias-maximum"});
}

TEST(ServerLimits, AnAliasWithoutTopicWasMapped) {
  Wire wire;
  codec::Connect connect;
  connect.properties = one(PropertyId::topic_alias_maximum, 5);
  wire.connect(connect);
  auto message = publish("");
  message.properties = one(PropertyId::topic_alias, 1);
  wire.receive(message);
  EXPECT_EQ(wire.found(), Slugs{"topic-alias-known"});
}

TEST(ServerLimits, NothingIsExplainedWithoutProblemInformation) {
  Wire wire;
  codec::Connect connect;
  connect.properties = one(PropertyId::request_problem_information, 0);
  wire.connect(connect);
  wire.send(publish("t", 1, 7));
  codec::Puback answer{7};
  answer.properties = {{PropertyId::reason_string, std::string("because")}};
  wire.receive(answer);
  EXPECT_EQ(wire.found(), Slugs{"problem-information"});
}

TEST(ServerLimits, ResponseInformationComesOnlyOnRequest) {
  Wire wire;
  codec::Connack answer;
  answer.properties = {{PropertyId::response_information, std::string("r/")}};
  wire.connect({}, answer);
  EXPECT_EQ(wire.found(), Slugs{"response-information"});
}

TEST(ServerLimits, AuthenticationStartsWithTheClient) {
  Wire wire;
  codec::Connack answer;
  answer.properties = {{PropertyId::authentication_method, std::string("m")}};
  wire.connect({}, answer);
  EXPECT_EQ(wire.found(), Slugs{"authentication-only-if-asked"});
}

}  // namespace
}  // namespace mqttspec::monitor
