#include "conformance/cli/results.hpp"

#include <sstream>
#include <stdexcept>

#include "conformance/cli/files.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/mutants/matrix/matrix.hpp"
#include "conformance/report/deflate.hpp"
#include "conformance/report/render.hpp"
#include "embedded/kill_files.hpp"

namespace mqttspec::cli {
namespace {

// A run with all its traces is below 20 MB.
constexpr std::size_t results_max = 512UL * 1024 * 1024;

}  // namespace

report::RunResult read_results(const std::string& path) {
  std::string text = read_file(path);
  try {
    if (report::is_gzip(text)) text = report::gunzip(text, results_max);
    std::istringstream in(std::move(text));
    return report::read_json(in);
  } catch (const std::exception& error) {
    // Its own messages begin with the name that the file usually has.
    std::string what = error.what();
    const std::string usual = "results.json: ";
    if (what.starts_with(usual)) what.erase(0, usual.size());
    throw std::runtime_error(path + ": " + what);
  }
}

report::KillsPage kills_page() {
  const Suite suite = load_suite("");
  const embedded::File& file = embedded::kill_files().front();
  const mutants::Kills kills =
      mutants::kills_from_text(std::string(file.path), std::string(file.content));
  report::KillsPage page;
  page.version = MQTTSPEC_VERSION;
  page.checks = kills.checks;
  const auto& ledger = mutants::embedded_ledger();
  for (const mutants::MutantRow& row : mutants::mutant_table()) {
    const auto turned = kills.turned.find(row.slug);
    const auto listed = ledger.find(row.slug);
    page.mutants.push_back(
        {row.slug, row.sentence, row.statements,
         turned == kills.turned.end() ? std::nullopt : std::optional(turned->second), row.explained,
         listed == ledger.end() ? std::string() : listed->second});
  }
  for (const mutants::VariantRow& row : mutants::variant_table()) {
    page.variants.push_back({row.slug, row.sentence, row.section});
  }
  for (const catalogue::Proof& proof : embedded_proofs()) {
    page.proofs.push_back(
        {proof.citation.statement, proof.citation.scenario + "#" + proof.citation.check, proof.by});
  }
  for (const catalogue::StatementCoverage& entry : coverage_of(suite)) {
    page.statements.push_back(
        {entry.requirement->id, entry.requirement->level, entry.requirement->summary,
         std::string(catalogue::to_string(entry.coverage)), entry.reason.why, entry.checks});
  }
  for (const auto& parsed : suite.files) {
    for (const scenario::Scenario& scenario : parsed->scenarios) {
      page.titles.emplace_back(scenario.id, scenario.title);
    }
  }
  return page;
}

}  // namespace mqttspec::cli
