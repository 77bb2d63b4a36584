#include "conformance/cli/citation_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mqttspec::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> lint(const std::string& level, const std::string& statement) {
  const std::string text = R"({"$schema": "scenario.schema.json", "theme": "t", "scenarios": [
 {"id": "a", "title": "A good broker accepts", "versions": ["5.0"],
  "checks": { "c": { "level": ")" +
                           level + R"(", "statements": [")" + statement + R"("] } },
  "clients": { "x": {} },
  "steps": [{ "client": "x", "connect": {}, "check": "c" }]}]})";
  std::vector<scenario::Problem> problems;
  const Suite suite = parse_suite({{"a.json", text}}, problems);
  EXPECT_THAT(problems, IsEmpty());
  lint_citations(suite, catalogue::Catalogue::embedded(), problems);
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

TEST(CitationLint, AcceptsALevelNoStricterThanTheStatement) {
  EXPECT_THAT(lint("MUST", "5.0:MQTT-3.1.0-1"), IsEmpty());
  EXPECT_THAT(lint("SHOULD", "5.0:MQTT-3.1.0-1"), IsEmpty());
}

TEST(CitationLint, AnUnknownStatementIsToldWithItsPlaceAndAProposal) {
  EXPECT_THAT(lint("MUST", "5.0:MQTT-3.1.0-91"),
              ElementsAre(::testing::AllOf(
                  HasSubstr("a.json:3: scenarios[0].checks.c: there is no statement"),
                  HasSubstr("did you mean 5.0:MQTT-3.1.0-1?"))));
}

TEST(CitationLint, ALevelStricterThanTheStatementIsTold) {
  std::string inferred;
  for (const auto& requirement : catalogue::Catalogue::embedded().all()) {
    if (requirement.version == codec::Version::v5_0 && requirement.level == "inferred") {
      inferred = requirement.id;
    }
  }
  EXPECT_THAT(lint("MUST", inferred), ElementsAre(HasSubstr("more strictly than what it cites")));
  EXPECT_THAT(lint("SHOULD", inferred), IsEmpty());
}

}  // namespace
}  // namespace mqttspec::cli
