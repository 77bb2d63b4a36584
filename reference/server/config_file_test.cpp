#include "reference/server/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> errors_of(std::string_view text) {
  broker::Config config;
  Settings settings;
  return read_config_text(text, "b.json", config, settings);
}

TEST(ConfigFile, IsRead) {
  broker::Config config;
  Settings settings;
  EXPECT_TRUE(read_config_text(R"({"maximum_qos": 1, "store": "s.db"})", "b.json", config, settings)
                  .empty());
  EXPECT_EQ(config.maximum_qos, 1);
  EXPECT_EQ(settings.store, "s.db");
}

TEST(ConfigFile, ChangesNothingIfAnythingInItIsWrong) {
  for (const char* text :
       {R"({"maximum_qos": 1, "store": 7})", R"({"maximum_qos": 9, "acl": "a"})"}) {
    broker::Config config;
    Settings settings;
    EXPECT_EQ(read_config_text(text, "b.json", config, settings).size(), 1U);
    EXPECT_EQ(config.maximum_qos, 2);
    EXPECT_FALSE(settings.access_list);
  }
}

TEST(ConfigFile, CommentsAreSkippedAndCountedAsLines) {
  EXPECT_THAT(errors_of("// one\n{ /* two\nthree */ \"seed\": 1 } // end"), ElementsAre());
  EXPECT_THAT(errors_of("// one\n{\n// two\n\"sead\": 1}"),
              ElementsAre("b.json:4: sead: unknown key; did you mean seed?"));
}

TEST(ConfigFile, ErrorsNameFileLineAndPath) {
  EXPECT_THAT(errors_of("{\n  \"maximum_qoss\": 1,\n  \"deny\": [\n    { \"topic_filter\": \"a\" },"
                        "\n    { \"topic_filter\": \"b\",\n      \"acton\": 1 }\n  ]\n}\n"),
              ElementsAre("b.json:6: deny[1].acton: unknown key; did you mean action?",
                          "b.json:2: maximum_qoss: unknown key; did you mean maximum_qos?"));
}

TEST(ConfigFile, AWrongSettingIsNamedLikeAnyOtherOption) {
  EXPECT_THAT(errors_of("{\n\"listn\": []}"),
              ElementsAre("b.json:2: listn: unknown key; did you mean listen?"));
  EXPECT_THAT(errors_of("{\"listen\": [\"mqtt://[::1]\",\n\"http://x\"]}"),
              ElementsAre(HasSubstr("b.json:2: listen[1]: \"http://x\": scheme http is not")));
  EXPECT_THAT(errors_of("{\n\n\"log_level\": \"loud\"}"),
              ElementsAre(HasSubstr("b.json:3: log_level: one of \"error\"")));
}

TEST(ConfigFile, AMissingKeyIsReportedWhereItBelongs) {
  EXPECT_THAT(errors_of("{\n\"deny\": [\n{}\n]}"),
              ElementsAre("b.json:3: deny[0].topic_filter: a Topic Filter is wanted: what is "
                          "denied"));
}

TEST(ConfigFile, ASyntaxErrorHasItsLine) {
  EXPECT_THAT(errors_of("{\n\"seed\": 1,\n\"queue\" 2}"), ElementsAre(HasSubstr("b.json:3: ")));
  EXPECT_THAT(errors_of(""), ElementsAre(HasSubstr("b.json:1: ")));
}

TEST(ConfigFile, AKeyMayNotStandTwice) {
  EXPECT_THAT(errors_of("{\"seed\": 1,\n\"seed\": 2}"),
              ElementsAre("b.json:2: seed: the key stands twice"));
}

TEST(ConfigFile, DeepNestingIsRefusedBeforeItHurts) {
  EXPECT_THAT(errors_of("{\"users\": " + std::string(100'000, '[')),
              ElementsAre(HasSubstr("nested more than 64 levels")));
}

TEST(ConfigFile, AMissingFileIsAnError) {
  broker::Config config;
  Settings settings;
  EXPECT_THAT(read_config_file("/nonexistent/b.json", config, settings),
              ElementsAre(HasSubstr("/nonexistent/b.json: cannot be opened")));
}

}  // namespace
}  // namespace mqttspec::server
