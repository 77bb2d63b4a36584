// What interceptors see and change of a WebSocket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "reference/node/websocket_testing.hpp"

namespace mqttspec::node::testing {
namespace {

using ::testing::HasSubstr;

const std::string pingreq("\xC0\x00", 2);
const std::string pingresp("\xD0\x00", 2);

struct Hooks final : Interceptor {
  std::function<void(codec::Bytes&)> upgrade_out = [](auto&) {};
  std::function<void(WebSocketFrame&)> frame_in = [](auto&) {};
  std::function<void(std::vector<WebSocketFrame>&)> frame_out = [](auto&) {};
  codec::Bytes bytes_in, bytes_out;
  int closed = 0;

  void on_upgrade_out(ConnectionId, codec::Bytes& response, Context&) override {
    upgrade_out(response);
  }
  void on_frame_in(ConnectionId, WebSocketFrame& frame, Context&) override { frame_in(frame); }
  void on_frame_out(ConnectionId, std::vector<WebSocketFrame>& frames, Context&) override {
    frame_out(frames);
  }
  void on_bytes_in(ConnectionId, codec::Bytes& bytes, Context&) override { bytes_in += bytes; }
  void on_bytes_out(ConnectionId, codec::Bytes& bytes, Context&) override { bytes_out += bytes; }
  void on_closed(ConnectionId, Context&) override { ++closed; }
};

TEST(WebSocketHooks, SeeMqttBytesWithoutFrames) {
  Hooks hooks;
  TestNode node({}, &hooks);
  WebSocketClient client(node);
  client.connect();
  hooks.bytes_in.clear();
  hooks.bytes_out.clear();
  client.send(client_frame(0x02, "\xC0") + client_frame(0x89, "ping") +
              client_frame(0x80, std::string(1, '\0')));
  EXPECT_EQ(hooks.bytes_in, pingreq);
  EXPECT_EQ(hooks.bytes_out, pingresp);
}

TEST(WebSocketHooks, EditTheAnswerToTheUpgrade) {
  Hooks hooks;
  hooks.upgrade_out = [](codec::Bytes& response) {
    const auto at = response.find("Protocol: mqtt");
    response.replace(at, 14, "Protocol: chat");
  };
  TestNode node({}, &hooks);
  WebSocketClient client(node);
  client.send(upgrade_request());
  EXPECT_THAT(client.response(), HasSubstr("Sec-WebSocket-Protocol: chat\r\n"));
}

TEST(WebSocketHooks, LetATextFramePassAsABinaryOne) {
  Hooks hooks;
  std::vector<std::string> seen;
  hooks.frame_in = [&](WebSocketFrame& frame) {
    seen.push_back(frame.payload);
    if (frame.opcode == WebSocketOpcode::text) frame.opcode = WebSocketOpcode::binary;
  };
  TestNode node({}, &hooks);
  WebSocketClient client(node);
  client.connect();
  seen.clear();
  // Frames come whole, whatever the segments.
  for (const char byte : client_frame(0x81, pingreq)) client.send({byte});
  EXPECT_EQ(client.frame().payload, pingresp);
  EXPECT_THAT(seen, ::testing::ElementsAre(pingreq));
}

TEST(WebSocketHooks, ChangeDropAndMultiplyFramesOnTheirWayOut) {
  Hooks hooks;
  TestNode node({}, &hooks);
  WebSocketClient client(node);
  client.connect();
  hooks.frame_out = [](std::vector<WebSocketFrame>& frames) {
    if (frames.front().opcode == WebSocketOpcode::pong) frames.clear();
    for (auto& frame : frames) frame.opcode = WebSocketOpcode::text;
    if (!frames.empty()) frames.push_back({WebSocketOpcode::ping, true, "again"});
  };
  client.send(client_frame(0x89, "ping") + binary_frame(pingreq));
  const auto answer = client.frame();
  EXPECT_EQ(answer.opcode, WebSocketOpcode::text);
  EXPECT_EQ(answer.payload, pingresp);
  EXPECT_EQ(client.frame().payload, "again");
  EXPECT_TRUE(client.silent());
}

TEST(WebSocketHooks, HearOfTheEndOnceHoweverItComes) {
  for (const auto& bytes :
       {client_frame(0x88, ""), client_frame(0x81, "x"), std::string(2, '\0')}) {
    Hooks hooks;
    TestNode node({}, &hooks);
    WebSocketClient client(node);
    client.connect();
    client.send(bytes);
    client.frame();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(hooks.closed, 1);
  }
}

// A lost network says nothing, not even a close frame.
TEST(WebSocketHooks, AConnectionThatIsLostHasNoLastWords) {
  struct Losing final : Interceptor {
    void on_packet_in(ConnectionId id, std::vector<codec::Packet>& packets,
                      Context& context) override {
      if (std::holds_alternative<codec::Pingreq>(packets.front())) context.lose(id);
    }
  } losing;
  TestNode node({}, &losing);
  WebSocketClient client(node);
  client.connect();
  client.send(binary_frame(pingreq));
  EXPECT_TRUE(client.closed());
}

TEST(WebSocket, FramesAroundPacketsAreNoBytesThatTheEngineWaitsFor) {
  broker::Config config;
  config.slow_reader_limit = 100;
  TestNode node(config);
  WebSocketClient client(node);
  client.send(upgrade_request());
  const auto overhead = client.response().size();
  codec::Connect connect;
  connect.client_identifier = "c";
  client.send_in_frame(connect);
  client.send(binary_frame(std::string("\x82\x07\x00\x01\x00\x00\x01t\x00", 9)));
  while (!client.received().empty()) client.frame();
  const auto publisher = node.connect("p");
  node.publish(publisher, "t", std::string(150, 'x'));
  client.frame();
  // The answer to the upgrade has left; the message is still on its way.
  node.drained(client.id(), overhead);
  node.publish(publisher, "t", "dropped");
  EXPECT_TRUE(client.silent());
  node.drained(client.id(), 200);
  node.publish(publisher, "t", "sent");
  EXPECT_THAT(client.frame().payload, HasSubstr("sent"));
}

}  // namespace
}  // namespace mqttspec::node::testing
