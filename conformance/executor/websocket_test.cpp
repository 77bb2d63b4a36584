// The client's side of a WebSocket, by its bytes.
#include "conformance/executor/websocket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/executor/websocket_testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using by_hand::ClientFrame;
using by_hand::good_answer;
using by_hand::server_frame;
using by_hand::take_client_frame;

using codec::Bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = WebSocket::State;

class WebSocketTest : public ::testing::Test {
 protected:
  void open() { (void)socket_.receive(good_answer(socket_.request())); }
  // All data that came in, as "binary:abc text:d".
  static std::string data(const WebSocket::Arrivals& arrivals) {
    std::string text;
    std::string kind;
    for (const auto& chunk : arrivals.chunks) {
      if (chunk.frame != kind) text += (text.empty() ? "" : " ") + chunk.frame + ":";
      kind = chunk.frame;
      text += chunk.bytes;
    }
    return text;
  }
  WebSocket socket_{WebSocketOptions{"h", "/p", "q=1", {"mqtt"}, 7}};
};

TEST_F(WebSocketTest, OpensWithTheAnswerHoweverItIsCut) {
  EXPECT_THAT(socket_.request(), HasSubstr("GET /p?q=1 HTTP/1.1"));
  const std::string answer = good_answer(socket_.request()) + server_frame(0x82, "x");
  std::string seen;
  for (const char c : answer) seen += data(socket_.receive(Bytes(1, c)));
  EXPECT_EQ(socket_.state(), State::open);
  EXPECT_EQ(socket_.subprotocol(), "mqtt");
  EXPECT_EQ(seen, "binary:x");
}

TEST_F(WebSocketTest, WhatIsNoAnswerIsRefusedAtOnceOrWhenItHasNoEnd) {
  (void)socket_.receive(Bytes("\x20\x02\x00\x00", 4));
  EXPECT_EQ(socket_.state(), State::refused);
  EXPECT_THAT(socket_.trouble(), HasSubstr("does not speak HTTP"));
  WebSocket other{{}};
  (void)other.receive("HTTP/1.1 101 x\r\n");
  EXPECT_EQ(other.state(), State::connecting);
  (void)other.receive(Bytes(head_size_max, 'x'));
  EXPECT_EQ(other.state(), State::refused);
}

TEST_F(WebSocketTest, FramesOfEveryLengthAreMaskedAndHoldWhatWasGiven) {
  open();
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 100'000U}) {
    Bytes payload;
    for (std::size_t i = 0; i < size; ++i) payload += static_cast<char>(i);
    auto frames = socket_.frames({payload}, "binary");
    ASSERT_EQ(frames.size(), 1U);
    const ClientFrame frame = take_client_frame(frames[0]);
    ASSERT_TRUE(frame.whole) << size;
    EXPECT_TRUE(frame.masked);
    EXPECT_EQ(frame.first, 0x82);
    EXPECT_EQ(frame.payload, payload) << size;
    EXPECT_THAT(frames[0], IsEmpty());
  }
}

TEST_F(WebSocketTest, EachPieceIsAFrameAndFragmentsAreOneMessage) {
  open();
  const auto kinds = [&](std::string_view kind) {
    std::vector<int> result;
    for (Bytes& frame : socket_.frames({"a", "b", "c"}, kind)) {
      result.push_back(take_client_frame(frame).first);
    }
    return result;
  };
  EXPECT_THAT(kinds("binary"), ElementsAre(0x82, 0x82, 0x82));
  EXPECT_THAT(kinds("text"), ElementsAre(0x81, 0x81, 0x81));
  EXPECT_THAT(kinds("ping"), ElementsAre(0x89, 0x89, 0x89));
  EXPECT_THAT(kinds("close"), ElementsAre(0x88, 0x88, 0x88));
  EXPECT_THAT(kinds("fragments"), ElementsAre(0x02, 0x00, 0x80));
}

TEST_F(WebSocketTest, ServersFramesOfEveryLengthAreReadHoweverTheyAreCut) {
  open();
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U}) {
    const Bytes payload(size, 'x');
    const Bytes frame = server_frame(0x82, payload);
    for (const std::size_t cut :
         {std::size_t{1}, std::size_t{3}, std::size_t{1000}, frame.size()}) {
      if (size > 1000 && cut < 1000) continue;
      Bytes seen;
      for (std::size_t at = 0; at < frame.size(); at += cut) {
        for (const auto& chunk : socket_.receive(frame.substr(at, cut)).chunks) seen += chunk.bytes;
      }
      EXPECT_EQ(seen, payload);
      ASSERT_EQ(socket_.state(), State::open) << socket_.trouble();
    }
  }
}

TEST_F(WebSocketTest, TheKindOfAMessageGoesForItsContinuations) {
  open();
  EXPECT_EQ(data(socket_.receive(server_frame(0x01, "a") + server_frame(0x00, "b") +
                                 server_frame(0x80, "c") + server_frame(0x82, "d"))),
            "text:abc binary:d");
}

TEST_F(WebSocketTest, APingIsAnsweredEvenBetweenFragments) {
  open();
  auto arrivals =
      socket_.receive(server_frame(0x02, "a") + server_frame(0x89, "hi") + server_frame(0x80, "b"));
  EXPECT_EQ(data(arrivals), "binary:ab");
  const ClientFrame pong = take_client_frame(arrivals.reply);
  EXPECT_EQ(pong.first, 0x8A);
  EXPECT_EQ(pong.payload, "hi");
  EXPECT_THAT(arrivals.notes, ElementsAre("WebSocket ping, 2 bytes"));
}

TEST_F(WebSocketTest, ACloseIsAnsweredAndEndsTheReading) {
  open();
  auto arrivals =
      socket_.receive(server_frame(0x88, "\x03\xEBno text") + server_frame(0x82, "lost"));
  EXPECT_THAT(arrivals.chunks, IsEmpty());
  EXPECT_EQ(socket_.state(), State::closed);
  EXPECT_EQ(socket_.trouble(), "WebSocket close 1003 (unsupported data)");
  const ClientFrame reply = take_client_frame(arrivals.reply);
  EXPECT_EQ(reply.first, 0x88);
  EXPECT_EQ(reply.payload, "\x03\xEB");
}

TEST_F(WebSocketTest, GoodbyeIsANormalClosure) {
  open();
  Bytes bytes = socket_.goodbye();
  const ClientFrame frame = take_client_frame(bytes);
  EXPECT_EQ(frame.first, 0x88);
  EXPECT_EQ(frame.payload, "\x03\xE8");
}

TEST_F(WebSocketTest, WhatBreaksWebSocketsOwnRulesEndsTheReadingWithTheReason) {
  const std::pair<Bytes, const char*> cases[] = {
      {Bytes("\x82\x81\x00\x00\x00\x00x", 7), "masked"},
      {server_frame(0xC2, "x"), "reserved bit"},
      {server_frame(0x83, "x"), "reserved opcode"},
      {server_frame(0x80, "x"), "continues nothing"},
      {server_frame(0x02, "x") + server_frame(0x82, "y"), "before the one before it has ended"},
      {server_frame(0x09, "x"), "cannot be read"},
      {server_frame(0x89, Bytes(126, 'x')), "cannot be read"}};
  for (const auto& [bytes, why] : cases) {
    WebSocket socket{{}};
    (void)socket.receive(good_answer(socket.request()));
    (void)socket.receive(bytes);
    EXPECT_EQ(socket.state(), State::broken) << why;
    EXPECT_THAT(socket.trouble(), HasSubstr(why));
  }
}

}  // namespace
}  // namespace mqttspec::executor::testing
