#include "reference/server/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reference/server/testing.hpp"
#include "reference/server/tls_context.hpp"

namespace mqttspec::server {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class Certificates : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return folder.path(name); }
  [[nodiscard]] ListenUrl url(const std::string& certificate, const std::string& key) const {
    ListenUrl made;
    made.scheme = "mqtts";
    made.certificate = path(certificate);
    made.key = path(key);
    return made;
  }

  server::testing::TemporaryFolder folder;
};

TEST_F(Certificates, AreUsableForTlsInBothRoles) {
  EXPECT_EQ(make_certificates(path("")).size(), 6U);
  auto listen = url("server.crt", "server.key");
  listen.authorities = path("ca.crt");
  listen.client_certificate = ClientCertificate::required;
  EXPECT_NO_THROW(TlsContext{listen});
  EXPECT_NO_THROW(TlsContext{url("client.crt", "client.key")});
}

TEST_F(Certificates, KeysAreForTheirOwnerOnly) {
  make_certificates(path("deep/down"));
  struct stat found {};
  ASSERT_EQ(stat(path("deep/down/ca.key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(Certificates, NothingIsOverwritten) {
  std::ofstream(path("ca.crt")) << "mine";
  EXPECT_THAT([&] { make_certificates(path("")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("ca.crt: File exists")));
  std::ostringstream content;
  content << std::ifstream(path("ca.crt")).rdbuf();
  EXPECT_EQ(content.str(), "mine");
}

TEST_F(Certificates, AContextNamesTheFileThatIsWrong) {
  make_certificates(path(""));
  std::ofstream(path("empty.pem"));
  const auto message = [&](const std::string& certificate, const std::string& key) {
    try {
      const TlsContext context(url(certificate, key));
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("nothing wrong");
  };
  EXPECT_EQ(message("none.crt", "server.key"),
            "cannot use certificate " + path("none.crt") + ": No such file or directory");
  EXPECT_THAT(message("empty.pem", "server.key"), HasSubstr("empty.pem: no start line"));
  EXPECT_THAT(message("server.crt", "client.key"), HasSubstr("client.key: key values mismatch"));
}

}  // namespace
}  // namespace mqttspec::server
