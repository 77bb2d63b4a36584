// A store that fails, by a decorator: the broker holds its tongue, says why, and goes on later.
#include "reference/server/keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/codec/codec.hpp"
#include "reference/store/memory_store.hpp"

namespace mqttspec::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Passes everything on unless it is told to fail.
class FailingStore final : public store::Store {
 public:
  explicit FailingStore(std::string& fault) : fault_(fault) {}
  std::variant<std::vector<broker::Record>, std::string> load() override {
    if (!fault_.empty()) return fault_;
    return inner_.load();
  }
  std::optional<std::string> commit(std::span<const broker::RecordPointer> records) override {
    if (!fault_.empty()) return fault_;
    return inner_.commit(records);
  }

 private:
  store::MemoryStore inner_;
  std::string& fault_;
};

class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest() {
    EXPECT_EQ(keeper_.restore(node_, {}, {}), std::nullopt);
    client_ = node_.opened("test", "tcp", {});
    codec::Connect connect;
    connect.client_identifier = "c";
    connect.protocol_version = 4;
    connect.clean_start = false;
    send(connect);
  }
  void send(const codec::Packet& packet) {
    node_.received(client_, codec::encode(packet, codec::Version::v3_1_1), {});
  }
  void publish(std::uint16_t identifier) {
    codec::Publish packet;
    packet.topic_name = "t";
    packet.payload = "m";
    packet.qos = 1;
    packet.retain = true;
    packet.packet_identifier = identifier;
    send(packet);
  }
  // What leaves now.
  std::string output() {
    node_.take_output(outputs_);
    return outputs_.empty() ? "" : outputs_[0].bytes;
  }

  std::string fault_;
  std::vector<std::string> reports_;
  Keeper keeper_{std::make_unique<FailingStore>(fault_),
                 [this](const std::string& text) { reports_.push_back(text); }};
  node::Node node_{broker::Config{}};
  node::ConnectionId client_ = 0;
  std::vector<node::Output> outputs_;
};

TEST_F(KeeperTest, NothingIsAcknowledgedWhileTheStoreFails) {
  ASSERT_TRUE(keeper_.settle(node_));
  EXPECT_EQ(output().size(), 4U) << "CONNACK";
  fault_ = "broker.db: disk is full";
  publish(1);
  EXPECT_FALSE(keeper_.settle(node_));
  EXPECT_TRUE(keeper_.is_failing());
  EXPECT_EQ(output(), "");
  publish(2);
  EXPECT_FALSE(keeper_.settle(node_));
  EXPECT_EQ(output(), "");
  fault_.clear();
  EXPECT_TRUE(keeper_.settle(node_));
  EXPECT_EQ(output().size(), 8U) << "two PUBACKs";
  EXPECT_FALSE(keeper_.is_failing());
}

TEST_F(KeeperTest, SaysOnceWhyAndOnceThatItIsOver) {
  for (const std::string fault : {"disk is full", "disk is full", "disk I/O error", ""}) {
    fault_ = fault;
    static_cast<void>(keeper_.settle(node_));
  }
  EXPECT_THAT(
      reports_,
      ElementsAre(HasSubstr("cannot store: disk is full; nothing is acknowledged"),
                  HasSubstr("cannot store: disk I/O error"), "the store can be written again"));
}

TEST_F(KeeperTest, DoesNotStartOnAStoreThatCannotBeRead) {
  fault_ = "broker.db: is damaged";
  node::Node other{broker::Config{}};
  EXPECT_EQ(keeper_.restore(other, {}, {}), fault_);
}

}  // namespace
}  // namespace mqttspec::server
