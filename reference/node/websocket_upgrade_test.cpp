// The HTTP request in front of a WebSocket.
#include "reference/node/websocket_upgrade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/node/websocket_testing.hpp"

namespace mqttspec::node::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string answer(const std::string& request, const WebSocketRules& rules = {}) {
  return answer_upgrade(request, rules).response;
}

std::string without(std::string request, const std::string& header) {
  const auto begin = request.find("\r\n" + header);
  EXPECT_NE(begin, std::string::npos);
  request.erase(begin, request.find("\r\n", begin + 2) - begin);
  return request;
}

std::string replaced(std::string request, const std::string& what, const std::string& by) {
  const auto begin = request.find(what);
  EXPECT_NE(begin, std::string::npos);
  return request.replace(begin, what.size(), by);
}

TEST(Upgrade, IsAnsweredWithTheKeysHashAndTheSubprotocol) {
  const auto result = answer_upgrade(upgrade_request(), {});
  EXPECT_TRUE(result.accepted);
  EXPECT_EQ(result.response,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: mqtt\r\n"
            "\r\n");
}

TEST(Upgrade, IsFoundWhateverTheCaseOfItsHeaders) {
  const auto request = replaced(upgrade_request(), "Upgrade: websocket", "uPGRADE: WebSocket");
  EXPECT_THAT(answer(request), StartsWith("HTTP/1.1 101"));
}

TEST(Upgrade, ChoosesMqttOutOfSeveralSubprotocols) {
  const auto chosen = [](const std::string& headers) {
    return answer_upgrade(upgrade_request("/mqtt", headers), {}).subprotocol;
  };
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: foo, mqttv3.1, mqtt, bar\r\n"), "mqtt");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: foo\r\nSec-WebSocket-Protocol: mqtt\r\n"), "mqtt");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: mqttv3.1\r\n"), "mqttv3.1");
}

TEST(Upgrade, WithoutASubprotocolIsRefusedUnlessTheRulesAllowIt) {
  EXPECT_THAT(answer(upgrade_request("/mqtt", "")), StartsWith("HTTP/1.1 400"));
  WebSocketRules rules;
  rules.subprotocol_required = false;
  const auto result = answer_upgrade(upgrade_request("/mqtt", ""), rules);
  EXPECT_TRUE(result.accepted);
  EXPECT_THAT(result.response, Not(HasSubstr("Sec-WebSocket-Protocol")));
  // One that offers others only wants something that is not spoken here.
  const auto others = upgrade_request("/mqtt", "Sec-WebSocket-Protocol: MQTT, chat\r\n");
  EXPECT_THAT(answer(others, rules), StartsWith("HTTP/1.1 400"));
}

TEST(Upgrade, IsServedAtTheConfiguredPathsOnly) {
  EXPECT_THAT(answer(upgrade_request("/")), StartsWith("HTTP/1.1 101"));
  EXPECT_THAT(answer(upgrade_request("/mqtt?token=1")), StartsWith("HTTP/1.1 101"));
  EXPECT_THAT(answer(upgrade_request("/mqtt/")), StartsWith("HTTP/1.1 404"));
  WebSocketRules rules;
  rules.paths = {"/ws"};
  EXPECT_THAT(answer(upgrade_request("/ws"), rules), StartsWith("HTTP/1.1 101"));
  EXPECT_THAT(answer(upgrade_request("/mqtt"), rules), StartsWith("HTTP/1.1 404"));
}

TEST(Upgrade, SaysWhatIsWrongByStatusHeaderAndSentence) {
  const auto good = upgrade_request();
  const struct {
    std::string request;
    std::string status;
    std::string told;
  } cases[] = {
      {replaced(good, "GET", "POST"), "405 Method Not Allowed", "Allow: GET"},
      {replaced(good, "HTTP/1.1", "HTTP/1.0"), "400 Bad Request", "HTTP/1.1 is wanted"},
      {without(good, "Upgrade:"), "426 Upgrade Required", "\r\nUpgrade: websocket\r\n"},
      {without(good, "Connection:"), "400 Bad Request", "Connection: Upgrade"},
      {without(good, "Host:"), "400 Bad Request", "Host"},
      {without(good, "Sec-WebSocket-Version:"), "426 Upgrade Required",
       "Sec-WebSocket-Version: 13\r\n"},
      {replaced(good, "Version: 13", "Version: 8"), "426 Upgrade Required",
       "Sec-WebSocket-Version: 13\r\n"},
      {without(good, "Sec-WebSocket-Key:"), "400 Bad Request", "16 bytes in base64"},
      {replaced(good, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j"), "400 Bad Request",
       "16 bytes in base64"},
      {replaced(good, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSB?b25jZQ=="), "400 Bad Request",
       "16 bytes in base64"},
      {upgrade_request("/mqtt", "Content-Length: 3\r\n"), "400 Bad Request", "body"},
      {replaced(good, "Host: localhost", "no header"), "400 Bad Request", "no HTTP request"},
  };
  for (const auto& [request, status, told] : cases) {
    const auto result = answer_upgrade(request, {});
    EXPECT_FALSE(result.accepted) << request;
    EXPECT_THAT(result.response, StartsWith("HTTP/1.1 " + status + "\r\n")) << request;
    EXPECT_THAT(result.response, HasSubstr(told)) << request;
    EXPECT_THAT(result.response, HasSubstr("\r\nConnection: close\r\n")) << request;
  }
}

TEST(Upgrade, ARefusalAnnouncesItsBodysLength) {
  EXPECT_EQ(refuse_upgrade(408, "too late").response,
            "HTTP/1.1 408 Request Timeout\r\n"
            "Connection: close\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 9\r\n"
            "\r\n"
            "too late\n");
}

}  // namespace
}  // namespace mqttspec::node::testing
