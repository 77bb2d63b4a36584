// What the codec refuses, answered as each version can (5.0 section 4.13, 3.1.1 section 4.8).
#include <gtest/gtest.h>

#include "reference/node/testing.hpp"

namespace mqttspec::node::testing {
namespace {

using codec::ReasonCode;
using codec::Version;

codec::Connect connect_of(const std::string& identifier, Version version) {
  codec::Connect connect;
  connect.client_identifier = identifier;
  connect.protocol_version = static_cast<std::uint8_t>(version);
  if (version == Version::v3_1) connect.protocol_name = "MQIsdp";
  return connect;
}

// What a fresh connection answers to these bytes, before it is closed.
std::string answer(const std::string& bytes) {
  TestNode node;
  const auto client = node.open();
  node.send_bytes(client, bytes);
  const auto answered = node.bytes(client);
  EXPECT_TRUE(node.closed(client));
  return answered;
}

std::string return_code(char code) {
  return std::string("\x20\x02\x00", 3) + code;
}

ReasonCode connack_code(const std::string& bytes) {
  const auto decoded = codec::decode(bytes, Version::v5_0, codec::Sender::server);
  const auto* packet = std::get_if<codec::Packet>(&decoded);
  const auto* connack = packet == nullptr ? nullptr : std::get_if<codec::Connack>(packet);
  return connack == nullptr ? ReasonCode::success : connack->reason_code;
}

TEST(MalformedConnect, IsToldToV5AndNotToOthers) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    auto connect = connect_of("c", version);
    connect.will = codec::Will{"w", "x", 3, false, {}};
    const auto answered = answer(codec::encode(connect, version));
    if (version == Version::v5_0) {
      EXPECT_EQ(connack_code(answered), ReasonCode::malformed_packet);
    } else {
      EXPECT_EQ(answered, "");
    }
  }
}

TEST(MalformedConnect, WithAnotherProtocolNameIsToldToV5Only) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    auto connect = connect_of("c", version);
    connect.protocol_name = "mqtt";
    const auto answered = answer(codec::encode(connect, version));
    if (version == Version::v5_0) {
      EXPECT_EQ(connack_code(answered), ReasonCode::unsupported_protocol_version);
    } else {
      EXPECT_EQ(answered, "");
    }
  }
}

TEST(MalformedConnect, WithARefusedIdentifierGetsItsReturnCode) {
  auto connect = connect_of("", Version::v3_1_1);
  connect.clean_start = false;
  EXPECT_EQ(answer(codec::encode(connect, Version::v3_1_1)), return_code(2));
  EXPECT_EQ(answer(codec::encode(connect_of("", Version::v3_1), Version::v3_1)), return_code(2));
  const auto long_one = connect_of(std::string(24, 'a'), Version::v3_1);
  EXPECT_EQ(answer(codec::encode(long_one, Version::v3_1)), return_code(2));
}

TEST(MalformedConnect, OfAnUnknownVersionGetsReturnCodeOne) {
  auto bytes = codec::encode(connect_of("c", Version::v3_1), Version::v3_1);
  bytes[10] = 9;
  EXPECT_EQ(answer(bytes), return_code(1));
}

TEST(MalformedConnect, ThatEndsAnywhereIsClosed) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    auto connect = connect_of("c", version);
    connect.will = codec::Will{"w", "x", 1, false, {}};
    connect.user_name = "u";
    connect.password = "p";
    const auto whole = codec::encode(connect, version);
    for (std::size_t size = 2; size < whole.size(); ++size) {
      // 3.1 does without User Name and Password where the packet ends before them.
      if (version == Version::v3_1 && size >= whole.size() - 6) continue;
      auto cut = whole.substr(0, size);
      cut[1] = static_cast<char>(size - 2);
      answer(cut);
    }
  }
}

TEST(Malformed, BeforeConnectIsClosedWithoutAWord) {
  EXPECT_EQ(answer(std::string("\xC1\x00", 2)), "");
  EXPECT_EQ(answer(std::string("\x00\x00", 2)), "");
  EXPECT_EQ(answer(std::string("\x30\xFF\xFF\xFF\xFF\x01", 6)), "");
}

// Who may not yet send anything large cannot make us keep anything large either.
TEST(Malformed, ALargePacketIsNotWaitedForBeforeTheClientIsAccepted) {
  for (const auto version : {Version::v3_1_1, Version::v5_0}) {
    broker::Config config;
    config.external_authentication = true;
    const std::string large = "\x30\x80\x80\x80\x01";  // PUBLISH of two mebibytes
    TestNode node(config);
    const auto early = node.open();
    node.send_bytes(early, codec::encode(connect_of("early", version), version) + large);
    EXPECT_TRUE(node.closed(early));
    const auto late = node.open();
    node.send_bytes(late, codec::encode(connect_of("late", version), version));
    node.authenticated(late, true);
    node.send_bytes(late, large);
    EXPECT_NE(node.bytes(late), "");
    EXPECT_TRUE(node.silent(late));
  }
}

TEST(Malformed, LaterReleasesTheWill) {
  TestNode node;
  const auto watch = node.connect("watch");
  node.subscribe(watch, "w", 0);
  const auto mortal = node.open();
  auto connect = connect_of("mortal", Version::v5_0);
  connect.will = codec::Will{"w", "gone", 0, false, {}};
  node.send(mortal, connect);
  node.expect<codec::Connack>(mortal);
  node.send_bytes(mortal, std::string("\xC1\x00", 2));
  EXPECT_EQ(node.expect<codec::Disconnect>(mortal).reason_code, ReasonCode::malformed_packet);
  EXPECT_TRUE(node.closed(mortal));
  EXPECT_EQ(node.expect<codec::Publish>(watch).payload, "gone");
}

TEST(Malformed, TakesNoEffectAndHarmsNobodyElse) {
  TestNode node;
  const auto watch = node.connect("watch");
  node.subscribe(watch, "#", 0);
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    const auto bad = node.connect("bad", version);
    node.send_bytes(bad, std::string("\x30\x05\x00\x03"
                                     "a/#",
                                     7));
    node.bytes(bad);
    EXPECT_TRUE(node.closed(bad));
    EXPECT_TRUE(node.silent(watch));
  }
}

TEST(Malformed, AServersPacketFromAClientEndsTheConnection) {
  TestNode node;
  const auto client = node.connect("c");
  node.send(client, codec::Pingresp{});
  EXPECT_EQ(node.expect<codec::Disconnect>(client).reason_code, ReasonCode::protocol_error);
  EXPECT_TRUE(node.closed(client));
}

TEST(Malformed, DisconnectWithAServersReasonReleasesTheWill) {
  TestNode node;
  const auto watch = node.connect("watch");
  node.subscribe(watch, "w", 0);
  const auto mortal = node.open();
  auto connect = connect_of("mortal", Version::v5_0);
  connect.will = codec::Will{"w", "gone", 0, false, {}};
  node.send(mortal, connect);
  node.expect<codec::Connack>(mortal);
  codec::Disconnect goodbye;
  goodbye.reason_code = ReasonCode::session_taken_over;
  node.send(mortal, goodbye);
  EXPECT_EQ(node.expect<codec::Disconnect>(mortal).reason_code, ReasonCode::protocol_error);
  EXPECT_EQ(node.expect<codec::Publish>(watch).payload, "gone");
}

}  // namespace
}  // namespace mqttspec::node::testing
