// TLS of a client against OpenSSL's server side, both in memory: no socket, no clock.
#include "conformance/executor/live/tls_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <filesystem>

#include "reference/server/certificates.hpp"

namespace mqttspec::executor {
namespace {

using codec::Bytes;
using testing::HasSubstr;
using State = TlsSession::State;

// Certificates that last as long as the tests of this program.
class Folder {
 public:
  explicit Folder(const server::CertificateWishes& wishes = {}) {
    std::string name = (std::filesystem::temp_directory_path() / "mqttspec-tls-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    server::make_certificates(path_, wishes);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

const Folder& certificates() {
  static const Folder folder;
  return folder;
}

// The broker's side.
class Server {
 public:
  explicit Server(const Folder& folder = certificates())
      : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate_chain_file(context_, (folder / "server.crt").c_str());
    SSL_CTX_use_PrivateKey_file(context_, (folder / "server.key").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_load_verify_locations(context_, (folder / "ca.crt").c_str(), nullptr);
  }
  ~Server() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  SSL_CTX* context() { return context_; }
  SSL* ssl() { return ssl_; }
  // Lets both talk until neither has anything more to say.
  void talk(TlsSession& client) {
    if (ssl_ == nullptr) begin();
    for (int round = 0; round < 10; ++round) {
      const Bytes from_client = client.take_output();
      BIO_write(in_, from_client.data(), static_cast<int>(from_client.size()));
      char buffer[1024];
      for (int size = 0; (size = SSL_read(ssl_, buffer, sizeof buffer)) > 0;) {
        heard.append(buffer, static_cast<std::size_t>(size));
      }
      Bytes from_server(BIO_ctrl_pending(out_), '\0');
      if (from_server.empty()) return;
      BIO_read(out_, from_server.data(), static_cast<int>(from_server.size()));
      client_heard += client.receive(from_server);
    }
  }
  std::string heard;
  std::string client_heard;

 private:
  void begin() {
    ssl_ = SSL_new(context_);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_accept_state(ssl_);
  }
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

std::unique_ptr<TlsSession> session(const TlsSettings& settings,
                                    const std::string& host = "localhost") {
  const auto context = TlsContext::make(settings);
  EXPECT_TRUE(context.ok()) << (context.ok() ? "" : context.error());
  auto client = std::make_unique<TlsSession>(*context, host, "mqtt");
  client->start();
  return client;
}
TlsSettings trusting() {
  TlsSettings settings;
  settings.ca = certificates() / "ca.crt";
  return settings;
}

TEST(TlsSession, CarriesBytesBothWaysOver12And13) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Server server;
    SSL_CTX_set_max_proto_version(server.context(), version);
    const auto client = session(trusting());
    server.talk(*client);
    ASSERT_EQ(client->state(), State::open) << client->trouble();
    client->send("question");
    server.talk(*client);
    EXPECT_EQ(server.heard, "question");
    SSL_write(server.ssl(), "answer", 6);
    server.talk(*client);
    EXPECT_EQ(server.client_heard, "answer");
  }
}

TEST(TlsSession, TellsTheServerItsNameAndProtocol) {
  Server server;
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      server.context(),
      [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* list,
         unsigned length, void* into) {
        static_cast<std::string*>(into)->assign(reinterpret_cast<const char*>(list), length);
        *chosen = list + 1;
        *size = list[0];
        return SSL_TLSEXT_ERR_OK;
      },
      &offered);
  const auto client = session(trusting());
  server.talk(*client);
  EXPECT_EQ(client->state(), State::open) << client->trouble();
  EXPECT_EQ(offered, "\x04mqtt");
  EXPECT_STREQ(SSL_get_servername(server.ssl(), TLSEXT_NAMETYPE_host_name), "localhost");
}

TEST(TlsSession, AnAddressIsLookedForAmongTheAddressesOfTheCertificate) {
  Server server;
  const auto client = session(trusting(), "127.0.0.1");
  server.talk(*client);
  EXPECT_EQ(client->state(), State::open) << client->trouble();
  EXPECT_EQ(SSL_get_servername(server.ssl(), TLSEXT_NAMETYPE_host_name), nullptr);
}

TEST(TlsSession, AnUnknownCaIsToldWithWhatToDo) {
  Server server;
  const auto client = session({});
  server.talk(*client);
  EXPECT_EQ(client->state(), State::failed);
  EXPECT_THAT(client->trouble(), HasSubstr("the broker's certificate is not trusted: "));
  EXPECT_THAT(client->trouble(), HasSubstr("--ca FILE"));
}

TEST(TlsSession, AnotherNameIsTold) {
  for (const char* host : {"broker.example", "192.0.2.1"}) {
    Server server;
    const auto client = session(trusting(), host);
    server.talk(*client);
    EXPECT_THAT(client->trouble(), HasSubstr("certificate is not for \"" + std::string(host)));
  }
}

TEST(TlsSession, AnExpiredCertificateIsTold) {
  server::CertificateWishes wishes;
  wishes.days = -1;
  const Folder expired(wishes);
  Server server(expired);
  TlsSettings settings;
  settings.ca = expired / "ca.crt";
  const auto client = session(settings);
  server.talk(*client);
  EXPECT_THAT(client->trouble(), HasSubstr("certificate has expired"));
}

TEST(TlsSession, InsecureTakesAnyCertificate) {
  Server server;
  TlsSettings settings;
  settings.insecure = true;
  const auto client = session(settings, "broker.example");
  server.talk(*client);
  EXPECT_EQ(client->state(), State::open) << client->trouble();
}

TEST(TlsSession, AClientCertificateIsShownWhereItIsAskedFor) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const bool shown : {true, false}) {
      Server server;
      SSL_CTX_set_max_proto_version(server.context(), version);
      SSL_CTX_set_verify(server.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
      TlsSettings settings = trusting();
      if (shown) settings.certificate = certificates() / "client.crt";
      if (shown) settings.key = certificates() / "client.key";
      const auto client = session(settings);
      server.talk(*client);
      EXPECT_EQ(client->state(), shown ? State::open : State::failed) << client->trouble();
      if (!shown) {
        EXPECT_THAT(client->trouble(), HasSubstr("--cert FILE"));
      }
    }
  }
}

TEST(TlsSession, NoVersionInCommonIsTold) {
  Server server;
  SSL_CTX_set_security_level(server.context(), 0);
  SSL_CTX_set_min_proto_version(server.context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(server.context(), TLS1_1_VERSION);
  const auto client = session(trusting());
  server.talk(*client);
  EXPECT_THAT(client->trouble(), HasSubstr("no version of TLS in common"));
}

TEST(TlsSession, WhatIsNoTlsIsTold) {
  for (const char* answer : {"HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example ESMTP\r\n"}) {
    const auto client = session(trusting());
    (void)client->receive(answer);
    EXPECT_THAT(client->trouble(), HasSubstr("does not speak TLS")) << answer;
  }
}

TEST(TlsSession, AGoodbyeEndsTheConnection) {
  Server server;
  const auto client = session(trusting());
  server.talk(*client);
  SSL_shutdown(server.ssl());
  server.talk(*client);
  EXPECT_EQ(client->state(), State::closed);
  client->say_goodbye();
}

TEST(TlsContext, AFileThatCannotBeUsedIsNamed) {
  const auto error_of = [](const TlsSettings& settings) {
    const auto context = TlsContext::make(settings);
    return context ? std::string("fine") : context.error();
  };
  TlsSettings settings;
  settings.ca = "/no/such/ca.crt";
  EXPECT_THAT(error_of(settings),
              HasSubstr("the CA file \"/no/such/ca.crt\" cannot be used: No such file"));
  settings = trusting();
  settings.certificate = "/no/such/client.crt";
  EXPECT_THAT(error_of(settings), HasSubstr("the certificate \"/no/such/client.crt\""));
  settings.certificate = certificates() / "client.crt";
  settings.key = certificates() / "server.key";
  EXPECT_THAT(error_of(settings), HasSubstr("server.key"));
  settings.certificate = "";
  EXPECT_THAT(error_of(settings), HasSubstr("without its certificate"));
}

}  // namespace
}  // namespace mqttspec::executor
