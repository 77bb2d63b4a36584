// A node behind WebSockets, in virtual time, by bytes made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/node/websocket_testing.hpp"

namespace mqttspec::node::testing {
namespace {

using codec::Version;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string pingreq("\xC0\x00", 2);
const std::string pingresp("\xD0\x00", 2);

std::string publish_bytes(std::size_t size) {
  codec::Publish publish;
  publish.topic_name = "t";
  publish.payload.assign(size - 10, 'x');
  while (codec::encoded_size(publish, Version::v5_0) < size) publish.payload += 'x';
  auto bytes = codec::encode(publish, Version::v5_0);
  EXPECT_EQ(bytes.size(), size);
  return bytes;
}

TEST(WebSocket, CarriesAConnectionFromTheUpgradeToTheClose) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  client.send(binary_frame(pingreq));
  const auto answer = client.frame();
  EXPECT_EQ(answer.opcode, WebSocketOpcode::binary);
  EXPECT_TRUE(answer.fin);
  EXPECT_EQ(answer.payload, pingresp);
  client.send_in_frame(codec::Disconnect{});
  EXPECT_EQ(client.close_status(), 1000U);
}

TEST(WebSocket, TakesFramesBehindTheRequestInOneRead) {
  TestNode node;
  WebSocketClient client(node);
  client.send(upgrade_request() +
              binary_frame(codec::encode(codec::Connect{.client_identifier = "c"}, Version::v5_0) +
                           pingreq));
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 101"));
  const auto frame = client.frame();
  EXPECT_EQ(frame.payload.substr(0, 1), "\x20");
  EXPECT_EQ(frame.payload.substr(frame.payload.size() - 2), pingresp);
}

// Upgrade, CONNECT and a PINGREQ over three fragments, a ping within, a PUBLISH joined to a
// PINGREQ.
std::string conversation() {
  const auto connect = codec::encode(codec::Connect{.client_identifier = "c"}, Version::v5_0);
  return upgrade_request() + client_frame(0x02, connect.substr(0, 3)) + client_frame(0x89, "hi") +
         client_frame(0x00, connect.substr(3)) + client_frame(0x80, pingreq) +
         binary_frame(publish_bytes(200) + pingreq) + binary_frame("");
}

std::string payloads(std::string bytes) {
  std::string found;
  bytes.erase(0, bytes.find("\r\n\r\n") + 4);
  while (auto frame = take_frame(bytes)) {
    found += is_control(frame->opcode) ? "<" + frame->payload + ">" : frame->payload;
  }
  return found + bytes;
}

TEST(WebSocket, EverySegmentationMeansTheSame) {
  const auto bytes = conversation();
  std::string expected;
  for (std::size_t cut = bytes.size(); cut > 0; --cut) {
    TestNode node;
    WebSocketClient client(node);
    client.send(bytes.substr(0, cut));
    client.send(bytes.substr(cut));
    const auto found = payloads(client.received());
    if (expected.empty()) {
      expected = found;
      EXPECT_THAT(expected, StartsWith("<hi>\x20"));
      EXPECT_THAT(expected, HasSubstr(pingresp + pingresp));
    }
    ASSERT_EQ(found, expected) << "cut at " << cut;
  }
  TestNode node;
  WebSocketClient client(node);
  for (const char byte : bytes) client.send(std::string(1, byte));
  EXPECT_EQ(payloads(client.received()), expected);
}

class FrameLength : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(AtTheBorders, FrameLength,
                         ::testing::Values(125, 126, 127, 65'535, 65'536));

TEST_P(FrameLength, IsReadAndWritten) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  const auto subscriber = node.connect("s");
  node.subscribe(subscriber, "t", 0);
  const auto bytes = publish_bytes(GetParam());
  client.send(binary_frame(bytes));
  EXPECT_EQ(node.bytes(subscriber), bytes);
  WebSocketClient other(node);
  other.connect();
  other.send(binary_frame(std::string("\x82\x07\x00\x01\x00\x00\x01t\x00", 9)));
  EXPECT_EQ(other.frame().payload.substr(0, 1), "\x90");
  node.send_bytes(subscriber, bytes);
  const auto raw = other.received();
  EXPECT_EQ(other.frame().payload, bytes);
  EXPECT_EQ(raw.size() - bytes.size(), GetParam() < 126 ? 2U : GetParam() < 65'536 ? 4U : 10U);
}

TEST(WebSocket, WhatIsLargeGoesOutInSeveralFrames) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  client.send(binary_frame(std::string("\x82\x07\x00\x01\x00\x00\x01t\x00", 9)));
  client.frame();
  const auto bytes = publish_bytes((1U << 20U) + 1);
  node.send_bytes(node.connect("p"), bytes);
  const auto first = client.frame();
  EXPECT_EQ(first.payload.size(), 1U << 20U);
  EXPECT_EQ(first.payload + client.frame().payload, bytes);
}

TEST(WebSocket, ATextFrameEndsTheConnectionUnread) {
  TestNode node;
  const auto watch = node.connect("w");
  node.subscribe(watch, "#", 0);
  WebSocketClient client(node);
  client.connect();
  client.send(client_frame(0x81, std::string("\x30\x04\x00\x01t\x00", 6)) + binary_frame(pingreq));
  EXPECT_EQ(client.close_status(), 1003U);
  EXPECT_TRUE(node.silent(watch));
}

TEST(WebSocket, ALostOneReleasesTheWill) {
  TestNode node;
  const auto watch = node.connect("w");
  node.subscribe(watch, "will", 0);
  for (const auto* fault : {"text", "close"}) {
    WebSocketClient client(node);
    client.send(upgrade_request());
    client.response();
    codec::Connect connect;
    connect.client_identifier = "mortal";
    connect.will = codec::Will{.topic = "will", .payload = fault};
    client.send_in_frame(connect);
    client.frame();
    client.send(*fault == 't' ? client_frame(0x81, "x") : client_frame(0x88, "\x03\xE8"));
    EXPECT_EQ(node.expect<codec::Publish>(watch).payload, fault);
  }
}

TEST(WebSocket, BreachesOfItsProtocolEndItWithAStatus) {
  const std::string huge("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x02\x03\x04y", 15);
  const struct {
    std::string bytes;
    unsigned status;
    const char* what;
  } cases[] = {
      {std::string("\x82\x02", 2) + pingreq, 1002, "without a mask"},
      {client_frame(0xC2, pingreq), 1002, "a reserved bit"},
      {client_frame(0x83, pingreq), 1002, "a reserved data opcode"},
      {client_frame(0x8B, "x"), 1002, "a reserved control opcode"},
      {client_frame(0x80, pingreq), 1002, "a continuation of nothing"},
      {client_frame(0x02, "\xC0") + binary_frame(pingreq), 1002, "a message within a message"},
      {client_frame(0x09, "x"), 1002, "a fragmented ping"},
      {client_frame(0x89, std::string(126, 'x')), 1002, "a long ping"},
      {std::string("\x82\xFE\x00\x02\x01\x02\x03\x04", 8) + "xx", 1002,
       "a length in too many bytes"},
      {huge, 1009, "a frame beyond the limit"},
      {client_frame(0x88, "\x03"), 1002, "half a status"},
      {client_frame(0x88, "\x03\xED"), 1002, "a status that is never sent"},
      {client_frame(0x88, "\x03\xE8\xFF"), 1007, "a reason that is no UTF-8"},
  };
  for (const auto& [bytes, status, what] : cases) {
    TestNode node;
    WebSocketClient client(node);
    client.connect();
    client.send(bytes);
    EXPECT_EQ(client.close_status(), status) << what;
  }
}

TEST(WebSocket, AFrameMayAnnounceExactlyTheLimit) {
  auto rules = std::make_shared<WebSocketRules>();
  rules->frame_size_maximum = 300;
  for (const std::size_t size : {300U, 301U}) {
    TestNode node;
    WebSocketClient client(node, {.websocket = rules});
    client.connect();
    client.send(binary_frame(publish_bytes(size - 2) + pingreq));
    if (size == 300) {
      EXPECT_EQ(client.frame().payload, pingresp);
    } else {
      EXPECT_EQ(client.close_status(), 1009U);
    }
  }
}

TEST(WebSocket, AnswersAPingBehindThePacketsBeforeIt) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  client.send(binary_frame(pingreq) + client_frame(0x89, "abc") + client_frame(0x8A, "late") +
              binary_frame(pingreq));
  EXPECT_EQ(client.frame().payload, pingresp);
  const auto pong = client.frame();
  EXPECT_EQ(pong.opcode, WebSocketOpcode::pong);
  EXPECT_EQ(pong.payload, "abc");
  EXPECT_EQ(client.frame().payload, pingresp);
  EXPECT_TRUE(client.silent());
}

TEST(WebSocket, EchoesTheStatusOfAClose) {
  for (const unsigned status : {1000U, 1001U, 1014U, 3000U, 4999U}) {
    TestNode node;
    WebSocketClient client(node);
    client.connect();
    const std::string code = {static_cast<char>(status >> 8U), static_cast<char>(status)};
    client.send(client_frame(0x88, code + "bye"));
    EXPECT_EQ(client.close_status(), status);
  }
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  client.send(client_frame(0x88, ""));
  EXPECT_EQ(client.frame().payload, "");
  EXPECT_TRUE(client.closed());
}

TEST(WebSocket, AMalformedPacketIsAnsweredAsOnAnyTransport) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  client.send(binary_frame(std::string("\x36\x06\x00\x01t\x00\x01\x00", 8)));
  EXPECT_EQ(client.frame().payload.substr(0, 1), "\xE0");
  EXPECT_EQ(client.close_status(), 1000U);
}

TEST(WebSocket, AShutdownOfTheBrokerIsGoingAway) {
  TestNode node;
  WebSocketClient client(node);
  client.connect();
  node.shutdown();
  EXPECT_EQ(client.frame().payload.substr(0, 1), "\xE0");
  EXPECT_EQ(client.close_status(), 1001U);
}

TEST(WebSocket, ARefusedUpgradeEndsTheConnection) {
  TestNode node;
  WebSocketClient client(node);
  client.send(upgrade_request("/elsewhere") + binary_frame(pingreq));
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 404"));
  EXPECT_FALSE(client.silent());
  EXPECT_THAT(client.received(), ::testing::EndsWith("only at /mqtt, /\n"));
}

TEST(WebSocket, WhatIsNoHttpIsRefusedAtItsFirstByte) {
  for (const auto* bytes : {"\x10", "\x16\x03\x01", "\r\n"}) {
    TestNode node;
    WebSocketClient client(node);
    client.send(bytes);
    EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 400"));
  }
}

TEST(WebSocket, ARequestHasALimitedSizeHoweverItComes) {
  const auto pad = [](std::size_t size) {
    const auto bare = upgrade_request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\nX: \r\n");
    return upgrade_request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\nX: " +
                                        std::string(size - bare.size(), 'x') + "\r\n");
  };
  for (const bool by_bytes : {false, true}) {
    TestNode node;
    WebSocketClient good(node);
    WebSocketClient bad(node);
    const auto just = pad(8192);
    const auto over = pad(9000);
    if (by_bytes) {
      for (const char byte : just) good.send({byte});
      for (const char byte : over) bad.send({byte});
    } else {
      good.send(just);
      bad.send(over);
    }
    EXPECT_THAT(good.response(), StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(bad.response(), StartsWith("HTTP/1.1 431"));
  }
}

TEST(WebSocket, ARequestHasALimitedTime) {
  TestNode node;
  WebSocketClient client(node);
  client.send("GET /mqtt HTTP/1.1\r\nHost: ");
  node.advance(std::chrono::seconds(9));
  EXPECT_TRUE(client.silent());
  node.advance(std::chrono::seconds(2));
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 408"));
}

TEST(WebSocket, TheOldSubprotocolIsForTheOldVersionOnly) {
  for (const auto version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    TestNode node;
    WebSocketClient client(node);
    client.send(upgrade_request("/mqtt", "Sec-WebSocket-Protocol: mqttv3.1\r\n"));
    EXPECT_THAT(client.response(), HasSubstr("Sec-WebSocket-Protocol: mqttv3.1\r\n"));
    codec::Connect connect;
    connect.client_identifier = "c";
    connect.protocol_version = static_cast<std::uint8_t>(version);
    if (version == Version::v3_1) connect.protocol_name = "MQIsdp";
    client.send_in_frame(connect, version);
    if (version == Version::v3_1) {
      EXPECT_EQ(client.frame().payload, std::string("\x20\x02\x00\x00", 4));
    } else {
      EXPECT_EQ(client.close_status(), 1002U);
    }
  }
}

}  // namespace
}  // namespace mqttspec::node::testing
