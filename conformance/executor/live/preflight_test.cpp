#include "conformance/executor/live/preflight.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/executor/live/test_server.hpp"
#include "conformance/executor/websocket_testing.hpp"

namespace mqttspec::executor {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Peer = TestServer::Peer;
namespace wire = by_hand;

PreflightOptions at(std::uint16_t port, const std::string& transport = "tcp") {
  PreflightOptions options;
  Target target{"127.0.0.1", port, transport};
  target.tls.insecure = true;
  auto route = find_route(target);
  if (!route) {
    ADD_FAILURE() << route.error();
    return options;
  }
  options.routes.main = transport;
  options.routes.by_transport.emplace(transport, std::move(*route));
  return options;
}

// Answers each CONNECT by the version in it, as `answer` says.
TestServer::Handler broker(std::function<codec::Bytes(char version)> answer) {
  return [answer = std::move(answer)](Peer& peer, const std::string& bytes) {
    const auto name = bytes.find("MQ");
    if (bytes.empty() || bytes[0] != '\x10' || name == std::string::npos) return;
    const std::size_t length = bytes.compare(name, 6, "MQIsdp") == 0 ? 6 : 4;
    peer.send(answer(bytes[name + length]));
  };
}

const codec::Bytes accepted("\x20\x02\x00\x00", 4);
const codec::Bytes accepted_5("\x20\x03\x00\x00\x00", 5);
codec::Bytes refused(char code) {
  return codec::Bytes("\x20\x02\x00", 3) + code;
}
codec::Bytes refused_5(char code) {
  return codec::Bytes("\x20\x03\x00", 3) + code + codec::Bytes(1, '\0');
}

TEST(Preflight, ABrokerThatSpeaksAllVersionsIsUsableInAll) {
  const ThreadedTestServer server(
      broker([](char version) { return version == 5 ? accepted_5 : accepted; }));
  const Preflight result = preflight(at(server.port()));
  EXPECT_TRUE(result.usable());
  for (const auto& answer : result.versions) EXPECT_TRUE(answer.usable) << answer.message;
  EXPECT_EQ(result.message, "");
}

TEST(Preflight, WhatTheConnackDoesNotStateHasTheStandardsDefault) {
  const ThreadedTestServer server(
      broker([](char version) { return version == 5 ? accepted_5 : accepted; }));
  const Capabilities limits = preflight(at(server.port())).capabilities;
  EXPECT_EQ(limits.at("maximum_qos"), scenario::Value(2));
  EXPECT_EQ(limits.at("retain_available"), scenario::Value(true));
  EXPECT_EQ(limits.at("receive_maximum"), scenario::Value(65'535));
  EXPECT_EQ(limits.at("topic_alias_maximum"), scenario::Value(0));
  EXPECT_EQ(limits.at("shared_subscription_available"), scenario::Value(true));
}

TEST(Preflight, WhatTheConnackStatesIsTaken) {
  codec::Connack connack;
  connack.properties = {{codec::PropertyId::maximum_qos, std::uint32_t{1}},
                        {codec::PropertyId::retain_available, std::uint32_t{0}},
                        {codec::PropertyId::topic_alias_maximum, std::uint32_t{7}},
                        {codec::PropertyId::server_keep_alive, std::uint32_t{30}}};
  const codec::Bytes limited = codec::encode(connack, codec::Version::v5_0);
  const ThreadedTestServer server(
      broker([&](char version) { return version == 5 ? limited : accepted; }));
  const Capabilities limits = preflight(at(server.port())).capabilities;
  EXPECT_EQ(limits.at("maximum_qos"), scenario::Value(1));
  EXPECT_EQ(limits.at("retain_available"), scenario::Value(false));
  EXPECT_EQ(limits.at("topic_alias_maximum"), scenario::Value(7));
  EXPECT_EQ(limits.at("server_keep_alive"), scenario::Value(30));
}

TEST(Preflight, AVersionThatIsRefusedLeavesTheOthersUsable) {
  const ThreadedTestServer server(
      broker([](char version) { return version == 5 ? refused(1) : accepted; }));
  const Preflight result = preflight(at(server.port()));
  EXPECT_TRUE(result.usable());
  EXPECT_FALSE(result.versions[2].usable);
  EXPECT_EQ(result.versions[2].message, "the broker does not speak MQTT 5.0");
  EXPECT_EQ(result.capabilities.at("versions"), scenario::Value(scenario::Array{"3.1", "3.1.1"}));
}

TEST(Preflight, WrongCredentialsAreOneMessage) {
  const ThreadedTestServer server(
      broker([](char version) { return version == 5 ? refused_5('\x86') : refused(5); }));
  const Preflight result = preflight(at(server.port()));
  EXPECT_FALSE(result.usable());
  EXPECT_EQ(
      result.message,
      "the broker refuses these credentials; give the user name and password that it expects");
}

TEST(Preflight, CredentialsAreSent) {
  std::string seen;
  {
    const ThreadedTestServer server([&](Peer& peer, const std::string& bytes) {
      seen += bytes;
      if (!bytes.empty()) peer.reset();
    });
    PreflightOptions options = at(server.port());
    options.user_name = "ann";
    options.password = "secret";
    (void)preflight(options);
  }
  EXPECT_THAT(seen, HasSubstr("ann"));
  EXPECT_THAT(seen, HasSubstr("secret"));
}

TEST(Preflight, ARefusedAddressIsOneMessage) {
  std::uint16_t port = 0;
  {
    boost::asio::io_context loop;
    port = TestServer(loop).port();
  }
  const Preflight result = preflight(at(port));
  EXPECT_EQ(result.message,
            "nobody accepts connections at mqtt://127.0.0.1:" + std::to_string(port) +
                "; is the broker running, and is this its port?");
}

TEST(Preflight, ABrokerThatNeverAnswersIsGivenUpInTime) {
  const ThreadedTestServer server([](Peer&, const std::string&) {});
  PreflightOptions options = at(server.port());
  options.patience = milliseconds(30);
  EXPECT_EQ(preflight(options).message,
            "the broker accepts the connection and does not answer CONNECT");
}

TEST(Preflight, WhatIsNoBrokerIsTold) {
  const ThreadedTestServer server(
      [](Peer& peer, const std::string&) { peer.send("220 mail.example ESMTP\r\n"); });
  EXPECT_THAT(preflight(at(server.port())).message,
              HasSubstr("its answer to CONNECT is no CONNACK"));
}

TEST(Preflight, ABrokerThatClosesInsteadOfAnsweringIsTold) {
  const ThreadedTestServer server([](Peer& peer, const std::string& bytes) {
    if (!bytes.empty()) peer.fin();
  });
  EXPECT_THAT(preflight(at(server.port())).message,
              HasSubstr("closes the connection instead of answering a CONNECT of MQTT 3.1"));
}

// Upgrades each connection as `answer` says and then answers CONNECT in frames.
TestServer::Handler websocket_broker(
    std::function<std::string(const std::string& request)> answer) {
  return [answer = std::move(answer)](Peer& peer, const std::string& bytes) {
    if (bytes.starts_with("GET ")) return peer.send(answer(bytes));
    codec::Bytes input = bytes;
    const wire::ClientFrame frame = wire::take_client_frame(input);
    if (!frame.whole || frame.payload[0] != '\x10') return;
    const bool v5 = frame.payload.find("MQTT\x05") != codec::Bytes::npos;
    peer.send(wire::server_frame(0x82, v5 ? accepted_5 : accepted));
  };
}

TEST(Preflight, ABrokerBehindAWebSocketIsUsable) {
  const ThreadedTestServer server(
      websocket_broker([](const std::string& request) { return wire::good_answer(request); }));
  const Preflight result = preflight(at(server.port(), "ws"));
  EXPECT_EQ(result.message, "");
  for (const auto& answer : result.versions) EXPECT_TRUE(answer.usable) << answer.message;
  EXPECT_EQ(result.capabilities.at("transports"), scenario::Value(scenario::Array{"ws"}));
  EXPECT_THAT(result.notes, testing::IsEmpty());
}

TEST(Preflight, AWebSocketWithoutItsSubprotocolIsUsedAndToldOf) {
  const ThreadedTestServer server(
      websocket_broker([](const std::string& request) { return wire::good_answer(request, ""); }));
  const Preflight result = preflight(at(server.port(), "ws"));
  EXPECT_EQ(result.message, "");
  EXPECT_THAT(result.notes, testing::ElementsAre(HasSubstr("names no subprotocol")));
}

TEST(Preflight, ARefusedHandshakeIsOneMessage) {
  const ThreadedTestServer server(websocket_broker(
      [](const std::string&) { return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"; }));
  EXPECT_EQ(preflight(at(server.port(), "ws")).message,
            "the broker refuses the WebSocket handshake with HTTP 404 Not Found; is the path "
            "right? Many brokers use /mqtt, some / or /ws");
}

TEST(Preflight, AnMqttPortIsNoWebSocket) {
  const ThreadedTestServer server([](Peer& peer, const std::string& bytes) {
    if (!bytes.empty()) peer.fin();
  });
  EXPECT_THAT(preflight(at(server.port(), "ws")).message,
              HasSubstr("instead of answering the WebSocket handshake"));
}

TEST(Preflight, WhatSpeaksNoTlsIsTold) {
  const ThreadedTestServer closing([](Peer& peer, const std::string& bytes) {
    if (!bytes.empty()) peer.fin();
  });
  EXPECT_THAT(preflight(at(closing.port(), "tls")).message,
              HasSubstr("ends the connection during the TLS handshake"));
  const ThreadedTestServer talking([](Peer& peer, const std::string& bytes) {
    if (!bytes.empty()) peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  EXPECT_THAT(preflight(at(talking.port(), "tls")).message, HasSubstr("does not speak TLS"));
}

TEST(Preflight, ATransportThatDoesNotWorkIsLeftOutAndToldOf) {
  const ThreadedTestServer server(
      broker([](char version) { return version == 5 ? accepted_5 : accepted; }));
  const ThreadedTestServer dead([](Peer& peer, const std::string& bytes) {
    if (!bytes.empty()) peer.fin();
  });
  PreflightOptions options = at(server.port());
  options.routes.by_transport.merge(at(dead.port(), "ws").routes.by_transport);
  const Preflight result = preflight(options);
  EXPECT_TRUE(result.usable());
  EXPECT_EQ(result.capabilities.at("transports"), scenario::Value(scenario::Array{"tcp"}));
  EXPECT_THAT(result.notes, testing::ElementsAre(HasSubstr("no scenario is run over ws:")));
}

}  // namespace
}  // namespace mqttspec::executor
