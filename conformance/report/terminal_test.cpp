#include "conformance/report/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "conformance/report/paint.hpp"
#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(const RunResult& run, TerminalOptions options) {
  std::ostringstream out;
  Terminal terminal(out, options);
  terminal.begin(run, run.instances.size());
  for (const auto& instance : run.instances) {
    terminal.started(instance.id);
    terminal.tick(std::chrono::milliseconds(100));
    terminal.finished(instance);
  }
  terminal.tick(std::chrono::milliseconds(200));
  terminal.end(run, {{"HTML", "reports/latest/report.html"}});
  return out.str();
}

TEST(Terminal, InAPipeThereIsNoProgressAndNoColour) {
  const std::string text = shown(sample_run(), {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, Not(HasSubstr("━")));
}

TEST(Terminal, OnATerminalProgressIsDrawnAndTakenBack) {
  TerminalOptions options;
  options.terminal = true;
  const std::string text = shown(sample_run(), options);
  EXPECT_THAT(text, HasSubstr("━"));
  EXPECT_THAT(text, HasSubstr("1/12"));
  EXPECT_THAT(text, HasSubstr("\r\x1b[2K"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b[31m"))) << "colour is another matter";
}

TEST(Terminal, ProgressStaysOnOneLine) {
  TerminalOptions options;
  options.terminal = true;
  options.width = 40;
  std::ostringstream out;
  Terminal terminal(out, options);
  terminal.begin(sample_run(), 12);
  out.str("");
  terminal.started("a-scenario-with-a-very-long-name-that-does-not-fit-into-forty-columns@5.0");
  terminal.tick(std::chrono::seconds(3));
  std::string line = out.str();
  line = line.substr(line.find("[2K") + 3);
  EXPECT_LT(width_of(line), 40U);
}

TEST(Terminal, PipedOutputIsTheSameEveryTime) {
  EXPECT_EQ(shown(sample_run(), {}), shown(sample_run(), {}));
}

TEST(Terminal, ExplainsAFailure) {
  const std::string text = shown(sample_run(), {});
  EXPECT_THAT(text, HasSubstr("✗ FAIL  qos1-unacknowledged-publish-is-repeated-on-resume@5.0 · "
                              "repeated"));
  EXPECT_THAT(text, HasSubstr("MUST      5.0:MQTT-4.4.0-1  When a session is resumed"));
  EXPECT_THAT(text, HasSubstr("allowed   PUBLISH with packet_identifier 1 to sub"));
  EXPECT_THAT(text, HasSubstr("came      nothing (never came within 2.00 s)"));
  EXPECT_THAT(text, HasSubstr("SUBACK packet_identifier=10001"));
  EXPECT_THAT(text, HasSubstr("blocked   dup"));
  EXPECT_THAT(text, HasSubstr("at        scenarios/qos1/resume.json:41 steps[7]"));
  EXPECT_THAT(text, HasSubstr("replay    mqttspec run --profile sample.json --only "
                              "'qos1-unacknowledged-publish-is-repeated-on-resume@5.0'"));
}

TEST(Terminal, PutsTheGravestLastAndThenTheSummary) {
  const std::string text = shown(sample_run(), {});
  const std::size_t fail = text.find("✗ FAIL");
  const std::size_t crash = text.find("‼ CRASH");
  const std::size_t counts = text.find("  statements");
  const std::size_t report = text.find("reports/latest/report.html");
  ASSERT_NE(fail, std::string::npos);
  EXPECT_LT(fail, crash);
  EXPECT_LT(crash, counts);
  EXPECT_LT(counts, report);
  EXPECT_THAT(text, HasSubstr("✗ exit 1: 1 crash; 2 fail"));
}

TEST(Terminal, QuietSaysOnlyWhatFailedAndHowItEnded) {
  TerminalOptions options;
  options.terminal = true;
  options.quiet = true;
  const std::string text = shown(sample_run(), options);
  EXPECT_TRUE(text.starts_with("? INCONCLUSIVE")) << text.substr(0, 80);
  EXPECT_THAT(text, Not(HasSubstr("  statements")));
  RunResult good = sample_run();
  good.instances.resize(2);
  EXPECT_EQ(shown(good, options), "✓ conforms: 4 checks passed and none failed unexplained\n");
}

TEST(Terminal, VerboseNamesEveryInstanceAndShowsNonstrict) {
  TerminalOptions options;
  options.verbose = true;
  const std::string text = shown(sample_run(), options);
  EXPECT_THAT(text, HasSubstr("✓ pass           will-is-published-after-its-delay@5.0[first="));
  EXPECT_THAT(text, HasSubstr("△ NONSTRICT"));
  EXPECT_THAT(shown(sample_run(), {}), Not(HasSubstr("△ NONSTRICT")));
}

TEST(Terminal, LeavesOutWhatTheProfileExplains) {
  RunResult run = sample_run();
  run.deviations = {{"malformed-*", "refused", "", "known since 2.0", true}};
  EXPECT_THAT(shown(run, {}), Not(HasSubstr("CRASH")));
  TerminalOptions options;
  options.verbose = true;
  EXPECT_THAT(shown(run, options), HasSubstr("known     known since 2.0"));
}

TEST(Terminal, LetsNoControlCharacterOfABrokerThrough) {
  TerminalOptions options;
  options.verbose = true;
  for (const char c : shown(hostile_run(), options)) {
    EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'));
  }
}

TEST(TerminalOptions, APipeIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const TerminalOptions options = TerminalOptions::detect(ends[1]);
  EXPECT_FALSE(options.terminal);
  EXPECT_FALSE(options.colour);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Wrap, BreaksBetweenWordsAndIndents) {
  EXPECT_EQ(wrap("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(wrap("unbreakable-word x", 5, 0), "unbreakable-word\nx");
  EXPECT_EQ(wrap("", 5, 2), "");
}

}  // namespace
}  // namespace mqttspec::report
