#include "conformance/executor/live/tcp_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/executor/live/address.hpp"
#include "conformance/executor/live/test_server.hpp"

namespace mqttspec::executor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using Peer = TestServer::Peer;

// Writes down what it is told.
class Diary final : public TcpObserver {
 public:
  void on_opened(ConnectionNumber) override { events.emplace_back("opened"); }
  void on_open_failed(ConnectionNumber, const std::string& why, bool refused) override {
    events.push_back((refused ? "refused: " : "failed: ") + why);
  }
  void on_bytes(ConnectionNumber, codec::BytesView bytes) override { received += bytes; }
  void on_sent(ConnectionNumber) override { events.emplace_back("sent"); }
  void on_closed(ConnectionNumber, CloseKind how) override {
    events.emplace_back(how == CloseKind::fin ? "FIN" : "RST");
  }
  std::vector<std::string> events;
  std::string received;
};

class ConnectionTest : public testing::Test {
 protected:
  // Runs the loop until the condition holds; fails if that takes too long.
  void until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      loop.restart();
      loop.run_one_for(seconds(1));
    }
    EXPECT_TRUE(condition());
  }
  void until_told(const std::string& event) {
    until([&] {
      return std::find(diary.events.begin(), diary.events.end(), event) != diary.events.end();
    });
  }
  void open(const TestServer& server) { open(server.endpoints()); }
  void open(const Endpoints& endpoints) {
    connection = std::make_shared<TcpConnection>(loop, 1, diary);
    connection->open(endpoints, seconds(5));
  }

  boost::asio::io_context loop;
  Diary diary;
  std::shared_ptr<TcpConnection> connection;
};

TEST_F(ConnectionTest, SendsSegmentsInOrderAndTellsWhenTheLastIsOut) {
  TestServer server(loop);
  open(server);
  connection->send({1, {"ab", "c", "def"}, milliseconds(1)});
  connection->send({1, {"gh"}, {}});
  until([&] { return !server.peers().empty() && server.peers()[0]->received == "abcdefgh"; });
  until([&] { return diary.events.size() == 3; });
  EXPECT_THAT(diary.events, ElementsAre("opened", "sent", "sent"));
}

TEST_F(ConnectionTest, WorksOverIpv6) {
  std::unique_ptr<TestServer> server;
  try {
    server = std::make_unique<TestServer>(
        loop, [](Peer& peer, const std::string& bytes) { peer.send(bytes); }, "::1");
  } catch (const boost::system::system_error& error) {
    GTEST_SKIP() << "this machine has no IPv6 loopback: " << error.what();
  }
  open(*server);
  connection->send({1, {"echo"}, {}});
  until([&] { return diary.received == "echo"; });
}

TEST_F(ConnectionTest, TellsAFinFromAReset) {
  TestServer server(loop, [](Peer& peer, const std::string& bytes) {
    if (bytes == "fin") peer.fin();
    if (bytes == "rst") peer.reset();
  });
  open(server);
  connection->send({1, {"fin"}, {}});
  until_told("FIN");
  diary.events.clear();
  open(server);
  connection->send({1, {"rst"}, {}});
  until_told("RST");
}

TEST_F(ConnectionTest, WhatCameBeforeTheEndIsReadBeforeTheEndIsTold) {
  TestServer server(loop, [](Peer& peer, const std::string& bytes) {
    if (bytes.empty()) return;
    peer.send("last words");
    peer.fin();
  });
  open(server);
  connection->send({1, {"x"}, {}});
  until_told("FIN");
  EXPECT_EQ(diary.received, "last words");
}

TEST_F(ConnectionTest, SendingOnAConnectionThatTheBrokerClosedNeverFails) {
  TestServer server(loop, [](Peer& peer, const std::string&) { peer.reset(); });
  open(server);
  until_told("RST");
  connection->send({1, {"lost", "too"}, milliseconds(1)});
  until_told("sent");
}

TEST_F(ConnectionTest, ClosingWithFinSendsWhatIsQueuedFirstAndNoReset) {
  TestServer server(loop, [](Peer& peer, const std::string& bytes) {
    if (bytes.empty()) peer.send("never read");  // would turn a plain close() into a reset
  });
  open(server);
  until_told("opened");
  connection->send({1, {"good", "bye"}, milliseconds(1)});
  connection->close(CloseCommand::How::fin);
  until([&] { return !server.peers()[0]->ended.empty(); });
  EXPECT_EQ(server.peers()[0]->received, "goodbye");
  EXPECT_EQ(server.peers()[0]->ended, "FIN");
  EXPECT_THAT(diary.events, ElementsAre("opened"));  // our own close is no news
}

TEST_F(ConnectionTest, AHalfClosedConnectionStillReceives) {
  TestServer server(loop);
  open(server);
  until([&] { return server.peers().size() == 1 && diary.events.size() == 1; });
  connection->close(CloseCommand::How::half);
  until([&] { return server.peers()[0]->ended == "FIN"; });
  server.peers()[0]->send("still there");
  until([&] { return diary.received == "still there"; });
  server.peers()[0]->fin();
  until_told("FIN");
}

TEST_F(ConnectionTest, AResetIsSeenAsOne) {
  TestServer server(loop);
  open(server);
  until([&] { return server.peers().size() == 1 && diary.events.size() == 1; });
  connection->close(CloseCommand::How::reset);
  until([&] { return server.peers()[0]->ended == "RST"; });
}

TEST_F(ConnectionTest, NothingIsTakenFromTheSocketWhileReadingIsOff) {
  TestServer server(loop, [](Peer& peer, const std::string& bytes) { peer.send(bytes); });
  open(server);
  until_told("opened");
  connection->set_reading(false);
  connection->send({1, {"one"}, {}});
  until([&] { return server.peers()[0]->received == "one"; });
  connection->drain();
  EXPECT_EQ(diary.received, "");
  connection->set_reading(true);
  until([&] { return diary.received == "one"; });
}

TEST_F(ConnectionTest, DrainingTakesWhatTheKernelHoldsWithoutTheLoop) {
  TestServer server(loop);
  open(server);
  until([&] { return server.peers().size() == 1 && diary.events.size() == 1; });
  server.peers()[0]->send("there already");
  connection->drain();
  EXPECT_EQ(diary.received, "there already");
}

TEST_F(ConnectionTest, ARefusedConnectionIsToldAsSuch) {
  Endpoints nobody;
  {
    const TestServer server(loop);
    nobody = server.endpoints();
  }
  open(nobody);
  until_told("refused: refused");
}

TEST_F(ConnectionTest, TheNextEndpointIsTriedWhenOneRefuses) {
  TestServer server(loop);
  Endpoints endpoints;
  {
    const TestServer gone(loop);
    endpoints = gone.endpoints();
  }
  endpoints.push_back(server.endpoints().front());
  open(endpoints);
  until_told("opened");
}

TEST_F(ConnectionTest, OneThatIsClosedBeforeItIsOpenStaysSilent) {
  TestServer server(loop);
  open(server);
  connection->close(CloseCommand::How::fin);
  loop.run_for(milliseconds(5));
  EXPECT_TRUE(diary.events.empty());
}

TEST_F(ConnectionTest, AProbeTellsWhetherAnybodyIsThere) {
  std::vector<std::string> answers;
  const auto note = [&](const std::optional<std::string>& why_not) {
    answers.push_back(why_not.value_or("somebody"));
  };
  {
    TestServer server(loop);
    const Endpoints endpoints = server.endpoints();
    probe(loop, endpoints, seconds(5), note);
    until([&] { return answers.size() == 1; });
    server.die();
    probe(loop, endpoints, seconds(5), note);
    until([&] { return answers.size() == 2; });
  }
  EXPECT_THAT(answers, ElementsAre("somebody", "refused"));
}

TEST(Address, IsPrintedSoThatAPortStandsApart) {
  EXPECT_EQ(to_string(Target{"::1", 1883}), "mqtt://[::1]:1883");
  EXPECT_EQ(to_string(Target{"broker", 1}), "mqtt://broker:1");
  EXPECT_EQ(to_string(Target{"broker", 1, "tls"}), "mqtts://broker:1");
  EXPECT_EQ(to_string(Target{"broker", 1, "wss", "/mqtt"}), "wss://broker:1/mqtt");
}

TEST(Address, LoopbackIsKnownByAddressNotByName) {
  EXPECT_TRUE(is_loopback({"127.0.0.1", 1}));
  EXPECT_TRUE(is_loopback({"127.9.9.9", 1}));
  EXPECT_TRUE(is_loopback({"::1", 1}));
  EXPECT_FALSE(is_loopback({"192.0.2.1", 1}));
}

TEST(Address, ANameThatStandsForNothingIsAnError) {
  const auto endpoints = find_route({"no-such-host.invalid", 1});
  ASSERT_FALSE(endpoints.ok());
  EXPECT_THAT(endpoints.error(), testing::HasSubstr("\"no-such-host.invalid\""));
}

}  // namespace
}  // namespace mqttspec::executor
