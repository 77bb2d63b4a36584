// Bytes in, bytes out.
#include "reference/node/node.hpp"

#include <gtest/gtest.h>

#include "reference/node/testing.hpp"

namespace mqttspec::node::testing {
namespace {

using codec::ReasonCode;
using codec::Version;

TEST(Node, ServesAClientThatSendsByteByByte) {
  TestNode node;
  const auto client = node.open();
  codec::Connect connect;
  connect.client_identifier = "c";
  for (const char byte : codec::encode(connect, Version::v5_0)) {
    node.send_bytes(client, std::string(1, byte));
  }
  EXPECT_EQ(node.expect<codec::Connack>(client).reason_code, ReasonCode::success);
}

TEST(Node, ServesSeveralPacketsInOneWrite) {
  TestNode node;
  const auto client = node.open();
  codec::Connect connect;
  connect.client_identifier = "c";
  node.send_bytes(client, codec::encode(connect, Version::v5_0) +
                              codec::encode(codec::Pingreq{}, Version::v5_0) +
                              codec::encode(codec::Pingreq{}, Version::v5_0));
  node.expect<codec::Connack>(client);
  node.expect<codec::Pingresp>(client);
  node.expect<codec::Pingresp>(client);
  EXPECT_TRUE(node.silent(client));
}

TEST(Node, AnswersAMalformedPacketAndIgnoresWhatFollows) {
  TestNode node;
  const auto client = node.connect("c");
  // PUBLISH with QoS 3, then a PINGREQ.
  node.send_bytes(client, std::string("\x36\x06\x00\x01t\x00\x01\x00\xC0\x00", 10));
  EXPECT_EQ(node.expect<codec::Disconnect>(client).reason_code, ReasonCode::malformed_packet);
  EXPECT_TRUE(node.closed(client));
}

TEST(Node, ClosesAnOlderClientWithoutAWord) {
  TestNode node;
  const auto client = node.connect("c", Version::v3_1_1);
  node.send_bytes(client, std::string("\x36\x05\x00\x01t\x00\x01", 7));
  EXPECT_TRUE(node.closed(client));
}

TEST(Node, AnswersAnUnsupportedVersionInTheClientsLayout) {
  TestNode node;
  codec::Connect connect;
  connect.client_identifier = "c";
  auto as_v5 = codec::encode(connect, Version::v5_0);
  as_v5[8] = 6;
  auto client = node.open();
  node.send_bytes(client, as_v5);
  EXPECT_EQ(node.expect<codec::Connack>(client).reason_code,
            ReasonCode::unsupported_protocol_version);
  EXPECT_TRUE(node.closed(client));
  connect.protocol_version = 4;
  auto as_v311 = codec::encode(connect, Version::v3_1_1);
  as_v311[8] = 9;
  client = node.open();
  node.send_bytes(client, as_v311);
  EXPECT_EQ(node.bytes(client), std::string("\x20\x02\x00\x01", 4));
  EXPECT_TRUE(node.closed(client));
}

TEST(Node, RefusesAnOversizedPacketFromItsHeader) {
  broker::Config config;
  config.maximum_packet_size = 100;
  TestNode node(config);
  const auto client = node.connect("c");
  node.send_bytes(client, std::string("\x30\x63", 2));  // 101 bytes announced
  EXPECT_EQ(node.expect<codec::Disconnect>(client).reason_code, ReasonCode::packet_too_large);
  EXPECT_TRUE(node.closed(client));
}

TEST(Node, TakesAPacketOfExactlyTheMaximumSize) {
  broker::Config config;
  config.maximum_packet_size = 100;
  TestNode node(config);
  const auto client = node.connect("c");
  codec::Publish publish;
  publish.topic_name = "t";
  publish.qos = 1;
  publish.packet_identifier = 1;
  publish.payload.assign(100 - 8, 'x');
  ASSERT_EQ(codec::encoded_size(publish, Version::v5_0), 100U);
  node.send(client, publish);
  node.expect<codec::Puback>(client);
  EXPECT_TRUE(node.silent(client));
}

TEST(Node, DropsALinkWhoseTransportIsGone) {
  TestNode node;
  const auto client = node.connect("c");
  node.close(client);
  node.send(client, codec::Pingreq{});
  EXPECT_TRUE(node.silent(client));
}

TEST(Node, TellsV5ClientsOfAShutdown) {
  TestNode node;
  const auto newer = node.connect("a");
  const auto older = node.connect("b", Version::v3_1_1);
  node.shutdown();
  EXPECT_EQ(node.expect<codec::Disconnect>(newer).reason_code, ReasonCode::server_shutting_down);
  EXPECT_TRUE(node.closed(newer));
  EXPECT_TRUE(node.closed(older));
}

}  // namespace
}  // namespace mqttspec::node::testing
