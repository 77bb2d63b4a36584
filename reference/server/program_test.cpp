// mqttspec-broker as a program: start, errors, clients that misbehave, end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>

#include "reference/codec/codec.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using codec::ReasonCode;
using codec::Version;
using ::testing::HasSubstr;

std::string connect_bytes(const std::string& identifier, Version version) {
  codec::Connect connect;
  connect.client_identifier = identifier;
  connect.protocol_version = static_cast<std::uint8_t>(version);
  return codec::encode(connect, version);
}

// The reason code of the one DISCONNECT at the end of these bytes.
std::optional<ReasonCode> farewell(const std::string& bytes) {
  const auto decoded = codec::decode(bytes, Version::v5_0, codec::Sender::server);
  const auto* packet = std::get_if<codec::Packet>(&decoded);
  const auto* goodbye = packet == nullptr ? nullptr : std::get_if<codec::Disconnect>(packet);
  return goodbye == nullptr ? std::nullopt : std::optional(goodbye->reason_code);
}

// A client of the given version that has its CONNACK.
void connect(RawClient& client, const std::string& identifier, Version version = Version::v5_0) {
  ASSERT_TRUE(client.is_connected());
  ASSERT_TRUE(client.send(connect_bytes(identifier, version)));
  const std::size_t size = version == Version::v5_0 ? 8 : 4;  // with Topic Alias Maximum
  ASSERT_EQ(client.receive(size).size(), size);
}

TEST(Program, TellsClientsAndEndsOnSigterm) {
  BrokerProcess broker;
  RawClient newer("127.0.0.1", broker.port());
  RawClient older("127.0.0.1", broker.port());
  connect(newer, "newer");
  connect(older, "older", Version::v3_1_1);
  broker.child().send_signal(SIGTERM);
  EXPECT_EQ(farewell(newer.receive_all().value_or("")), ReasonCode::server_shutting_down);
  EXPECT_EQ(older.receive_all(), "");
  EXPECT_EQ(broker.child().wait_for_end(), 0);
}

TEST(Program, EndsOnSigintWithoutClients) {
  BrokerProcess broker;
  broker.child().send_signal(SIGINT);
  EXPECT_EQ(broker.child().wait_for_end(), 0);
}

TEST(Program, ListensOnIpv6Too) {
  Child broker({broker_program(), "--listen", "mqtt://[::1]:0"});
  const std::string prefix = "listening on mqtt://[::1]:";
  if (!broker.wait_for(prefix)) GTEST_SKIP() << "no IPv6 here: " << broker.output();
  ASSERT_TRUE(broker.wait_for("\n"));
  auto port = broker.output().substr(broker.output().find(prefix) + prefix.size());
  port.erase(port.find('\n'));
  RawClient client("::1", port);
  connect(client, "c");
}

TEST(Program, APortThatIsTakenIsAnErrorWithTheUrl) {
  BrokerProcess first;
  Child second({broker_program(), "--listen", "mqtt://127.0.0.1:" + first.port()});
  EXPECT_EQ(second.wait_for_end(), 2);
  EXPECT_THAT(second.output(), HasSubstr("cannot listen on mqtt://127.0.0.1:" + first.port()));
}

TEST(Program, AWrongConfigurationIsAnErrorWithFileAndLine) {
  const std::string file = ::testing::TempDir() + "mqttspec_broker_config.json";
  std::ofstream(file) << "{\n \"maximum_qoss\": 1 }\n";
  Child broker({broker_program(), "--config", file});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_THAT(broker.output(), HasSubstr(file + ":2: maximum_qoss: unknown key"));
  std::remove(file.c_str());
}

TEST(Program, AnUnknownMutantIsAnErrorThatNamesTheNearest) {
  Child broker({broker_program(), "--mutant", "ping-goes-unanswerd"});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_THAT(broker.output(), HasSubstr("did you mean ping-goes-unanswered?"));
}

TEST(Program, RunsTheMutantThatWasChosen) {
  BrokerProcess broker({"--mutant", "ping-goes-unanswered"});
  RawClient client("127.0.0.1", broker.port());
  connect(client, "c");
  ASSERT_TRUE(client.send(codec::encode(codec::Pingreq{}, Version::v5_0) +
                          codec::encode(codec::Disconnect{}, Version::v5_0)));
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Program, AnswersAHalfClosedClientAndCloses) {
  BrokerProcess broker;
  RawClient client("127.0.0.1", broker.port());
  connect(client, "c");
  ASSERT_TRUE(client.send(codec::encode(codec::Pingreq{}, Version::v5_0)));
  client.end_sending();
  EXPECT_EQ(client.receive_all(), std::string("\xD0\x00", 2));
}

TEST(Program, DeliversTheFarewellAlthoughMoreWasSentThanRead) {
  BrokerProcess broker;
  RawClient client("127.0.0.1", broker.port());
  connect(client, "c");
  // PUBLISH with QoS 3, and plenty behind it that nobody is going to read.
  client.send(std::string("\x36\x06\x00\x01t\x00\x01\x00", 8) + std::string(100'000, '\0'));
  EXPECT_EQ(farewell(client.receive_all().value_or("")), ReasonCode::malformed_packet);
}

TEST(Program, DropsAClientThatDoesNotRead) {
  BrokerProcess broker({"--output-limit", "1000000"});
  RawClient deaf("127.0.0.1", broker.port());
  connect(deaf, "deaf");
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 1;
  subscribe.subscriptions.emplace_back().topic_filter = "#";
  ASSERT_TRUE(deaf.send(codec::encode(subscribe, Version::v5_0)));
  ASSERT_EQ(deaf.receive(6).size(), 6U);
  RawClient watch("127.0.0.1", broker.port());
  connect(watch, "watch");
  codec::Publish publish;
  publish.topic_name = "t";
  publish.payload.assign(50'000, 'x');
  publish.qos = 1;
  publish.packet_identifier = 1;
  const auto bytes = codec::encode(publish, Version::v5_0);
  // The kernel's buffers take some megabytes before the broker's own fills.
  std::string answer;
  for (int sent = 0; sent < 2'000 && answer.size() < 5; ++sent) {
    ASSERT_TRUE(watch.send(bytes));
    answer = watch.receive(4);
    // PUBACK: two bytes less without a reason; 0x10 tells that nobody has subscribed any more.
    if (static_cast<unsigned char>(answer.at(1)) == 3) answer += watch.receive(1);
  }
  ASSERT_EQ(answer.size(), 5U) << "the deaf client was not dropped";
  EXPECT_EQ(static_cast<unsigned char>(answer[4]), 0x10);
}

}  // namespace
}  // namespace mqttspec::server::testing
