// What the engine tells a log, and what it keeps to itself.
#include "reference/broker/engine_log.hpp"

#include "reference/broker/testing.hpp"

namespace mqttspec::broker::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Lines final : public Log {
 public:
  explicit Lines(LogLevel level) : level_(level) {}
  bool wants(LogLevel level) const override { return level <= level_; }
  void write(const LogEntry& entry) override {
    std::string line(entry.event);
    for (const auto& field : entry.fields) {
      line += " " + std::string(field.key) + "=";
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        line += *text;
      } else {
        line += std::to_string(std::get<std::uint64_t>(field.value));
      }
    }
    lines.push_back(line);
  }
  std::vector<std::string> lines;

 private:
  LogLevel level_;
};

class EngineLog : public ::testing::Test {
 protected:
  Lines lines{LogLevel::debug};
  Config config;
  void SetUp() override {
    config.log = &lines;
    config.users = std::map<std::string, std::string>{{"anna", "hidden-password"}};
    config.deny = {{"", Denial::Action::both, "secret/#"}};
  }
  static void name(Client& client, const std::string& password) {
    client.connect_packet.user_name = "anna";
    client.connect_packet.password = password;
  }
};

TEST_F(EngineLog, TellsWhoComesAndGoes) {
  Broker broker(config);
  Client client{broker, "c1"};
  name(client, "hidden-password");
  client.connect();
  client.disconnect();
  EXPECT_THAT(lines.lines,
              Contains("connected client=c1 user=anna peer=test transport=tcp version=5.0 "
                       "session=new"));
  EXPECT_THAT(lines.lines, Contains("left client=c1 peer=test how=DISCONNECT"));
  Client lost{broker, "c2"};
  name(lost, "hidden-password");
  lost.connect();
  lost.lose();
  EXPECT_THAT(lines.lines, Contains("left client=c2 peer=test how=connection lost"));
}

TEST_F(EngineLog, TellsWhatWasRefused) {
  Broker broker(config);
  Client stranger{broker, "c"};
  name(stranger, "wrong");
  stranger.connect();
  EXPECT_THAT(lines.lines, Contains(HasSubstr("refused client=c peer=test "
                                              "reason=bad_user_name_or_password")));
  Client client{broker, "c"};
  name(client, "hidden-password");
  client.connect();
  client.publish("secret/t", "x", {1});
  client.subscribe("secret/t");
  EXPECT_THAT(lines.lines, Contains("denied client=c user=anna what=publish topic=secret/t"));
  EXPECT_THAT(lines.lines, Contains("denied client=c user=anna what=subscribe topic=secret/t"));
  client.send(codec::Auth{});
  EXPECT_THAT(lines.lines, Contains(HasSubstr("disconnected client=c peer=test "
                                              "reason=protocol_error")));
}

TEST_F(EngineLog, NeverTellsPayloadsOrPasswords) {
  Broker broker(config);
  Client client{broker, "c"};
  name(client, "hidden-password");
  client.will("will", "hidden-will");
  client.connect();
  client.publish("t", "hidden-payload", {1});
  client.lose();
  ASSERT_THAT(lines.lines, Contains(HasSubstr("type=PUBLISH topic=t")));
  EXPECT_THAT(lines.lines, Not(Contains(HasSubstr("hidden"))));
}

TEST_F(EngineLog, SaysNoMoreThanItsLevel) {
  Lines warnings{LogLevel::warning};
  config.log = &warnings;
  Broker broker(config);
  Client client{broker, "c"};
  name(client, "hidden-password");
  client.connect();
  client.publish("secret/t", "x", {1});
  client.disconnect();
  EXPECT_TRUE(warnings.lines.empty());
}

}  // namespace
}  // namespace mqttspec::broker::testing
