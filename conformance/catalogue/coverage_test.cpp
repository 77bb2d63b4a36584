#include "conformance/catalogue/coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace mqttspec::catalogue {
namespace {

using ::testing::ElementsAre;

const std::string id = "5.0:MQTT-3.3.1-4";
const Citation citation{"qos-3", "refused", id};

StatementCoverage only(const std::vector<Citation>& citations, const std::vector<Proof>& proofs,
                       const std::vector<Reason>& reasons) {
  const Catalogue& catalogue = Catalogue::embedded();
  for (auto& entry : compute_coverage(catalogue, citations, proofs, reasons)) {
    if (entry.requirement->id == id) return entry;
  }
  return {};
}

TEST(Coverage, WithoutCheckAndReasonAStatementIsOpen) {
  EXPECT_EQ(only({}, {}, {}).coverage, Coverage::open);
}

TEST(Coverage, ACheckThatNothingProvedIsOnlyCited) {
  const auto entry = only({citation}, {}, {});
  EXPECT_EQ(entry.coverage, Coverage::cited);
  EXPECT_THAT(entry.checks, ElementsAre("qos-3#refused"));
  EXPECT_EQ(entry.unproven_checks, 1U);
}

TEST(Coverage, AProofOfThatVeryCheckMakesItProven) {
  const auto entry = only({citation}, {{citation, {"accepts-qos-3"}}}, {});
  EXPECT_EQ(entry.coverage, Coverage::proven);
  EXPECT_THAT(entry.mutants, ElementsAre("accepts-qos-3"));
  EXPECT_EQ(entry.unproven_checks, 0U);
}

TEST(Coverage, AProofOfAnotherCheckOrStatementProvesNothing) {
  const Proof other_check{{"qos-3", "code", id}, {"m"}};
  const Proof other_statement{{"qos-3", "refused", "3.1.1:MQTT-3.3.1-4"}, {"m"}};
  EXPECT_EQ(only({citation}, {other_check, other_statement}, {}).coverage, Coverage::cited);
}

TEST(Coverage, AReasonCountsOnlyWhereThereIsNoCheck) {
  const Reason reason{id, "not-observable", "words"};
  EXPECT_EQ(only({}, {}, {reason}).coverage, Coverage::reasoned);
  EXPECT_EQ(only({citation}, {}, {reason}).coverage, Coverage::cited);
}

TEST(Coverage, TheSummaryCountsEveryStatementOnce) {
  const auto coverage = compute_coverage(Catalogue::embedded(), {citation}, {}, embedded_reasons());
  const CoverageSummary summary = summarise(coverage);
  EXPECT_EQ(summary.proven + summary.cited + summary.reasoned + summary.open,
            Catalogue::embedded().all().size());
  EXPECT_EQ(summary.citations, 1U);
  EXPECT_EQ(summary.unproven_citations, 1U);
}

TEST(Reasons, FollowFromTheClassOfAStatement) {
  std::set<std::string> client_only;
  for (const Reason& reason : embedded_reasons()) {
    if (reason.reason == "client-only") client_only.insert(reason.statement);
  }
  EXPECT_TRUE(client_only.contains("3.1.1:MQTT-7.1.2-1"));
}

TEST(Reasons, OutsideTheClosedListAreRefused) {
  const std::string text =
      R"({"statements": [{"statement": "5.0:X", "reason": "too-hard", "why": "w"}]})";
  EXPECT_THROW((void)reasons_from_text("r.json", text), std::runtime_error);
}

TEST(Reasons, WithoutWordsAreRefused) {
  const std::string text =
      R"({"statements": [{"statement": "5.0:X", "reason": "no-verdict", "why": ""}]})";
  EXPECT_THROW((void)reasons_from_text("r.json", text), std::runtime_error);
}

TEST(Proofs, SurviveBeingWrittenAndRead) {
  const std::vector<Proof> proofs = {{citation, {"b", "a"}}, {{"x", "y", "3.1:V31-1"}, {"c"}}};
  const auto read = proofs_from_text("p.json", proofs_to_text(proofs));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].citation.statement, "3.1:V31-1");
  EXPECT_EQ(read[1].citation, citation);
  EXPECT_THAT(read[1].by, ElementsAre("a", "b"));
}

TEST(Proofs, NoneAreWrittenAsAnEmptyList) {
  EXPECT_TRUE(proofs_from_text("p.json", proofs_to_text({})).empty());
}

TEST(Proofs, WithoutAMutantAreRefused) {
  const std::string text =
      R"({"format": "mqttspec-proofs/1", "proofs": [{"statement": "a", "check": "b#c", "by": []}]})";
  EXPECT_THROW((void)proofs_from_text("p.json", text), std::runtime_error);
}

}  // namespace
}  // namespace mqttspec::catalogue
