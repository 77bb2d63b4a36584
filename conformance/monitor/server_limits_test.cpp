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

// What a server may answer with, each behind what calls for it.
std::vector<std::pair<codec::Packet, codec::Packet>> answers() {
  codec::Subscribe subscribe;
  codec::Unsubscribe unsubscribe;
  subscribe.packet_identifier = unsubscribe.packet_identifier = 5;
  subscribe.subscriptions = {{"t", 0, false, false, 0, {}}};
  unsubscribe.topic_filters = {"t"};
  codec::Pubrel unknown{9};
  unknown.reason_code = codec::ReasonCode::packet_identifier_not_found;
  codec::Auth auth;
  auth.reason_code = codec::ReasonCode::continue_authentication;
  auth.properties = {{PropertyId::authentication_method, std::string("m")}};
  return {{publish("t", 1, 7), codec::Puback{7}},
          {publish("t", 2, 7), codec::Pubrec{7}},
          {codec::Pingreq{}, unknown},
          {codec::Pubrel{7}, codec::Pubcomp{7}},
          {subscribe, codec::Suback{5, {}, {codec::ReasonCode::success}, 0}},
          {unsubscribe, codec::Unsuback{5, {}, {codec::ReasonCode::success}, 0, {}}},
          {codec::Pingreq{}, auth}};
}

TEST(ServerLimits, NothingIsExplainedWithoutProblemInformation) {
  const codec::Property reason{PropertyId::reason_string, std::string("because")};
  const codec::Property user{PropertyId::user_property, codec::StringPair{"a", "b"}};
  const auto judged = [](std::uint32_t problem_information, const codec::Packet& request,
                         codec::Packet answer, const codec::Properties& explanation) {
    Wire wire;
    codec::Connect connect;
    connect.properties = one(PropertyId::request_problem_information, problem_information);
    connect.properties.push_back({PropertyId::authentication_method, std::string("m")});
    wire.connect(connect);
    wire.send(request);
    codec::Properties& properties = *codec::properties_of(answer);
    properties.insert(properties.end(), explanation.begin(), explanation.end());
    wire.receive(answer);
    return wire.found();
  };
  for (const auto& [request, answer] : answers()) {
    SCOPED_TRACE(codec::to_string(codec::type_of(answer)));
    EXPECT_EQ(judged(0, request, answer, {}), Slugs{});
    EXPECT_EQ(judged(0, request, answer, {reason}), Slugs{"problem-information"});
    EXPECT_EQ(judged(0, request, answer, {user}), Slugs{"problem-information"});
    EXPECT_EQ(judged(1, request, answer, {reason, user}), Slugs{});
  }
  EXPECT_EQ(judged(0, codec::Pingreq{}, codec::Disconnect{}, {reason, user}), Slugs{});
  EXPECT_EQ(judged(0, codec::Pingreq{}, publish("t"), {user}), Slugs{});
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
  codec::Auth auth;
  auth.reason_code = codec::ReasonCode::continue_authentication;
  auth.properties = answer.properties;
  wire.receive(auth);
  EXPECT_EQ(wire.found(), Slugs{"authentication-only-if-asked"});
}

}  // namespace
}  // namespace mqttspec::monitor
