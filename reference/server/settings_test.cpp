// The program's own options in the configuration file.
#include "reference/server/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reference/broker/config_schema.hpp"
#include "reference/server/testing.hpp"

namespace mqttspec::server::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// With MQTTSPEC_RENEW set the file is written instead.
void expect_file(const std::string& name, const std::string& text) {
  const auto path = std::string(MQTTSPEC_SOURCE_DIR "/reference/server/") + name;
  if (std::getenv("MQTTSPEC_RENEW") != nullptr) std::ofstream(path) << text;
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), text) << name << " is out of date: run this test with MQTTSPEC_RENEW=1";
}

Settings read(const json& object) {
  Settings settings;
  for (const auto& error : read_settings(object, settings)) {
    ADD_FAILURE() << error.path << ": " << error.message;
  }
  return settings;
}

TEST(Settings, TheSchemaIsPublished) {
  expect_file("config.schema.json", broker::config_schema(settings_texts()));
}

TEST(Settings, TheExampleIsPublished) {
  expect_file("config.example.jsonc", broker::config_example(settings_texts()));
}

TEST(Settings, DefaultsAndExamplesAreRead) {
  for (const auto& text : settings_texts()) {
    read({{std::string(text.key), json::parse(text.standard)}});
    read({{std::string(text.key), json::parse(text.example)}});
  }
}

TEST(Settings, AreAllRead) {
  const auto settings = read(json::parse(R"({
    "listen": ["mqtt://127.0.0.1:0", "ws://[::1]:8080/m"], "passwords": "p", "acl": "a",
    "store": "s", "store_sync": "full", "log_level": "debug", "log_format": "json",
    "output_limit": 5, "maximum_qos": "somebody else's"})"));
  ASSERT_EQ(settings.listen.size(), 2U);
  EXPECT_EQ(to_string(settings.listen[1]), "ws://[::1]:8080/m");
  EXPECT_EQ(settings.passwords, "p");
  EXPECT_EQ(settings.access_list, "a");
  EXPECT_EQ(settings.store, "s");
  EXPECT_EQ(settings.store_survives_machine, true);
  EXPECT_EQ(settings.log_level, broker::LogLevel::debug);
  EXPECT_EQ(settings.log_format, LogFormat::json);
  EXPECT_EQ(settings.output_limit, 5U);
}

TEST(Settings, OfTheCommandLineCountInsteadOfThoseOfTheFile) {
  Settings line;
  line.store = "line";
  line.store_survives_machine = false;
  line.listen.push_back({"mqtt", "127.0.0.1", 1});
  const auto file = read(json::parse(
      R"({"listen": ["mqtt://[::1]"], "store": "file", "store_sync": "full", "acl": "a"})"));
  const auto settings = merged(line, file);
  ASSERT_EQ(settings.listen.size(), 1U);
  EXPECT_EQ(settings.listen[0].port, 1);
  EXPECT_EQ(settings.store, "line");
  EXPECT_EQ(settings.store_survives_machine, false);
  EXPECT_EQ(settings.access_list, "a");
  EXPECT_EQ(merged({}, file).listen.size(), 1U);
}

// The program with nothing but a file.
TEST(Settings, AreEnoughToRunABroker) {
  const TemporaryFolder folder;
  std::ofstream(folder.path("acl")) << "all both open/#\n";
  std::ofstream(folder.path("broker.json"))
      << json{{"listen", {"mqtt://127.0.0.1:0", "ws://127.0.0.1:0"}},
              {"acl", folder.path("acl")},
              {"store", folder.path("sessions.db")}};
  Child broker({broker_program(), "--config", folder.path("broker.json")});
  EXPECT_TRUE(broker.wait_for("listening on mqtt://127.0.0.1:")) << broker.output();
  EXPECT_TRUE(broker.wait_for("listening on ws://127.0.0.1:")) << broker.output();
  EXPECT_TRUE(broker.wait_for("everyone may connect")) << broker.output();
  EXPECT_TRUE(std::filesystem::exists(folder.path("sessions.db")));
  broker.send_signal(SIGTERM);
  EXPECT_EQ(broker.wait_for_end(), 0);
}

TEST(Settings, AStoreIsWantedForItsSync) {
  Child broker({broker_program(), "--store-sync", "full"});
  EXPECT_EQ(broker.wait_for_end(), 2);
  EXPECT_THAT(broker.output(), HasSubstr("--store is missing"));
}

}  // namespace
}  // namespace mqttspec::server::testing
