#include "conformance/cli/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::cli {
namespace {

using ::testing::HasSubstr;

TargetArgument good(const std::string& text) {
  const auto target = parse_target(text);
  EXPECT_TRUE(target.ok()) << (target.ok() ? "" : target.error());
  return target.ok() ? *target : TargetArgument{};
}

std::string error_of(const std::string& text) {
  const auto target = parse_target(text);
  return target.ok() ? "no error" : target.error();
}

TEST(Target, BuiltinIsTheDefault) {
  EXPECT_TRUE(good("").builtin);
  EXPECT_TRUE(good("builtin:").builtin);
}

TEST(Target, PortDefaultsTo1883) {
  EXPECT_EQ(good("mqtt://broker.example").port, 1883);
  EXPECT_EQ(good("mqtt://broker.example:1884/").port, 1884);
  EXPECT_EQ(good("MQTT://broker.example").host, "broker.example");
}

TEST(Target, Ipv6StandsInBrackets) {
  EXPECT_EQ(good("mqtt://[::1]:1999").host, "::1");
  EXPECT_EQ(good("mqtt://[::1]:1999").port, 1999);
  EXPECT_EQ(good("mqtt://[::1]").port, 1883);
  EXPECT_THAT(error_of("mqtt://::1:1883"), HasSubstr("brackets"));
  EXPECT_THAT(error_of("mqtt://[::1"), HasSubstr("not closed"));
}

TEST(Target, CredentialsAreDecoded) {
  const auto target = good("mqtt://us%40er:p%3Aw%40rd@host");
  EXPECT_EQ(target.user_name, "us@er");
  EXPECT_EQ(target.password, "p:w@rd");
  EXPECT_EQ(target.host, "host");
  EXPECT_EQ(good("mqtt://user@host").password, std::nullopt);
  EXPECT_THAT(error_of("mqtt://a:%4@host"), HasSubstr("two hex digits"));
}

TEST(Target, TheSchemeDecidesTransportAndPort) {
  EXPECT_EQ(good("mqtt://host").transport, "tcp");
  EXPECT_EQ(good("mqtts://host").transport, "tls");
  EXPECT_EQ(good("mqtts://host").port, 8883);
  EXPECT_EQ(good("ws://host").transport, "ws");
  EXPECT_EQ(good("ws://host").port, 80);
  EXPECT_EQ(good("WSS://host").transport, "wss");
  EXPECT_EQ(good("wss://host").port, 443);
  EXPECT_EQ(good("wss://host:8443").port, 8443);
}

TEST(Target, AWebSocketHasAPath) {
  EXPECT_EQ(good("ws://host").path, "/mqtt");
  EXPECT_EQ(good("ws://host/").path, "/");
  EXPECT_EQ(good("ws://user:p@host:8080/a/b?c=d").path, "/a/b?c=d");
  EXPECT_EQ(good("ws://user:p@host:8080/a@b").host, "host");
  EXPECT_EQ(good("wss://[::1]:8443/ws").path, "/ws");
  EXPECT_THAT(error_of("ws://host/a b"), HasSubstr("the path has a blank"));
  EXPECT_THAT(error_of("ws://host/#a"), HasSubstr("the path has a #"));
}

TEST(Target, OtherNamesOfASchemeAreTranslated) {
  EXPECT_THAT(error_of("ssl://host"), HasSubstr("write mqtts:// for ssl://"));
  EXPECT_THAT(error_of("tcp://host"), HasSubstr("write mqtt:// for tcp://"));
  EXPECT_THAT(error_of("https://host"), HasSubstr("write wss:// for https://"));
  EXPECT_THAT(error_of("ftp://host"), HasSubstr("no scheme ftp://"));
}

TEST(Target, AMistakeIsNamedWithWhatIsRight) {
  EXPECT_THAT(error_of("localhost:1883"), HasSubstr("mqtt:// is missing in front"));
  EXPECT_THAT(error_of("mqtt://"), HasSubstr("the host is missing"));
  EXPECT_THAT(error_of("mqtt://host:"), HasSubstr("the port is missing"));
  EXPECT_THAT(error_of("mqtt://host:70000"), HasSubstr("above 65535"));
  EXPECT_THAT(error_of("mqtt://host:0"), HasSubstr("the port is 0"));
  EXPECT_THAT(error_of("mqtt://host:12a"), HasSubstr("12a"));
  EXPECT_THAT(error_of("mqtt://ho st"), HasSubstr("no host"));
  EXPECT_THAT(error_of("mqtt://host/path"), HasSubstr("nothing may follow"));
}

TEST(Target, ErrorsAndReportsDoNotShowThePassword) {
  EXPECT_THAT(error_of("mqtt://user:secret@host:0"), ::testing::Not(HasSubstr("secret")));
  EXPECT_EQ(without_password("mqtt://user:se@cret@host:1"), "mqtt://user:***@host:1");
  EXPECT_EQ(without_password("mqtt://host:1"), "mqtt://host:1");
}

}  // namespace
}  // namespace mqttspec::cli
