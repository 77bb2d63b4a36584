#include "reference/server/log_writer.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace mqttspec::server {
namespace {

using broker::LogLevel;
using ::testing::HasSubstr;

const auto moment = std::chrono::system_clock::time_point(std::chrono::milliseconds(86'400'123));

TEST(LogEntry, IsALineForPeople) {
  const std::string topic = "a b\n\"=";
  EXPECT_EQ(format_entry({LogLevel::info,
                          "denied",
                          {{"client", std::string_view("c1")},
                           {"user", std::string_view()},
                           {"topic", std::string_view(topic)},
                           {"bytes", std::uint64_t{7}}}},
                         LogFormat::text, moment),
            "1970-01-02T00:00:00.123Z info denied client=c1 topic=\"a b\\u000a\\\"=\" bytes=7");
}

TEST(LogEntry, IsJsonForMachines) {
  const std::string hostile("\"},\x01\xC2\x9B\\", 7);
  const auto line =
      format_entry({LogLevel::warning,
                    "refused",
                    {{"client", std::string_view(hostile)}, {"bytes", std::uint64_t{7}}}},
                   LogFormat::json, moment);
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed.at("time"), "1970-01-02T00:00:00.123Z");
  EXPECT_EQ(parsed.at("level"), "warning");
  EXPECT_EQ(parsed.at("event"), "refused");
  EXPECT_EQ(parsed.at("client"), hostile);
  EXPECT_EQ(parsed.at("bytes"), 7);
}

TEST(LogEntry, LongValuesAreCutBetweenCharacters) {
  std::string text(99, 'x');
  text += "\xC3\xA4\xC3\xA4";
  const auto line =
      format_entry({LogLevel::info, "e", {{"v", std::string_view(text)}}}, LogFormat::text, moment);
  EXPECT_THAT(line, ::testing::EndsWith("v=" + std::string(99, 'x') + "..."));
}

TEST(LogLevels, AreReadByName) {
  EXPECT_EQ(log_level_by_name("debug"), LogLevel::debug);
  EXPECT_EQ(log_level_by_name("error"), LogLevel::error);
  EXPECT_FALSE(log_level_by_name("loud").has_value());
}

class Pipe : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0); }
  void TearDown() override {
    close(ends[0]);
    close(ends[1]);
  }
  std::string read_all() const {
    std::string all;
    char buffer[4096];
    for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }
  int ends[2] = {-1, -1};
};

TEST_F(Pipe, ThatIsFullLosesLinesInsteadOfBlocking) {
  LogWriter log(ends[1], LogLevel::info, LogFormat::text);
  for (int i = 0; i < 5'000; ++i) note(log, LogLevel::info, "event");
  EXPECT_THAT(read_all(), HasSubstr(" info event\n"));
  note(log, LogLevel::info, "later");
  const auto rest = read_all();
  EXPECT_THAT(rest, HasSubstr(" warning log-lines-lost lines="));
  EXPECT_THAT(rest, HasSubstr(" info later\n"));
}

TEST_F(Pipe, TakesNoMoreThanTheLevelWants) {
  LogWriter log(ends[1], LogLevel::warning, LogFormat::text);
  note(log, LogLevel::info, "quiet");
  note(log, LogLevel::error, "loud", broker::LogField{"why", std::string_view("x")});
  const auto all = read_all();
  EXPECT_THAT(all, HasSubstr("error loud why=x\n"));
  EXPECT_EQ(all.find("quiet"), std::string::npos);
}

}  // namespace
}  // namespace mqttspec::server
