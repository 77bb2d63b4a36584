#include "reference/server/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/broker/config_json.hpp"
#include "reference/server/config_file.hpp"

namespace mqttspec::server {
namespace {

using ::testing::HasSubstr;

Exit exit_of(const std::vector<std::string>& arguments) {
  const auto result = parse_options(arguments);
  const auto* exit = std::get_if<Exit>(&result);
  return exit != nullptr ? *exit : Exit{-1, "no exit"};
}

TEST(Options, AreAllRead) {
  const auto result = parse_options({"--listen",       "mqtt://127.0.0.1:0",
                                     "--listen",       "mqtt://[::1]",
                                     "--config",       "b.json",
                                     "--mutant",       "m",
                                     "--variant",      "v",
                                     "--seed",         "7",
                                     "--output-limit", "1000",
                                     "--passwords",    "p",
                                     "--acl",          "a",
                                     "--log-level",    "debug",
                                     "--log-format",   "json"});
  const auto& options = std::get<Options>(result);
  ASSERT_EQ(options.settings.listen.size(), 2U);
  EXPECT_EQ(to_string(options.settings.listen[1]), "mqtt://[::1]:1883");
  EXPECT_EQ(options.config_file, "b.json");
  EXPECT_EQ(options.settings.passwords, "p");
  EXPECT_EQ(options.settings.access_list, "a");
  EXPECT_EQ(options.settings.log_level, broker::LogLevel::debug);
  EXPECT_EQ(options.settings.log_format, LogFormat::json);
  EXPECT_EQ(options.mutant, "m");
  EXPECT_EQ(options.variant, "v");
  EXPECT_EQ(options.seed, 7U);
  EXPECT_EQ(options.settings.output_limit, 1000U);
}

TEST(Options, ListenOnLoopbackByDefault) {
  EXPECT_TRUE(std::get<Options>(parse_options({})).settings.listen.empty());
  std::vector<std::string> urls;
  for (const auto& url : default_listen()) urls.push_back(to_string(url));
  EXPECT_THAT(urls, ::testing::ElementsAre("mqtt://127.0.0.1:1883", "mqtt://[::1]:1883"));
}

TEST(Options, HelpNamesEveryConfigurationKeyAndAnExample) {
  const auto help = exit_of({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.text, HasSubstr("--list-mutants"));
  EXPECT_THAT(help.text, HasSubstr("Examples:"));
  for (const auto& keys : {broker::config_keys(), settings_keys()}) {
    for (const auto key : keys) EXPECT_THAT(help.text, HasSubstr(" " + std::string(key)));
  }
}

TEST(Options, SchemaAndExampleOfTheConfigurationArePrinted) {
  EXPECT_EQ(exit_of({"--config-schema"}).code, 0);
  EXPECT_THAT(exit_of({"--config-schema"}).text, HasSubstr("json-schema.org"));
  broker::Config config;
  Settings settings;
  EXPECT_THAT(read_config_text(exit_of({"--config-example"}).text, "b.jsonc", config, settings),
              ::testing::IsEmpty());
}

TEST(Options, VersionIsPrinted) {
  const auto version = exit_of({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.text, HasSubstr("mqttspec-broker 0."));
}

TEST(Options, AWrongCommandLineIsExplained) {
  EXPECT_EQ(exit_of({"--lissen", "x"}).code, 2);
  EXPECT_THAT(exit_of({"--lissen", "x"}).text, HasSubstr("--lissen"));
  EXPECT_THAT(exit_of({"--listen", "127.0.0.1"}).text, HasSubstr("has no scheme"));
  EXPECT_THAT(exit_of({"--seed", "x"}).text, HasSubstr("--seed"));
  EXPECT_EQ(exit_of({"--output-limit", "0"}).code, 2);
  EXPECT_THAT(exit_of({"--log-level", "loud"}).text, HasSubstr("--log-level"));
  EXPECT_EQ(exit_of({"--log-format", "xml"}).code, 2);
  EXPECT_EQ(exit_of({"--store", "x", "--store-sync", "half"}).code, 2);
}

}  // namespace
}  // namespace mqttspec::server
