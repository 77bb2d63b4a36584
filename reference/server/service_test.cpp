// mqttspec-broker as a service: passwords, access list, signals, log.
#include "reference/server/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reference/codec/codec.hpp"
#include "reference/server/passwd_command.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using codec::ReasonCode;
using codec::Version;
using ::testing::HasSubstr;
using ::testing::Not;

class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "mqttspec_service_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    passwords = folder + "/passwords";
    list = folder + "/acl";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void set_password(const std::string& user, const std::string& password) const {
    std::istringstream in(password);
    std::ostringstream out;
    ASSERT_EQ(run_passwd({passwords, user, "--iterations", "4096"}, in, out, out), 0) << out.str();
  }
  void write_list(const std::string& text) const { std::ofstream(list) << text; }

  // The answer to a CONNECT with these credentials.
  static std::optional<ReasonCode> log_in(RawClient& client, const std::string& user,
                                          const std::string& password) {
    codec::Connect connect;
    connect.client_identifier = user;
    connect.protocol_version = 4;
    connect.user_name = user;
    connect.password = password;
    if (!client.send(codec::encode(connect, Version::v3_1_1))) return std::nullopt;
    const auto answer = client.receive(4);
    if (answer.size() != 4) return std::nullopt;
    return static_cast<ReasonCode>(answer[3]);
  }
  // The code of SUBACK.
  static int subscribe(RawClient& client, const std::string& filter) {
    codec::Subscribe packet;
    packet.packet_identifier = 1;
    packet.subscriptions.emplace_back().topic_filter = filter;
    if (!client.send(codec::encode(packet, Version::v3_1_1))) return -1;
    const auto answer = client.receive(5);
    return answer.size() == 5 ? static_cast<unsigned char>(answer[4]) : -1;
  }

  std::string folder;
  std::string passwords;
  std::string list;
};

TEST_F(ServiceTest, ThePasswdCommandMakesAFileThatTheBrokerTakes) {
  Child passwd({"sh", "-c",
                "printf 'secret\\n' | '" + broker_program() + "' passwd '" + passwords + "' anna"});
  ASSERT_EQ(passwd.wait_for_end(), 0) << passwd.output();
  BrokerProcess broker({"--passwords", passwords});
  EXPECT_TRUE(broker.child().wait_for("only users with their password may connect"));
  RawClient anna("127.0.0.1", broker.port());
  EXPECT_EQ(log_in(anna, "anna", "secret"), ReasonCode::success);
  RawClient thief("127.0.0.1", broker.port());
  EXPECT_EQ(log_in(thief, "anna", "guess"), static_cast<ReasonCode>(4));
  RawClient stranger("127.0.0.1", broker.port());
  EXPECT_EQ(log_in(stranger, "berta", "secret"), static_cast<ReasonCode>(4));
}

TEST_F(ServiceTest, SaysThatEveryoneMayConnect) {
  BrokerProcess broker;
  EXPECT_TRUE(broker.child().wait_for("everyone may connect"));
}

TEST_F(ServiceTest, ReadsItsFilesAgainOnSighup) {
  set_password("anna", "old");
  set_password("berta", "b");
  write_list("all both open/#\n");
  BrokerProcess broker({"--passwords", passwords, "--acl", list});
  RawClient anna("127.0.0.1", broker.port());
  RawClient berta("127.0.0.1", broker.port());
  ASSERT_EQ(log_in(anna, "anna", "old"), ReasonCode::success);
  ASSERT_EQ(log_in(berta, "berta", "b"), ReasonCode::success);
  EXPECT_EQ(subscribe(berta, "more/#"), 0x80);
  set_password("anna", "new");
  write_list("all both open/#\nuser berta both more/#\n");
  broker.child().send_signal(SIGHUP);
  ASSERT_TRUE(broker.child().wait_for("reloaded"));
  EXPECT_EQ(anna.receive_all(), "");
  EXPECT_EQ(subscribe(berta, "more/#"), 0);
  RawClient again("127.0.0.1", broker.port());
  EXPECT_EQ(log_in(again, "anna", "new"), ReasonCode::success);
}

TEST_F(ServiceTest, KeepsWhatItHadIfTheNewFilesAreWrong) {
  set_password("anna", "secret");
  write_list("all both open/#\n");
  BrokerProcess broker({"--passwords", passwords, "--acl", list});
  RawClient anna("127.0.0.1", broker.port());
  ASSERT_EQ(log_in(anna, "anna", "secret"), ReasonCode::success);
  set_password("berta", "b");
  write_list("all both #\nall wrong open/#\n");
  broker.child().send_signal(SIGHUP);
  ASSERT_TRUE(broker.child().wait_for("kept"));
  EXPECT_THAT(broker.child().output(), HasSubstr(list + ":2: "));
  EXPECT_EQ(subscribe(anna, "closed"), 0x80);
  RawClient berta("127.0.0.1", broker.port());
  EXPECT_EQ(log_in(berta, "berta", "b"), static_cast<ReasonCode>(4));
}

TEST_F(ServiceTest, FilesThatAreWrongFromTheStartAreErrorsWithTheirLines) {
  write_list("all both a/#/b\n");
  Child broker({broker_program(), "--acl", list, "--passwords", folder + "/none"});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_THAT(broker.output(), HasSubstr(list + ":1: \"a/#/b\" is no Topic Filter"));
  EXPECT_THAT(broker.output(), HasSubstr("/none: cannot be opened"));
}

TEST_F(ServiceTest, LogsInJsonWithoutPasswords) {
  set_password("anna", "hidden");
  BrokerProcess broker({"--passwords", passwords, "--log-format", "json", "--log-level", "debug"});
  RawClient anna("127.0.0.1", broker.port());
  ASSERT_EQ(log_in(anna, "anna", "hidden"), ReasonCode::success);
  ASSERT_TRUE(broker.child().wait_for("\"event\":\"connected\",\"client\":\"anna\""));
  broker.child().send_signal(SIGTERM);
  EXPECT_EQ(broker.child().wait_for_end(), 0);
  EXPECT_THAT(broker.child().output(), HasSubstr("\"event\":\"stopping\""));
  EXPECT_THAT(broker.child().output(), Not(HasSubstr("hidden")));
}

TEST_F(ServiceTest, MakesCertificatesAndReadsThemAgainOnSighup) {
  Child maker({broker_program(), "certificates", folder + "/tls"});
  ASSERT_EQ(maker.wait_for_end(), 0) << maker.output();
  const auto certificate = folder + "/tls/server.crt";
  EXPECT_THAT(maker.output(), HasSubstr(certificate));
  Child broker({broker_program(), "--listen",
                "mqtts://127.0.0.1:0?cert=" + certificate + "&key=" + folder + "/tls/server.key"});
  ASSERT_TRUE(broker.wait_for("everyone may connect")) << broker.output();
  broker.send_signal(SIGHUP);
  ASSERT_TRUE(broker.wait_for("reloaded"));
  EXPECT_THAT(broker.output(), Not(HasSubstr("reload-failed")));
  std::ofstream(certificate) << "broken";
  broker.send_signal(SIGHUP);
  EXPECT_TRUE(broker.wait_for("reload-failed"));
}

TEST(WhoMayConnect, IsToldForEachKindOfConfiguration) {
  broker::Config config;
  EXPECT_THAT(who_may_connect(config), HasSubstr("everyone"));
  config.users = std::map<std::string, std::string>{{"anna", "x"}};
  EXPECT_THAT(who_may_connect(config), HasSubstr("only users"));
  config.allow_anonymous = true;
  EXPECT_THAT(who_may_connect(config), HasSubstr("anonymous"));
  config.require_certificate = true;
  EXPECT_THAT(who_may_connect(config), HasSubstr("certificate"));
}

TEST(Doubts, AreSaidWhereLinesOnUsersPermitNothing) {
  broker::Config config;
  config.access_list = std::make_shared<broker::AccessList>(
      std::get<broker::AccessList>(broker::parse_access_list("user anna both #")));
  EXPECT_EQ(doubts(config).size(), 1U);
  config.users = std::map<std::string, std::string>{{"anna", "x"}};
  EXPECT_TRUE(doubts(config).empty());
}

}  // namespace
}  // namespace mqttspec::server::testing
