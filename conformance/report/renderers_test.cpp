// JUnit, Markdown and badge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>

#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <class Render>
std::string rendered(Render render, const RunResult& run, bool strict = false) {
  std::ostringstream out;
  render(run, out, strict);
  return out.str();
}

// XML 1.0, 2.2: of the control characters only tab and line ends may occur. What is left must be
// printable, which leaves out the non-characters too.
bool holds_only_xml_characters(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\t'; });
  return is_printable(text);
}

pugi::xml_document parse_xml(const std::string& text) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  EXPECT_TRUE(parsed) << parsed.description();
  return document;
}

pugi::xml_node find_case(const pugi::xml_document& document, const std::string& classname,
                         const std::string& name) {
  return document
      .select_node(("//testcase[@classname='" + classname + "' and @name='" + name + "']").c_str())
      .node();
}

// libxml2's own tool, where it is installed, is the stricter judge.
void expect_xmllint_agrees(const std::string& text) {
  if (std::system("xmllint --version > /dev/null 2>&1") != 0) return;
  const auto path = std::filesystem::temp_directory_path() /
                    ("mqttspec-xml-" + std::to_string(std::rand()) + ".xml");
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(std::system(("xmllint --noout " + path.string()).c_str()), 0);
  std::filesystem::remove(path);
}

TEST(Junit, PutsEachVerdictWhereDesignSays) {
  const pugi::xml_document document = parse_xml(rendered(render_junit, sample_run()));
  const auto child = [&](const std::string& scenario, const std::string& name) {
    const pugi::xml_node node = find_case(document, scenario, name);
    EXPECT_TRUE(node) << scenario << " " << name;
    return std::string(node.first_child().name());
  };
  const std::string resume = "qos1-unacknowledged-publish-is-repeated-on-resume";
  EXPECT_EQ(child(resume, "repeated @3.1.1"), "");
  EXPECT_EQ(child(resume, "repeated @5.0"), "failure");
  EXPECT_EQ(child(resume, "dup @5.0"), "error") << "blocked";
  EXPECT_EQ(child("malformed-publish-is-refused", "refused @5.0[case=qos-3]"), "error") << "crash";
  EXPECT_EQ(child("session-expires-when-it-should", "asked @5.0"), "failure") << "flaky";
  EXPECT_EQ(child("session-clock-is-kept", "asked @5.0"), "error") << "inconclusive";
  EXPECT_EQ(child("shared-session-is-balanced", "asked @5.0"), "skipped") << "not applicable";
  EXPECT_EQ(child("will-is-published-after-its-delay", "prompt @5.0[first=session-ends]"),
            "system-out")
      << "nonstrict";
  EXPECT_EQ(child("session-question", "asked @5.0"), "system-out") << "info";
  EXPECT_EQ(
      child("malformed-publish-is-refused", "monitor:nothing-after-disconnect @5.0[case=wildcard]"),
      "failure");
  EXPECT_FALSE(find_case(document, "session-unasked", "asked @5.0")) << "not asked";
}

TEST(Junit, StrictMakesNonstrictAFailure) {
  const pugi::xml_document document = parse_xml(rendered(render_junit, sample_run(), true));
  EXPECT_TRUE(
      find_case(document, "will-is-published-after-its-delay", "prompt @5.0[first=session-ends]")
          .child("failure"));
}

TEST(Junit, CountsWhatItHolds) {
  const pugi::xml_document document = parse_xml(rendered(render_junit, sample_run()));
  const pugi::xml_node root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_uint(), document.select_nodes("//testcase").size());
  EXPECT_EQ(root.attribute("failures").as_uint(), document.select_nodes("//failure").size());
  EXPECT_EQ(root.attribute("errors").as_uint(), document.select_nodes("//error").size());
  EXPECT_EQ(root.attribute("skipped").as_uint(), document.select_nodes("//skipped").size());
  for (const auto& found : document.select_nodes("//testsuite")) {
    const pugi::xml_node suite = found.node();
    EXPECT_EQ(suite.attribute("tests").as_uint(), suite.select_nodes("testcase").size());
    double time = 0;
    for (const auto& it : suite.select_nodes("testcase")) {
      time += it.node().attribute("time").as_double();
    }
    EXPECT_NEAR(suite.attribute("time").as_double(), time, 1e-4);
  }
}

TEST(Junit, NamesEachCaseOnce) {
  const pugi::xml_document document = parse_xml(rendered(render_junit, large_run(200)));
  std::set<std::string> names;
  for (const auto& it : document.select_nodes("//testcase")) {
    const std::string name = std::string(it.node().attribute("classname").value()) + "." +
                             it.node().attribute("name").value();
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(names.size(), 400U);
}

TEST(Junit, AListedDeviationIsSkippedAndAStaleOneFails) {
  RunResult run = sample_run();
  run.deviations = {{"malformed-*", "refused", "", "known since 2.0", true},
                    {"no-such-*", "", "", "", false}};
  const pugi::xml_document document = parse_xml(rendered(render_junit, run));
  EXPECT_STREQ(find_case(document, "malformed-publish-is-refused", "refused @5.0[case=qos-3]")
                   .child("skipped")
                   .attribute("message")
                   .value(),
               "known deviation: known since 2.0");
  const pugi::xml_node stale = document.select_node("//testsuite[@name='deviations']").node();
  EXPECT_EQ(stale.attribute("failures").as_uint(), 1U);
}

TEST(Junit, IsXmlWhateverABrokerSends) {
  const std::string text = rendered(render_junit, hostile_run());
  EXPECT_TRUE(holds_only_xml_characters(text));
  (void)parse_xml(text);
  expect_xmllint_agrees(text);
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
}

TEST(Junit, ExplainsAFailureInItsText) {
  const pugi::xml_document document = parse_xml(rendered(render_junit, sample_run()));
  const std::string text =
      find_case(document, "qos1-unacknowledged-publish-is-repeated-on-resume", "repeated @5.0")
          .child("failure")
          .text()
          .get();
  EXPECT_THAT(text, HasSubstr("requires  5.0:MQTT-4.4.0-1: When a session is resumed"));
  EXPECT_THAT(text, HasSubstr("replay    mqttspec run"));
  EXPECT_THAT(text, HasSubstr("SUBACK packet_identifier=10001"));
}

TEST(Markdown, TellsSummaryFailureAndReplay) {
  const std::string text = rendered(render_markdown, sample_run());
  EXPECT_THAT(text, HasSubstr("### ❌ MQTT conformance: sample broker 2.0.11"));
  EXPECT_THAT(text, HasSubstr("| **Checks** | 1 | 1 | 1 | 1 | 1 | 1 | 10 | 1 | 1 | 1 |"));
  EXPECT_THAT(text, HasSubstr("- **MUST** `5.0:MQTT-4.4.0-1`: When a session is resumed"));
  EXPECT_THAT(text, HasSubstr("- replay: `mqttspec run --profile sample.json --only 'qos1-"));
  EXPECT_THAT(text, HasSubstr("SUBACK packet_identifier=10001"));
}

TEST(Markdown, SaysThatAllIsWell) {
  RunResult run = sample_run();
  run.instances.resize(2);
  const std::string text = rendered(render_markdown, run);
  EXPECT_THAT(text, HasSubstr("### ✅"));
  EXPECT_THAT(text, HasSubstr("4 checks passed and none failed unexplained"));
  EXPECT_THAT(text, Not(HasSubstr("<details>")));
}

TEST(Markdown, StaysBelowTheLimitOfAComment) {
  RunResult run = large_run(2'000);
  for (auto& instance : run.instances) {
    for (auto& check : instance.checks) check.verdict = Verdict::fail;
  }
  const std::string text = rendered(render_markdown, run);
  EXPECT_LE(text.size(), 65'000U);
  EXPECT_THAT(text, HasSubstr("more: the full report has all of them"));
  EXPECT_TRUE(text.ends_with("</sub>\n"));
}

TEST(Markdown, LetsNoMarkupThrough) {
  const std::string text = rendered(render_markdown, hostile_run());
  EXPECT_LE(text.size(), 65'000U);
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("<img")));
  // Inside <pre> and <summary> Markdown means nothing.
  std::string prose = text;
  for (const std::string name : {"pre>", "summary>"}) {
    for (std::size_t at = 0; (at = prose.find("<" + name)) != std::string::npos;) {
      prose.erase(at, prose.find("</" + name, at) - at + name.size() + 2);
    }
  }
  EXPECT_THAT(prose, Not(HasSubstr("](javascript"))) << "a link";
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(Badge, TellsVersionsAndChecks) {
  const std::string text = rendered(render_badge, sample_run());
  (void)parse_xml(text);
  EXPECT_THAT(text, HasSubstr("MQTT 3.1 3.1.1 5.0: 10 of 16 checks"));
  EXPECT_THAT(text, HasSubstr("#c0392b"));
}

TEST(Badge, IsGreenOnlyIfEverythingPassed) {
  RunResult run = sample_run();
  run.instances.resize(2);
  EXPECT_THAT(rendered(render_badge, run), HasSubstr("#2a8a4a"));
  EXPECT_THAT(rendered(render_badge, run), HasSubstr("4 checks passed"));
  EXPECT_THAT(rendered(render_badge, RunResult{}), HasSubstr("no result"));
}

}  // namespace
}  // namespace mqttspec::report
