#include "reference/broker/config_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mqttspec::broker {
namespace {

using nlohmann::json;

std::string only_error(const char* text) {
  Config config;
  const auto errors = read_config(json::parse(text), config);
  if (errors.size() != 1) return std::to_string(errors.size()) + " errors";
  return errors[0].path + ": " + errors[0].message;
}

TEST(ConfigJson, ReadsEveryKeyOfAScenariosConfig) {
  Config config;
  const auto errors = read_config(json::parse(R"({
    "maximum_qos": 1, "retain_available": false, "wildcard_subscription_available": false,
    "subscription_identifier_available": false, "shared_subscription_available": false,
    "receive_maximum": 10, "maximum_packet_size": 1000, "topic_alias_maximum": 5,
    "server_keep_alive": 7, "session_expiry_interval": 60, "users": {"anna": "secret"},
    "deny": [{"client": "a", "action": "publish", "topic_filter": "x/#"}, {"topic_filter": "y"}],
    "queue": 3,
    "authentication": {"method": "m", "exchange": [["one", "two"], ["three", null]]}})"),
                                  config);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(config.maximum_qos, 1);
  EXPECT_FALSE(config.retain_available);
  EXPECT_FALSE(config.wildcard_subscription_available);
  EXPECT_FALSE(config.subscription_identifier_available);
  EXPECT_FALSE(config.shared_subscription_available);
  EXPECT_EQ(config.receive_maximum, 10);
  EXPECT_EQ(config.maximum_packet_size, 1000U);
  EXPECT_EQ(config.topic_alias_maximum, 5);
  EXPECT_EQ(config.server_keep_alive, 7);
  EXPECT_EQ(config.session_expiry_interval, 60U);
  EXPECT_EQ(config.users.value().at("anna"), "secret");
  ASSERT_EQ(config.deny.size(), 2U);
  EXPECT_EQ(config.deny[0].client_identifier, "a");
  EXPECT_EQ(config.deny[0].action, Denial::Action::publish);
  EXPECT_EQ(config.deny[1].action, Denial::Action::both);
  EXPECT_EQ(config.queue_limit, 3U);
  ASSERT_TRUE(config.authentication);
  EXPECT_EQ(config.authentication->exchange[0].server_data, "two");
  EXPECT_FALSE(config.authentication->exchange[1].server_data);
}

TEST(ConfigJson, ReadsVersionsDurationsAndChoices) {
  Config config;
  EXPECT_TRUE(read_config(json::parse(R"({"versions": ["3.1.1", "5.0"], "connect_timeout": "2min",
                                          "queue_drop": "oldest", "keep_alive_factor": 2})"),
                          config)
                  .empty());
  EXPECT_EQ(config.versions.size(), 2U);
  EXPECT_EQ(config.connect_timeout, std::chrono::minutes(2));
  EXPECT_EQ(config.queue_drop, Config::Drop::oldest);
  EXPECT_EQ(config.keep_alive_factor, 2.0);
}

TEST(ConfigJson, TakesASignedNumberThatIsNotNegative) {
  Config config;
  EXPECT_TRUE(read_config(json{{"maximum_qos", 1}}, config).empty());
  EXPECT_EQ(config.maximum_qos, 1);
  EXPECT_FALSE(read_config(json{{"maximum_qos", -1}}, config).empty());
}

TEST(ConfigJson, NullTakesAnOptionalLimitBack) {
  Config config;
  config.server_keep_alive = 7;
  config.users.emplace();
  EXPECT_TRUE(
      read_config(json::parse(R"({"server_keep_alive": null, "users": null})"), config).empty());
  EXPECT_FALSE(config.server_keep_alive);
  EXPECT_FALSE(config.users);
}

TEST(ConfigJson, NamesTheKeyThatWasMeant) {
  EXPECT_EQ(only_error(R"({"maximum_qoss": 1})"),
            "maximum_qoss: unknown key; did you mean maximum_qos?");
  EXPECT_EQ(only_error(R"({"deny": [{"topic_filter": "a", "acton": "publish"}]})"),
            "deny[0].acton: unknown key; did you mean action?");
  EXPECT_EQ(only_error(R"({"zzz": 1})"), "zzz: unknown key");
}

TEST(ConfigJson, TellsWhatIsWantedAndWhere) {
  EXPECT_EQ(only_error(R"({"maximum_qos": 3})"),
            "maximum_qos: a whole number from 0 to 2 is wanted");
  EXPECT_EQ(only_error(R"({"receive_maximum": 0})"),
            "receive_maximum: a whole number from 1 to 65535 is wanted");
  EXPECT_EQ(only_error(R"({"users": {"anna": 1}})"),
            "users.anna: a string is wanted, not a value of type number");
  EXPECT_EQ(only_error(R"({"queue_drop": "all"})"),
            "queue_drop: one of \"newest\", \"oldest\" is wanted");
  EXPECT_EQ(only_error(R"({"connect_timeout": "3 s"})"),
            "connect_timeout: a duration such as \"250ms\", \"10s\", \"2min\" or \"1h\" is wanted");
  EXPECT_EQ(only_error(R"({"authentication": {"method": "m", "exchange": []}})"),
            "authentication.exchange: a list of at least one pair is wanted");
  EXPECT_EQ(only_error(R"([1])"), ": an object is wanted, not a value of type array");
}

TEST(ConfigJson, LeavesTheConfigAloneWhenAnythingIsWrong) {
  Config config;
  EXPECT_FALSE(read_config(json::parse(R"({"maximum_qos": 1, "seed": "x"})"), config).empty());
  EXPECT_EQ(config.maximum_qos, 2);
}

}  // namespace
}  // namespace mqttspec::broker
