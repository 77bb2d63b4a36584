#include "conformance/catalogue/coverage.hpp"

#include <map>
#include <set>

namespace mqttspec::catalogue {

std::string_view to_string(Coverage coverage) {
  switch (coverage) {
    case Coverage::proven:
      return "proven";
    case Coverage::cited:
      return "cited";
    case Coverage::reasoned:
      return "reasoned";
    case Coverage::open:
      return "open";
  }
  return "open";
}

std::vector<StatementCoverage> compute_coverage(const Catalogue& catalogue,
                                                const std::vector<Citation>& citations,
                                                const std::vector<Proof>& proofs,
                                                const std::vector<Reason>& reasons) {
  std::map<Citation, std::set<std::string>> proved_by;
  for (const Proof& proof : proofs) {
    if (!proof.by.empty()) proved_by[proof.citation].insert(proof.by.begin(), proof.by.end());
  }
  std::map<std::string, std::set<Citation>> cited_by;
  for (const Citation& citation : citations) cited_by[citation.statement].insert(citation);
  std::map<std::string, Reason> reason_for;
  for (const Reason& reason : reasons) reason_for.emplace(reason.statement, reason);

  std::vector<StatementCoverage> all;
  all.reserve(catalogue.all().size());
  for (const Requirement& requirement : catalogue.all()) {
    StatementCoverage entry;
    entry.requirement = &requirement;
    std::set<std::string> scenarios, mutants;
    const auto cites = cited_by.find(requirement.id);
    if (cites != cited_by.end()) {
      entry.coverage = Coverage::cited;
      for (const Citation& citation : cites->second) {
        entry.checks.push_back(citation.scenario + "#" + citation.check);
        scenarios.insert(citation.scenario);
        // A proof of a check that is no longer there proves nothing, hence the way round.
        const auto proof = proved_by.find(citation);
        if (proof == proved_by.end()) {
          ++entry.unproven_checks;
          continue;
        }
        entry.coverage = Coverage::proven;
        mutants.insert(proof->second.begin(), proof->second.end());
      }
    } else if (const auto reason = reason_for.find(requirement.id); reason != reason_for.end()) {
      entry.coverage = Coverage::reasoned;
      entry.reason = reason->second;
    }
    entry.scenarios.assign(scenarios.begin(), scenarios.end());
    entry.mutants.assign(mutants.begin(), mutants.end());
    all.push_back(std::move(entry));
  }
  return all;
}

CoverageSummary summarise(const std::vector<StatementCoverage>& coverage) {
  CoverageSummary summary;
  for (const StatementCoverage& entry : coverage) {
    switch (entry.coverage) {
      case Coverage::proven:
        ++summary.proven;
        break;
      case Coverage::cited:
        ++summary.cited;
        break;
      case Coverage::reasoned:
        ++summary.reasoned;
        break;
      case Coverage::open:
        ++summary.open;
        break;
    }
    summary.citations += entry.checks.size();
    summary.unproven_citations += entry.unproven_checks;
  }
  return summary;
}

}  // namespace mqttspec::catalogue
