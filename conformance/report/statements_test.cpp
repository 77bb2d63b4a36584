#include "conformance/report/statements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

catalogue::Requirement requirement(std::string id, std::string level) {
  catalogue::Requirement it;
  it.id = std::move(id);
  it.level = std::move(level);
  it.summary = "about " + it.id;
  return it;
}

executor::InstanceOutcome instance(std::string id, std::vector<std::string> statements,
                                   Verdict verdict) {
  executor::InstanceOutcome it;
  it.id = std::move(id);
  executor::CheckOutcome check;
  check.name = "c";
  check.statements = std::move(statements);
  check.verdict = verdict;
  it.checks = {check};
  return it;
}

TEST(JudgeStatements, TakesTheWorstCheckThatCitesIt) {
  const std::vector requirements = {requirement("5.0:A", "MUST"), requirement("5.0:B", "MUST")};
  const auto rows = judge_statements(requirements, {instance("x", {"5.0:A"}, Verdict::pass),
                                                    instance("y", {"5.0:A"}, Verdict::fail)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].summary, "about 5.0:A");
  EXPECT_EQ(rows[0].verdict, Verdict::fail);
  EXPECT_THAT(rows[0].checks, ElementsAre("x#c", "y#c"));
  EXPECT_EQ(rows[1].verdict, Verdict::not_asked);
  EXPECT_THAT(rows[1].checks, IsEmpty());
}

TEST(JudgeStatements, AMonitorPassesOnlyIfItSawAnOccasion) {
  const std::vector requirements = {requirement("5.0:A", "MUST"), requirement("5.0:B", "SHOULD")};
  std::vector<executor::InstanceOutcome> instances(2);
  instances[0].monitor_occasions = {{"m", "5.0:A", 0}, {"n", "5.0:B", 1}};
  instances[1].monitor_occasions = {{"m", "5.0:A", 0}, {"n", "5.0:B", 1}};
  auto rows = judge_statements(requirements, instances);
  EXPECT_EQ(rows[0].verdict, Verdict::not_applicable);
  EXPECT_EQ(rows[1].verdict, Verdict::pass);
  EXPECT_THAT(rows[1].checks, ElementsAre("monitor:n"));
  instances[1].monitor_occasions[0].occasions = 4;
  instances[1].monitor_findings = {{"n", "5.0:B", "c", false, "", 0}};
  rows = judge_statements(requirements, instances);
  EXPECT_EQ(rows[0].verdict, Verdict::pass);
  EXPECT_EQ(rows[1].verdict, Verdict::nonstrict) << "a SHOULD";
}

TEST(Describe, KeepsTitleThemeAndNotes) {
  scenario::File file;
  file.path = "scenarios/x.json";
  file.theme = "Theme";
  file.scenarios.resize(1);
  file.scenarios[0].id = "id";
  file.scenarios[0].title = "Title";
  file.scenarios[0].checks.resize(2);
  file.scenarios[0].checks[1].name = "c";
  file.scenarios[0].checks[1].note = "Note";
  const auto infos = describe(file);
  ASSERT_EQ(infos.size(), 1U);
  EXPECT_EQ(infos[0].title, "Title");
  EXPECT_EQ(infos[0].theme, "Theme");
  EXPECT_EQ(infos[0].file, "scenarios/x.json");
  EXPECT_EQ(infos[0].notes.size(), 1U);
  EXPECT_EQ(infos[0].notes.at("c"), "Note");
}

}  // namespace
}  // namespace mqttspec::report
