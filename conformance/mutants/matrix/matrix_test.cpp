#include "conformance/mutants/matrix/matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "conformance/executor/virtual/virtual_driver.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::mutants {
namespace {

using scenario::Instance;

std::vector<Instance> expand_text(const std::string& path, const std::string& text) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(text, path, problems);
  std::vector<Instance> instances;
  if (file) {
    instances =
        scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
  }
  for (const auto& problem : problems) ADD_FAILURE() << scenario::to_string(problem);
  return instances;
}

const std::vector<Instance>& suite() {
  static const std::vector<Instance> instances = [] {
    std::vector<Instance> all;
    for (const auto& [path, text] : scenario::test::scenario_files()) {
      for (auto& instance : expand_text(path, text)) all.push_back(std::move(instance));
    }
    return all;
  }();
  return instances;
}

// One of MQTTSPEC_SAMPLE (see CMakeLists.txt), always the same ones.
bool in_sample(const std::string& text) {
  std::uint32_t sum = 0;
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum % MQTTSPEC_SAMPLE == 0;
}

// One quick run of the whole suite serves several tests.
const Matrix& quick_run() {
  static const Matrix matrix = [] {
    MatrixOptions options;
    if (MQTTSPEC_SAMPLE > 1) options.selected = in_sample;
    return run_matrix(suite(), options);
  }();
  return matrix;
}

std::string describe(const Turned& entry) {
  return entry.instance + " " + entry.check + " became " +
         std::string(executor::to_string(entry.after)) + ": " + entry.why;
}

TEST(Matrix, TheReferencePassesEveryCheckWithTheLiveTolerances) {
  EXPECT_GT(quick_run().checks, 1000u);
  for (const auto& entry : quick_run().reference_failures) ADD_FAILURE() << describe(entry);
}

TEST(Matrix, EveryMutantIsKilledOrInTheLedger) {
  for (const auto& mutant : quick_run().mutants) {
    EXPECT_TRUE(mutant.killed || !mutant.ledger.empty())
        << mutant.row->slug << ": no check that cites one of its statements fails; write one, or "
        << "list it in conformance/mutants/ledger.json with the reason";
  }
}

TEST(Matrix, TheLedgerHoldsNothingButSurvivors) {
  for (const auto& slug : quick_run().ledger_to_remove) {
    ADD_FAILURE() << slug
                  << " is killed (or unknown): remove it from conformance/mutants/ledger.json";
  }
}

TEST(Matrix, NoCheckFailsALegalVariant) {
  for (const auto& variant : quick_run().variants) {
    for (const auto& entry : variant.worsened) {
      ADD_FAILURE() << variant.row->slug << " wrongly caught: " << describe(entry);
    }
  }
}

// The instances that could give one of these proofs.
std::vector<Instance> asking(const std::set<catalogue::Citation>& citations) {
  std::vector<Instance> instances;
  for (const auto& instance : suite()) {
    const bool asks = std::any_of(citations.begin(), citations.end(), [&](const auto& citation) {
      if (instance.scenario->id != citation.scenario) return false;
      return std::any_of(instance.checks.begin(), instance.checks.end(), [&](const auto& check) {
        return check.name == citation.check &&
               std::find(check.statements.begin(), check.statements.end(), citation.statement) !=
                   check.statements.end();
      });
    });
    if (asks) instances.push_back(instance);
  }
  return instances;
}

TEST(Matrix, CommittedProofsHold) {
  const std::string path = "conformance/mutants/proofs.json";
  const auto proofs = catalogue::proofs_from_text(
      path, scenario::test::read_text(std::string(MQTTSPEC_SOURCE_DIR) + "/" + path));
  ASSERT_FALSE(proofs.empty());
  // (mutant or variant, scenario) -> citations that it has to prove there.
  std::map<std::pair<std::string, std::string>, std::set<catalogue::Citation>> jobs;
  for (const auto& proof : proofs) {
    ASSERT_FALSE(proof.by.empty());
    if (!in_sample(proof.citation.scenario)) continue;
    jobs[{proof.by.front(), proof.citation.scenario}].insert(proof.citation);
  }
  for (auto& [job, citations] : jobs) {
    MatrixOptions options;
    options.selected = [&slug = job.first](const std::string& other) { return other == slug; };
    options.full = true;
    options.enough = [&wanted = citations](const MutantResult& so_far) {
      auto left = wanted;
      for (const auto& entry : so_far.turned) {
        for (const auto& id : entry.proven) left.erase({entry.scenario, entry.check, id});
      }
      return left.empty();
    };
    const Matrix matrix = run_matrix(asking(citations), options);
    for (const auto& proof : matrix.proofs) citations.erase(proof.citation);
    for (const auto& citation : citations) {
      ADD_FAILURE() << job.first << " does not prove " << citation.scenario << "#" << citation.check
                    << " for " << citation.statement
                    << "; make the proofs anew: mqttspec mutants --full";
    }
  }
}

TEST(Matrix, ACoarseMutantSaysWhyItIsNoNarrower) {
  const std::string path = "conformance/mutants/kills.json";
  const auto kills = kills_from_text(
      path, scenario::test::read_text(std::string(MQTTSPEC_SOURCE_DIR) + "/" + path));
  const auto slugs = coarse(kills);
  for (const auto& slug : slugs) {
    const auto* row = find_mutant(slug);
    if (row == nullptr) continue;  // the next full run forgets it
    EXPECT_FALSE(row->explained.empty())
        << slug << " turns " << kills.turned.at(slug) << " of " << kills.checks
        << " checks: narrow it, or say in its row why it cannot be narrower";
  }
}

TEST(Matrix, MoreThanATenthOfAllChecksIsCoarse) {
  EXPECT_EQ(coarse({100, {{"fine", 10}, {"coarse", 11}}}), std::vector<std::string>{"coarse"});
}

TEST(Matrix, KillsSurviveBeingWrittenAndRead) {
  const auto read = kills_from_text("k.json", kills_to_text({7, {{"a", 1}, {"b", 0}}}));
  EXPECT_EQ(read.checks, 7u);
  EXPECT_EQ(read.turned, (std::map<std::string, std::size_t>{{"a", 1}, {"b", 0}}));
  EXPECT_THROW((void)kills_from_text("k.json", "{}"), std::runtime_error);
}

constexpr std::string_view ping_only = R"({
  "$schema": "x", "theme": "Ping", "scenarios": [ {
    "id": "ping", "title": "PINGREQ is answered", "versions": ["5.0"],
    "checks": { "answered": { "level": "MUST", "statements": ["5.0:MQTT-3.12.4-1"] } },
    "clients": { "a": {} },
    "steps": [ { "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "answered" } ] } ] })";

MatrixOptions only(std::string slug) {
  MatrixOptions options;
  options.selected = [slug = std::move(slug)](const std::string& other) { return other == slug; };
  return options;
}

TEST(Matrix, AMutantIsKilledByACheckThatCitesItsStatement) {
  const auto matrix =
      run_matrix(expand_text("x.json", std::string(ping_only)), only("ping-goes-unanswered"));
  ASSERT_EQ(matrix.mutants.size(), 1u);
  EXPECT_TRUE(matrix.mutants[0].killed);
  ASSERT_EQ(matrix.proofs.size(), 1u);
  EXPECT_EQ(matrix.proofs[0].citation,
            (catalogue::Citation{"ping", "answered", "5.0:MQTT-3.12.4-1"}));
  EXPECT_EQ(matrix.proofs[0].by, std::vector<std::string>{"ping-goes-unanswered"});
}

TEST(Matrix, ACheckOfAnotherStatementProvesNothing) {
  std::string text(ping_only);
  text.replace(text.find("MQTT-3.12.4-1"), 13, "MQTT-3.1.4-5");
  auto options = only("ping-goes-unanswered");
  options.full = true;
  const auto matrix = run_matrix(expand_text("x.json", text), options);
  ASSERT_EQ(matrix.mutants.size(), 1u);
  EXPECT_FALSE(matrix.mutants[0].killed);
  EXPECT_EQ(matrix.mutants[0].turned.size(), 1u);
  EXPECT_TRUE(matrix.proofs.empty());
  EXPECT_EQ(summarise(matrix).survived, 1u);
}

TEST(Matrix, AQuickRunLeavesOutInstancesThatCannotProve) {
  const auto matrix =
      run_matrix(expand_text("x.json", std::string(ping_only)), only("puback-is-missing"));
  ASSERT_EQ(matrix.mutants.size(), 1u);
  EXPECT_EQ(matrix.mutants[0].instances_run, 0u);
}

TEST(Matrix, AnOverAssertiveCheckIsFoundByAVariant) {
  const auto matrix = run_matrix(expand_text("x.json", R"({
  "$schema": "x", "theme": "Too strict", "scenarios": [ {
    "id": "too-strict", "title": "DISCONNECT comes before the close", "versions": ["5.0"],
    "checks": { "told": { "level": "MUST", "statements": ["5.0:V5-4.13.1-a"] } },
    "clients": { "a": {} },
    "steps": [ { "client": "a", "connect": {} },
      { "client": "a", "send": { "bytes": "00 00" }, "illegal": "type 0",
        "expect": { "CLOSED": { "farewell": "DISCONNECT" } }, "check": "told" } ] } ] })"),
                                 only("closes-without-disconnect"));
  ASSERT_EQ(matrix.variants.size(), 1u);
  ASSERT_EQ(matrix.variants[0].worsened.size(), 1u);
  EXPECT_EQ(matrix.variants[0].worsened[0].check, "told");
  EXPECT_EQ(summarise(matrix).wrongly_caught, 1u);
}

TEST(Matrix, AVariantThatAnswersAMayCheckOtherwiseProvesIt) {
  auto options = only("one-copy-per-subscription");
  options.full = true;
  std::vector<Instance> overlapping;
  for (const auto& instance : suite()) {
    if (instance.scenario->id == "overlapping-subscriptions") overlapping.push_back(instance);
  }
  const auto matrix = run_matrix(overlapping, options);
  EXPECT_TRUE(std::any_of(matrix.proofs.begin(), matrix.proofs.end(), [](const auto& proof) {
    return proof.citation.check == "one-copy" && proof.citation.statement == "5.0:V5-3.3.4-b";
  }));
}

TEST(Matrix, AStopEndsTheRun) {
  MatrixOptions options;
  options.stop = [] { return true; };
  const auto matrix = run_matrix(suite(), options);
  EXPECT_TRUE(matrix.interrupted);
  for (const auto& mutant : matrix.mutants) EXPECT_EQ(mutant.instances_run, 0u);
}

}  // namespace
}  // namespace mqttspec::mutants
