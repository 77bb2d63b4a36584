#include "reference/server/listen_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string round_trip(std::string_view text) {
  const auto result = parse_listen_url(text);
  const auto* url = std::get_if<ListenUrl>(&result);
  return url != nullptr ? to_string(*url) : std::get<std::string>(result);
}

ListenUrl parsed(std::string_view text) {
  auto result = parse_listen_url(text);
  if (auto* url = std::get_if<ListenUrl>(&result)) return std::move(*url);
  ADD_FAILURE() << std::get<std::string>(result);
  return {};
}

TEST(ListenUrl, TakesBothFamiliesAndADefaultPort) {
  EXPECT_EQ(round_trip("mqtt://127.0.0.1:1884"), "mqtt://127.0.0.1:1884");
  EXPECT_EQ(round_trip("mqtt://[::1]:0"), "mqtt://[::1]:0");
  EXPECT_EQ(round_trip("mqtt://localhost"), "mqtt://localhost:1883");
  EXPECT_EQ(round_trip("mqtt://[::1]/"), "mqtt://[::1]:1883");
  EXPECT_EQ(round_trip("mqtts://127.0.0.1?cert=a"), "mqtts://127.0.0.1:8883");
  EXPECT_EQ(round_trip("ws://[::1]/a"), "ws://[::1]:80/a");
  EXPECT_EQ(round_trip("wss://localhost/?cert=a"), "wss://localhost:443");
  EXPECT_EQ(round_trip("unix:///run/a.sock"), "unix:///run/a.sock");
}

TEST(ListenUrl, TakesTheFilesOfTls) {
  const auto url = parsed("mqtts://[::1]:0?cert=a%20b.pem&key=k&ca=c&verify=optional");
  EXPECT_EQ(url.certificate, "a b.pem");
  EXPECT_EQ(url.key, "k");
  EXPECT_EQ(url.authorities, "c");
  EXPECT_EQ(url.client_certificate, ClientCertificate::optional);
}

TEST(ListenUrl, ExpectsTheKeyBesideTheCertificateByDefault) {
  EXPECT_EQ(parsed("wss://localhost?cert=a.pem").key, "a.pem");
}

TEST(ListenUrl, VerifiesClientsWhereAuthoritiesAreNamed) {
  EXPECT_EQ(parsed("mqtts://h?cert=a").client_certificate, ClientCertificate::none);
  EXPECT_EQ(parsed("mqtts://h?cert=a&ca=c").client_certificate, ClientCertificate::required);
  EXPECT_EQ(parsed("mqtts://h?verify=none&cert=a&ca=c").client_certificate,
            ClientCertificate::none);
}

TEST(ListenUrl, TakesSeveralPathsAndTheSubprotocolsRule) {
  const auto url = parsed("ws://h/a?path=/b&subprotocol=optional");
  EXPECT_THAT(url.paths, ElementsAre("/a", "/b"));
  EXPECT_FALSE(url.subprotocol_required);
  EXPECT_TRUE(parsed("ws://h").subprotocol_required);
}

TEST(ListenUrl, TakesTheModeOfASocketFile) {
  EXPECT_EQ(parsed("unix:///a?mode=0660").mode, 0660U);
  EXPECT_EQ(parsed("unix:///a").mode, 0600U);
}

TEST(ListenUrl, SaysWhatIsWrong) {
  EXPECT_THAT(round_trip("127.0.0.1:1883"), HasSubstr("has no scheme"));
  EXPECT_THAT(round_trip("http://127.0.0.1"), HasSubstr("scheme http is not served"));
  EXPECT_THAT(round_trip("mqtt://:1883"), HasSubstr("has no host"));
  EXPECT_THAT(round_trip("mqtt://[::1"), HasSubstr("bracket"));
  for (const auto* text : {"mqtt://h:", "mqtt://h:65536", "mqtt://h:1x", "mqtt://[::1]1883"}) {
    EXPECT_THAT(round_trip(text), HasSubstr("a port from 0 to 65535")) << text;
  }
  EXPECT_THAT(round_trip("mqtt://h/mqtt"), HasSubstr("only ws and wss have a path"));
  EXPECT_THAT(round_trip("mqtts://h"), HasSubstr("?cert=FILE"));
  EXPECT_THAT(round_trip("mqtts://h?cert="), HasSubstr("cert=: a file is wanted"));
  EXPECT_THAT(round_trip("mqtts://h?cert"), HasSubstr("cert= wants a value"));
  EXPECT_THAT(round_trip("mqtts://h?cert=a&verify=required"), HasSubstr("ca=FILE"));
  EXPECT_THAT(round_trip("mqtts://h?verify=maybe"), HasSubstr("none, optional or required"));
  EXPECT_THAT(round_trip("mqtts://h?cert=%zz"), HasSubstr("two hexadecimal digits"));
  EXPECT_THAT(round_trip("mqtts://h?cert=%4"), HasSubstr("two hexadecimal digits"));
  EXPECT_THAT(round_trip("ws://h?cert=a"),
              HasSubstr("ws has no option cert; its options: path, subprotocol"));
  EXPECT_THAT(round_trip("mqtt://h?x=y"), HasSubstr("its options: none"));
  EXPECT_THAT(round_trip("ws://h?path=a"), HasSubstr("a path begins with /"));
  EXPECT_THAT(round_trip("unix://"), HasSubstr("unix:///PATH"));
  EXPECT_THAT(round_trip("unix:///a?mode=999"), HasSubstr("as 0660"));
}

}  // namespace
}  // namespace mqttspec::server
