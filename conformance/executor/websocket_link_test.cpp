// Clients of a script that speak over WebSocket: handshake, frames and closes as scripts see them.
#include "conformance/executor/websocket_link.hpp"

#include "conformance/executor/testing.hpp"
#include "conformance/executor/websocket_testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using by_hand::ClientFrame;
using by_hand::good_answer;
using by_hand::server_frame;
using by_hand::take_client_frame;

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Drives one instance against a server that is written out by the test: it answers the handshake,
// then gives each MQTT packet of the client to `on_packet` with the frame it ended in.
class WebSocketScript : public ::testing::Test {
 protected:
  InstanceOutcome run(const std::string& steps, const std::string& client = "") {
    const std::string transport = R"("transport": {"name": "ws")" + client + "}";
    const auto instances = instances_of(
        script(R"("clients": {"a": {)" + transport + R"(}}, "steps": [)" + steps + "]"));
    RunOptions options;
    options.ns = "abcdefghijkl";
    options.capabilities["transports"] = scenario::Value(scenario::Array{"tcp", "ws"});
    options.transport = "ws";
    options.websocket["ws"] = {"broker:80", "/path"};
    interpreter_ = std::make_unique<Interpreter>(instances.at(0), options);
    interpreter_->start(now_);
    for (int turns = 0; turns < 1000 && !interpreter_->finished(); ++turns) turn();
    EXPECT_TRUE(interpreter_->finished());
    turn();  // the last commands
    return interpreter_->take_outcome();
  }
  void turn() {
    std::vector<Command> commands;
    interpreter_->take_commands(commands);
    for (const Command& command : commands) perform(command);
    if (!commands.empty()) return;
    if (interpreter_->deadline() != never) now_ = std::max(now_, interpreter_->deadline());
    interpreter_->quiet(now_);
  }
  void perform(const Command& command) {
    if (const auto* opening = std::get_if<OpenCommand>(&command)) {
      connection_ = opening->connection;
      input_.clear();
      upgraded_ = false;
      interpreter_->opened(connection_, now_);
    } else if (const auto* sending = std::get_if<SendCommand>(&command)) {
      for (const codec::Bytes& segment : sending->segments) input_ += segment;
      interpreter_->sent(sending->connection, now_);
      read();
    } else if (const auto* closing = std::get_if<CloseCommand>(&command)) {
      closes_.push_back(closing->how == CloseCommand::How::fin ? "FIN" : "RST");
    }
  }
  void read() {
    if (!upgraded_) {
      if (input_.find("\r\n\r\n") == codec::Bytes::npos) return;
      requests_.push_back(std::exchange(input_, {}));
      upgraded_ = true;
      if (!answer_) return;
      return say(answer_(requests_.back()));
    }
    for (;;) {
      const ClientFrame frame = take_client_frame(input_);
      if (!frame.whole) return;
      frames_.push_back(frame);
      if (on_frame_) on_frame_(frame);
    }
  }
  void say(const codec::Bytes& bytes) { interpreter_->bytes(connection_, bytes, now_); }
  // What a good broker says to CONNECT and PINGREQ.
  void serve(const ClientFrame& frame, std::uint8_t first = 0x82) {
    if (frame.first == 0x82 && frame.payload[0] == '\x10') {
      say(server_frame(first, codec::Bytes("\x20\x03\x00\x00\x00", 5)));
    }
    if (frame.first == 0x82 && frame.payload[0] == '\xC0') {
      say(server_frame(first, codec::Bytes("\xD0\x00", 2)));
    }
  }
  [[nodiscard]] std::vector<int> frame_kinds() const {
    std::vector<int> kinds;
    for (const ClientFrame& frame : frames_) kinds.push_back(frame.first);
    return kinds;
  }

  std::function<std::string(const std::string& request)> answer_ = [](const std::string& request) {
    return good_answer(request);
  };
  std::function<void(const ClientFrame&)> on_frame_ = [this](const ClientFrame& f) { serve(f); };
  std::unique_ptr<Interpreter> interpreter_;
  Instant now_{};
  ConnectionNumber connection_ = 0;
  codec::Bytes input_;
  bool upgraded_ = false;
  std::vector<std::string> requests_;
  std::vector<ClientFrame> frames_;
  std::vector<std::string> closes_;
};

constexpr auto connect = R"({ "client": "a", "connect": {} })";

TEST_F(WebSocketScript, ConnectsOverTheHandshakeAndClosesInOrder) {
  const auto outcome = run(
      R"({ "client": "a", "connect": {}, "expect": { "CONNACK": { "frame": "binary", "subprotocol": "mqtt" } }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(requests_.at(0), HasSubstr("GET /path HTTP/1.1\r\nHost: broker:80\r\n"));
  EXPECT_THAT(requests_.at(0), HasSubstr("Sec-WebSocket-Protocol: mqtt\r\n"));
  EXPECT_THAT(frame_kinds(), ElementsAre(0x82, 0x82, 0x88));  // CONNECT, DISCONNECT, close
  EXPECT_THAT(closes_, ElementsAre("FIN"));
}

TEST_F(WebSocketScript, AClientOffersWhatItIsToldTo) {
  (void)run(connect, R"(, "subprotocols": ["chat", "mqtt"], "query": "a=1")");
  EXPECT_THAT(requests_.at(0), HasSubstr("GET /path?a=1 HTTP/1.1\r\n"));
  EXPECT_THAT(requests_.at(0), HasSubstr("Sec-WebSocket-Protocol: chat, mqtt\r\n"));
}

TEST_F(WebSocketScript, ASubprotocolThatWasNotChosenIsNull) {
  answer_ = [](const std::string& request) { return good_answer(request, ""); };
  const auto outcome = run(
      R"({ "client": "a", "connect": {}, "expect": { "CONNACK": { "subprotocol": "mqtt" } }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(why_of(outcome, "must"), HasSubstr("subprotocol is absent"));
}

TEST_F(WebSocketScript, WhatComesInATextFrameIsReadAndShown) {
  on_frame_ = [this](const ClientFrame& frame) { serve(frame, 0x81); };
  const auto outcome = run(
      R"({ "client": "a", "connect": {} },
         { "client": "a", "ping": {}, "expect": { "PINGRESP": { "frame": "binary" } }, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail") << trace_of(outcome);
  EXPECT_THAT(why_of(outcome, "must"), HasSubstr("frame is \"text\""));
}

TEST_F(WebSocketScript, SegmentsAreFrames) {
  const auto outcome = run(
      std::string(connect) +
      R"(, { "client": "a", "send": [{ "bytes": "C0 00" }, { "bytes": "C0 00" }], "check": "must", "expect": "PINGRESP" },
             { "client": "a", "send": "PINGREQ", "segments": 1 },
             { "client": "a", "send": "PINGREQ", "segments": 1, "frame": "fragments" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(frames_.at(1).payload, codec::Bytes("\xC0\x00\xC0\x00", 4));
  EXPECT_EQ(frames_.at(2).payload, "\xC0");
  EXPECT_EQ(frames_.at(3).payload, codec::Bytes(1, '\0'));
  EXPECT_EQ(frames_.at(4).first, 0x02);
  EXPECT_EQ(frames_.at(5).first, 0x80);
}

TEST_F(WebSocketScript, ACloseFrameIsClosedWithItsStatus) {
  on_frame_ = [this](const ClientFrame& frame) {
    if (frame.first == 0x81) return say(server_frame(0x88, "\x03\xEB"));
    serve(frame);
  };
  const auto outcome = run(
      std::string(connect) +
      R"(, { "client": "a", "send": "PINGREQ", "frame": "text", "illegal": "text", "expect": "CLOSED", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(trace_of(outcome), HasSubstr("WebSocket close 1003 (unsupported data)"));
  EXPECT_THAT(frame_kinds(), Contains(0x88)) << "the close is answered";
}

TEST_F(WebSocketScript, ARefusedHandshakeIsClosed) {
  answer_ = [](const std::string&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; };
  const auto outcome = run(R"({ "client": "a", "open": {}, "expect": "CLOSED", "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(trace_of(outcome), HasSubstr("HTTP 400 Bad Request"));
}

TEST_F(WebSocketScript, AHandshakeThatIsNotAnsweredEndsTheInstance) {
  answer_ = nullptr;
  const auto outcome = run(R"({ "client": "a", "connect": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "blocked");
  EXPECT_THAT(outcome.reason, HasSubstr("does not answer its WebSocket handshake"));
}

TEST_F(WebSocketScript, AServerThatBreaksWebSocketIsNotReadAnyFurther) {
  on_frame_ = [this](const ClientFrame&) { say(server_frame(0x83, "x")); };
  const auto outcome = run(R"({ "client": "a", "connect": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "fail");
  EXPECT_THAT(trace_of(outcome), HasSubstr("reserved opcode"));
}

TEST_F(WebSocketScript, PingFramesHoldNoMqtt) {
  on_frame_ = [this](const ClientFrame& frame) {
    if (frame.first == 0x89) return say(server_frame(0x8A, frame.payload));
    serve(frame);
  };
  const auto outcome = run(std::string(connect) +
                           R"(, { "client": "a", "send": { "bytes": "'hello'" }, "frame": "ping" },
             { "client": "a", "ping": {}, "check": "must" })");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_THAT(trace_of(outcome), HasSubstr("WebSocket pong, 5 bytes"));
}

TEST_F(WebSocketScript, MqttInATextFrameHasToSayThatItIsIllegal) {
  const auto outcome =
      run(std::string(connect) + R"(, { "client": "a", "send": "PINGREQ", "frame": "text" })");
  EXPECT_THAT(outcome.scenario_errors, ElementsAre(HasSubstr("text frame is illegal")));
}

TEST(WebSocketFrames, NeedAWebSocket) {
  FakeBroker broker;
  broker.script_is_faulty = true;
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "send": { "bytes": "'hello'" }, "frame": "ping" }])");
  EXPECT_THAT(outcome.scenario_errors, ElementsAre(HasSubstr("transport is ws or wss")));
}

}  // namespace
}  // namespace mqttspec::executor::testing
