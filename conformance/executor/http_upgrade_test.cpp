// The HTTP part of a WebSocket handshake.
#include "conformance/executor/http_upgrade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::executor {
namespace {

using ::testing::HasSubstr;

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";

std::string answer(const std::string& status, const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\n" + headers;
}
const std::string good_headers =
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

std::string why_not(const std::string& head) {
  const auto result = read_answer(head, key);
  return result ? "fine" : result.error();
}

TEST(HttpUpgrade, AcceptsAKeyAsTheRfcsExampleDoes) {
  EXPECT_EQ(accept_of(key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(base64("the sample nonce"), key);
}

TEST(HttpUpgrade, TheRequestSaysWhatIsWanted) {
  EXPECT_EQ(to_text({"broker:8080", "/mqtt?a=1", key, {"chat", "mqtt"}}),
            "GET /mqtt?a=1 HTTP/1.1\r\nHost: broker:8080\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: " +
                key +
                "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, mqtt\r\n\r\n");
  EXPECT_THAT(to_text({"h", "/", key, {}}), ::testing::Not(HasSubstr("Protocol")));
}

TEST(HttpUpgrade, ASwitchIsTakenWithItsSubprotocol) {
  const auto plain = read_answer(answer("101 Switching Protocols", good_headers), key);
  ASSERT_TRUE(plain.ok()) << plain.error();
  EXPECT_EQ(plain->subprotocol, std::nullopt);
  const auto named = read_answer(answer("101 x",
                                        "connection: keep-alive, upgrade\r\nUPGRADE: WebSocket\r\n"
                                        "sec-websocket-accept:s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n"
                                        "Sec-WebSocket-Protocol: mqtt\r\n"),
                                 key);
  ASSERT_TRUE(named.ok()) << named.error();
  EXPECT_EQ(named->subprotocol, "mqtt");
}

TEST(HttpUpgrade, WhatIsNoSwitchIsToldWithItsStatus) {
  EXPECT_THAT(why_not(answer("404 Not Found", "")), HasSubstr("HTTP 404 Not Found; is the path"));
  EXPECT_THAT(why_not(answer("400 Bad Request", "")), HasSubstr("HTTP 400 Bad Request; is this"));
  EXPECT_THAT(why_not(answer("200 \x1b[1m", "")), HasSubstr("HTTP 200 ?[1m"));
  EXPECT_THAT(why_not("\x20\x02\x01 no HTTP at all"), HasSubstr("does not speak HTTP"));
}

TEST(HttpUpgrade, ASwitchThatDoesNotFitIsRefused) {
  EXPECT_THAT(why_not(answer("101 x", "Connection: upgrade\r\n")), HasSubstr("does not switch"));
  EXPECT_THAT(why_not(answer("101 x", "Upgrade: h2c\r\nConnection: upgrade\r\n")),
              HasSubstr("does not switch"));
  EXPECT_THAT(why_not(answer("101 x",
                             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: other\r\n")),
              HasSubstr("Sec-WebSocket-Accept"));
  EXPECT_THAT(
      why_not(answer("101 x", good_headers + "Sec-WebSocket-Extensions: permessage-deflate\r\n")),
      HasSubstr("an extension"));
}

}  // namespace
}  // namespace mqttspec::executor
