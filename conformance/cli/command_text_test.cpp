#include "conformance/cli/command_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::cli {
namespace {

TEST(CommandText, RepeatsWhatWasAsked) {
  RunArguments arguments;
  arguments.target = "mqtt://127.0.0.1:1884";
  arguments.only = {"will-*", "ping"};
  arguments.seed = 7;
  arguments.strict = true;
  EXPECT_EQ(command_text(arguments, "mqttspec run"),
            "mqttspec run mqtt://127.0.0.1:1884 --seed 7 --strict --only 'will-*' --only ping");
}

TEST(CommandText, ReplayLeavesOutFiltersAndReports) {
  RunArguments arguments;
  arguments.only = {"will-*"};
  arguments.out = "reports/latest";
  EXPECT_EQ(replay_text(arguments, "./run.sh"), "./run.sh --verbose --only {}");
}

TEST(CommandText, PasswordsAreNotShown) {
  RunArguments arguments;
  arguments.target = "mqtt://user:secret@host";
  arguments.password = "secret";
  EXPECT_THAT(command_text(arguments, "mqttspec run"),
              ::testing::Not(::testing::HasSubstr("secret")));
}

TEST(CommandText, AnApostropheSurvivesTheShell) {
  EXPECT_EQ(quoted_for_shell("it's"), "'it'\\''s'");
  EXPECT_EQ(quoted_for_shell(""), "''");
}

}  // namespace
}  // namespace mqttspec::cli
