#include "reference/server/listen_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::server {
namespace {

std::string round_trip(std::string_view text) {
  const auto result = parse_listen_url(text);
  const auto* url = std::get_if<ListenUrl>(&result);
  return url != nullptr ? to_string(*url) : std::get<std::string>(result);
}

TEST(ListenUrl, TakesBothFamiliesAndADefaultPort) {
  EXPECT_EQ(round_trip("mqtt://127.0.0.1:1884"), "mqtt://127.0.0.1:1884");
  EXPECT_EQ(round_trip("mqtt://[::1]:0"), "mqtt://[::1]:0");
  EXPECT_EQ(round_trip("mqtt://localhost"), "mqtt://localhost:1883");
  EXPECT_EQ(round_trip("mqtt://[::1]/"), "mqtt://[::1]:1883");
}

TEST(ListenUrl, SaysWhatIsWrong) {
  using ::testing::HasSubstr;
  EXPECT_THAT(round_trip("127.0.0.1:1883"), HasSubstr("has no scheme"));
  EXPECT_THAT(round_trip("http://127.0.0.1"), HasSubstr("scheme http is not served"));
  EXPECT_THAT(round_trip("mqtt://:1883"), HasSubstr("has no host"));
  EXPECT_THAT(round_trip("mqtt://[::1"), HasSubstr("bracket"));
  for (const auto* text : {"mqtt://h:", "mqtt://h:65536", "mqtt://h:1x", "mqtt://[::1]1883"}) {
    EXPECT_THAT(round_trip(text), HasSubstr("a port from 0 to 65535")) << text;
  }
}

}  // namespace
}  // namespace mqttspec::server
