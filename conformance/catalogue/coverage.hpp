// Is each statement accounted for? Four answers:
//   proven    a check cites it, and a mutant that violates it turned that very check to its bad
//   verdict cited     a check cites it, but nothing has shown that the check can fail for it
//   reasoned  no check, and a reason out of a closed list why none can be
//   open      none of these
// The catalogue knows neither scenarios nor mutants, so both come as plain data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/catalogue/catalogue.hpp"

namespace mqttspec::catalogue {

enum class Coverage : std::uint8_t { proven, cited, reasoned, open };
[[nodiscard]] std::string_view to_string(Coverage coverage);

// A check of a scenario that cites a statement (in at least one instance). The statement's id holds
// the version, so this is the triple that coverage is counted by.
struct Citation {
  std::string scenario;
  std::string check;
  std::string statement;
  friend auto operator<=>(const Citation&, const Citation&) = default;
};

// Who showed that a citation can fail: the slugs of mutants (of variants, for a MAY check).
struct Proof {
  Citation citation;
  std::vector<std::string> by;
};

// Why no check of a server can see a violation.
struct Reason {
  std::string statement;
  std::string reason;  // slug of reason_table()
  std::string why;     // in words
};
struct ReasonRow {
  std::string_view slug;
  std::string_view sentence;
  std::string_view testable;  // the catalogue's class that gives this reason by itself, or ""
};
[[nodiscard]] const std::vector<ReasonRow>& reason_table();

// Reasons of the text of a reasons file ({"statements": [{"statement", "reason", "why"}]}); throws
// std::runtime_error that names file and place.
[[nodiscard]] std::vector<Reason> reasons_from_text(const std::string& path,
                                                    const std::string& text);
// Those that follow from the class of each statement, then the embedded file's.
[[nodiscard]] std::vector<Reason> embedded_reasons();

// Proofs of the text of a proofs file ({"format": "mqttspec-proofs/1", "proofs": [{"statement",
// "check": "scenario#check", "by": [slugs]}]}); throws std::runtime_error.
[[nodiscard]] std::vector<Proof> proofs_from_text(const std::string& path, const std::string& text);
// The printed form: one proof a line, sorted, so that a difference can be read.
[[nodiscard]] std::string proofs_to_text(std::vector<Proof> proofs);

struct StatementCoverage {
  const Requirement* requirement = nullptr;
  Coverage coverage = Coverage::open;
  Reason reason;                       // of reasoned
  std::vector<std::string> checks;     // "scenario#check", sorted
  std::vector<std::string> scenarios;  // sorted
  std::vector<std::string> mutants;    // that prove one of its checks, sorted
  std::size_t unproven_checks = 0;
};

struct CoverageSummary {
  std::size_t proven = 0;
  std::size_t cited = 0;
  std::size_t reasoned = 0;
  std::size_t open = 0;
  std::size_t citations = 0;
  std::size_t unproven_citations = 0;
};

// One entry a statement, in the catalogue's order. Citations of unknown statements are ignored:
// that is for lint to say.
[[nodiscard]] std::vector<StatementCoverage> compute_coverage(
    const Catalogue& catalogue, const std::vector<Citation>& citations,
    const std::vector<Proof>& proofs, const std::vector<Reason>& reasons);
[[nodiscard]] CoverageSummary summarise(const std::vector<StatementCoverage>& coverage);

}  // namespace mqttspec::catalogue
