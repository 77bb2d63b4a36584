#include "reference/server/certificates_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reference/server/listen_url.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code;
  std::string out;
  std::string errors;
};
Outcome certificates(const std::vector<std::string>& arguments) {
  std::ostringstream out, errors;
  const int code = run_certificates(arguments, out, errors);
  return {code, out.str(), errors.str()};
}

TEST(CertificatesCommand, SaysWhatItMadeAndHowToServeWithIt) {
  testing::TemporaryFolder folder;
  const auto made = certificates({folder.path("c"), "--host", "broker.example", "--days", "1"});
  EXPECT_EQ(made.code, 0) << made.errors;
  EXPECT_THAT(made.out, HasSubstr(folder.path("c/client.key") + "\n"));
  // The command that it shows is one that works.
  const auto begin = made.out.find("mqtts://");
  const auto url = parse_listen_url(made.out.substr(begin, made.out.find('\'', begin) - begin));
  ASSERT_TRUE(std::holds_alternative<ListenUrl>(url));
  EXPECT_EQ(std::get<ListenUrl>(url).key, folder.path("c/server.key"));
}

TEST(CertificatesCommand, ExplainsItsErrors) {
  testing::TemporaryFolder folder;
  ASSERT_EQ(certificates({folder.path("c")}).code, 0);
  const auto again = certificates({folder.path("c")});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.errors, HasSubstr(folder.path("c/ca.crt") + ": File exists"));
  EXPECT_EQ(certificates({}).code, 2);
  EXPECT_THAT(certificates({}).errors, HasSubstr("DIR is required"));
  EXPECT_EQ(certificates({folder.path("d"), "--days", "0"}).code, 2);
  EXPECT_EQ(certificates({"--help"}).code, 0);
}

}  // namespace
}  // namespace mqttspec::server
