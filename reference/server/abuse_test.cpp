// Clients that stay within the syntax and still mean harm: what they cost the broker and others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "reference/codec/codec.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using codec::Version;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

// The sanitizer keeps what was freed for a while, so that memory tells little of its use.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kept_by_sanitizer = 400 * mebibyte;
#else
constexpr std::size_t kept_by_sanitizer = 0;
#endif

// A configuration file for as long as this lives.
class Settings {
 public:
  explicit Settings(const std::string& json)
      : path_(::testing::TempDir() + "mqttspec_abuse_" + std::to_string(getpid()) + ".json") {
    std::ofstream(path_) << json;
  }
  ~Settings() { std::filesystem::remove(path_); }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::size_t resident_bytes(BrokerProcess& broker) {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/" + std::to_string(broker.child().pid()) + "/statm") >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void connect(const RawClient& client, const std::string& identifier) {
  codec::Connect packet;
  packet.protocol_version = 4;
  packet.client_identifier = identifier;
  ASSERT_TRUE(client.send(codec::encode(packet, Version::v3_1_1)));
  ASSERT_EQ(client.receive(4).size(), 4U);
}

void subscribe(const RawClient& client, const std::string& filter) {
  codec::Subscribe packet;
  packet.packet_identifier = 1;
  packet.subscriptions.emplace_back().topic_filter = filter;
  ASSERT_TRUE(client.send(codec::encode(packet, Version::v3_1_1)));
  ASSERT_EQ(client.receive(5).size(), 5U);
}

TEST(Abuse, AConnectionThatSaysNothingIsClosed) {
  const Settings settings(R"({ "connect_timeout": "100ms" })");
  BrokerProcess broker({"--config", settings.path()});
  const RawClient silent("127.0.0.1", broker.port());
  EXPECT_EQ(silent.receive_all(), "");
}

TEST(Abuse, AConnectionThatNeverEndsItsConnectIsClosed) {
  const Settings settings(R"({ "connect_timeout": "100ms" })");
  BrokerProcess broker({"--config", settings.path()});
  const RawClient slow("127.0.0.1", broker.port());
  ASSERT_TRUE(slow.send(std::string("\x10\x20\x00\x04MQ", 6)));
  EXPECT_EQ(slow.receive_all(), "");
}

TEST(Abuse, PacketsThatAreAnnouncedTakeNoMemoryBeforeTheyCome) {
  BrokerProcess broker;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>("127.0.0.1", broker.port()));
    connect(*clients.back(), "c" + std::to_string(i));
  }
  const auto before = resident_bytes(broker);
  for (const auto& client : clients) {
    // PUBLISH of 256 MB, of which the first bytes come.
    ASSERT_TRUE(client->send(std::string("\x30\xFF\xFF\xFF\x7F\x00\x01t", 8)));
  }
  // The broker has read all that came before, once it has answered somebody who came later.
  const RawClient later("127.0.0.1", broker.port());
  connect(later, "later");
  EXPECT_LT(resident_bytes(broker), before + 16 * mebibyte);
}

TEST(Abuse, AClientThatDoesNotReadTakesNoMoreThanItsLimitAndDelaysNobody) {
  const Settings settings(R"({ "slow_reader_limit": 200000 })");
  BrokerProcess broker({"--config", settings.path()});
  const RawClient deaf("127.0.0.1", broker.port());
  connect(deaf, "deaf");
  subscribe(deaf, "#");
  const RawClient healthy("127.0.0.1", broker.port());
  connect(healthy, "healthy");
  subscribe(healthy, "t");
  codec::Publish publish;
  publish.topic_name = "t";
  publish.payload.assign(50'000, 'x');
  const auto bytes = codec::encode(publish, Version::v3_1_1);
  const auto before = resident_bytes(broker);
  // Far more than the kernel's own buffers hold for the one that does not read.
  for (int sent = 0; sent < 800; ++sent) {
    ASSERT_TRUE(healthy.send(bytes));
    ASSERT_EQ(healthy.receive(bytes.size()).size(), bytes.size());
  }
  EXPECT_LT(resident_bytes(broker), before + 20 * mebibyte + kept_by_sanitizer);
  // It was not thrown out either: messages of QoS 0 for it were dropped (section 4.3.1).
  ASSERT_TRUE(deaf.send(std::string("\xC0\x00", 2)));
  EXPECT_EQ(deaf.receive(bytes.size()), bytes);
}

}  // namespace
}  // namespace mqttspec::server::testing
