// Clients that stay within the syntax and still mean harm: what they cost the broker and others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "reference/codec/codec.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using codec::Version;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

// What the address sanitizer adds to each allocation, and what was freed last.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t tolerance = 40 * mebibyte;
#else
constexpr std::size_t tolerance = 16 * mebibyte;
#endif

// The sanitizer keeps hundreds of mebibytes that were freed, if it is not told otherwise; then
// memory tells nothing of its use.
class Abuse : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* options = std::getenv("ASAN_OPTIONS");
    before_ = options == nullptr ? "" : options;
    setenv("ASAN_OPTIONS", (before_ + ":quarantine_size_mb=1").c_str(), 1);
  }
  void TearDown() override { setenv("ASAN_OPTIONS", before_.c_str(), 1); }

 private:
  std::string before_;
};

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

struct Memory {
  std::size_t resident = 0;  // bytes
  std::size_t reserved = 0;  // bytes, whether they were touched or not
};

Memory memory_of(BrokerProcess& broker) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  Memory pages;
  std::ifstream("/proc/" + std::to_string(broker.child().pid()) + "/statm") >> pages.reserved >>
      pages.resident;
  return {pages.resident * page, pages.reserved * page};
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

TEST_F(Abuse, AConnectionThatSaysNothingIsClosed) {
  const Settings settings(R"({ "connect_timeout": "100ms" })");
  BrokerProcess broker({"--config", settings.path()});
  const RawClient silent("127.0.0.1", broker.port());
  EXPECT_EQ(silent.receive_all(), "");
}

TEST_F(Abuse, AConnectionThatNeverEndsItsConnectIsClosed) {
  const Settings settings(R"({ "connect_timeout": "100ms" })");
  BrokerProcess broker({"--config", settings.path()});
  const RawClient slow("127.0.0.1", broker.port());
  ASSERT_TRUE(slow.send(std::string("\x10\x20\x00\x04MQ", 6)));
  EXPECT_EQ(slow.receive_all(), "");
}

TEST_F(Abuse, PacketsThatAreAnnouncedTakeNoMemoryBeforeTheyCome) {
  BrokerProcess broker;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>("127.0.0.1", broker.port()));
    connect(*clients.back(), "c" + std::to_string(i));
  }
  const auto before = memory_of(broker);
  for (const auto& client : clients) {
    // PUBLISH of 256 MB, of which the first bytes come.
    ASSERT_TRUE(client->send(std::string("\x30\xFF\xFF\xFF\x7F\x00\x01t", 8)));
  }
  // The broker has read all that came before, once it has answered somebody who came later.
  const RawClient later("127.0.0.1", broker.port());
  connect(later, "later");
  EXPECT_LT(memory_of(broker).resident, before.resident + tolerance);
  EXPECT_LT(memory_of(broker).reserved, before.reserved + 256 * mebibyte);
}

TEST_F(Abuse, AClientThatDoesNotReadTakesNoMoreThanItsLimitAndDelaysNobody) {
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
  const auto before = memory_of(broker);
  // Far more than the kernel's own buffers hold for the one that does not read.
  for (int sent = 0; sent < 1'200; ++sent) {
    ASSERT_TRUE(healthy.send(bytes));
    ASSERT_EQ(healthy.receive(bytes.size()).size(), bytes.size());
  }
  EXPECT_LT(memory_of(broker).resident, before.resident + tolerance);
  // It was not thrown out either: messages of QoS 0 for it were dropped (section 4.3.1).
  ASSERT_TRUE(deaf.send(std::string("\xC0\x00", 2)));
  EXPECT_EQ(deaf.receive(bytes.size()), bytes);
}

// One SUBSCRIBE asks for more than anybody may have waiting: with any limit at all, and without
// losing the client that asks.
TEST_F(Abuse, RetainedMessagesGoOutAsTheirReceiverTakesThem) {
  BrokerProcess broker({"--output-limit", "2000000"});
  const RawClient publisher("127.0.0.1", broker.port());
  connect(publisher, "publisher");
  constexpr int messages = 1'000;
  codec::Publish publish;
  publish.retain = true;
  publish.payload.assign(50'000, 'x');
  for (int i = 0; i < messages; ++i) {
    publish.topic_name = "r/" + std::to_string(1'000 + i);
    // PINGRESP tells that it was taken.
    ASSERT_TRUE(publisher.send(codec::encode(publish, Version::v3_1_1) + "\xC0" + '\0'));
    ASSERT_EQ(publisher.receive(2).size(), 2U);
  }
  const auto before = memory_of(broker);
  const RawClient deaf("127.0.0.1", broker.port());
  connect(deaf, "deaf");
  // Again and again: what it is owed does not pile up.
  for (int i = 0; i < 100; ++i) subscribe(deaf, "other/" + std::to_string(i));
  codec::Subscribe all;
  all.packet_identifier = 1;
  all.subscriptions.emplace_back().topic_filter = "r/#";
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(deaf.send(codec::encode(all, Version::v3_1_1)));
  const RawClient reader("127.0.0.1", broker.port());
  connect(reader, "reader");
  subscribe(reader, "r/#");
  for (int i = 0; i < messages; ++i) {
    publish.topic_name = "r/" + std::to_string(1'000 + i);
    const auto bytes = codec::encode(publish, Version::v3_1_1);
    ASSERT_TRUE(reader.receive(bytes.size()) == bytes) << "message " << i;
  }
  EXPECT_LT(memory_of(broker).resident, before.resident + tolerance);
}

}  // namespace
}  // namespace mqttspec::server::testing
