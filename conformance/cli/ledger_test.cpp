// Each statement is accounted for: what is open, reasoned or unproven is counted, and the counts of
// conformance/catalogue/ledger.json only ever go down.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "conformance/cli/files.hpp"
#include "conformance/cli/suite.hpp"

namespace mqttspec::cli {
namespace {

using Numbers = std::map<std::string, std::size_t>;

const std::string ledger_path = MQTTSPEC_SOURCE_DIR "/conformance/catalogue/ledger.json";

Numbers actual_numbers() {
  const auto summary = catalogue::summarise(coverage_of(load_suite("")));
  fmt::print("{} proven, {} cited, {} reasoned, {} open; {} of {} citations without a proof\n",
             summary.proven, summary.cited, summary.reasoned, summary.open,
             summary.unproven_citations, summary.citations);
  // What is only cited could be a check that cannot fail, hence it counts as open.
  return {{"open", summary.open + summary.cited},
          {"reasoned", summary.reasoned},
          {"unproven", summary.unproven_citations}};
}

std::string print(const Numbers& numbers) {
  return fmt::format("{{ \"open\": {}, \"reasoned\": {}, \"unproven\": {} }}\n", numbers.at("open"),
                     numbers.at("reasoned"), numbers.at("unproven"));
}

TEST(Ledger, OnlyShrinks) {
  const Numbers actual = actual_numbers();
  if (std::getenv("MQTTSPEC_RENEW") != nullptr) {
    write_file(ledger_path, [&](std::ostream& out) { out << print(actual); });
  }
  const auto ledger = nlohmann::json::parse(read_file(ledger_path)).get<Numbers>();
  for (const auto& [name, count] : actual) {
    if (!ledger.contains(name)) continue;
    EXPECT_LE(count, ledger.at(name))
        << name << " may be " << ledger.at(name) << " at most (conformance/catalogue/ledger.json). "
        << "A check was lost, or lost its proof: see `mqttspec list statements`.";
    if (count < ledger.at(name)) {
      fmt::print(
          "{} is {} by now: lower it from {} in conformance/catalogue/ledger.json to\n  {}"
          "(MQTTSPEC_RENEW=1 does it)\n",
          name, count, ledger.at(name), print(actual));
    }
  }
}

TEST(Ledger, NoReasonIsOutOfDate) {
  std::map<std::string, const catalogue::StatementCoverage*> by_id;
  const auto coverage = coverage_of(load_suite(""));
  for (const auto& entry : coverage) by_id[entry.requirement->id] = &entry;
  for (const catalogue::Reason& reason : catalogue::embedded_reasons()) {
    ASSERT_TRUE(by_id.contains(reason.statement)) << "no such statement: " << reason.statement;
    const auto& entry = *by_id[reason.statement];
    // A client-only statement may well be cited: its breach can call for a reaction of the server.
    if (reason.reason == "client-only") continue;
    EXPECT_EQ(entry.coverage, catalogue::Coverage::reasoned)
        << reason.statement << " has a check: take its reason out of reasoned.json";
  }
}

TEST(Ledger, EveryProofIsOfACheckThatExists) {
  const auto citations = citations_of(load_suite(""));
  const std::set<catalogue::Citation> known(citations.begin(), citations.end());
  for (const catalogue::Proof& proof : embedded_proofs()) {
    EXPECT_TRUE(known.contains(proof.citation))
        << proof.citation.scenario << "#" << proof.citation.check << " does not cite "
        << proof.citation.statement << "; mqttspec mutants --full writes the proofs anew";
  }
}

}  // namespace
}  // namespace mqttspec::cli
