// Runs the suite against every mutant and every variant: proves that each check can fail, and that
// none asserts more than the standard says (DESIGN section 7).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "conformance/catalogue/coverage.hpp"
#include "conformance/executor/outcome.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::mutants {

using executor::Verdict;

// A check whose verdict changed for the worse.
struct Turned {
  std::string instance;
  std::string scenario;
  std::string check;
  Verdict before = Verdict::pass;
  Verdict after = Verdict::fail;
  std::string why;
  std::vector<std::string> proven;  // statements that both the check and the mutant cite
};

struct MutantResult {
  const MutantRow* row = nullptr;
  bool killed = false;         // it turned a check that cites one of its statements
  std::string ledger;          // why it is known to survive; empty if it is not listed
  std::vector<Turned> turned;  // proofs first; in a quick run up to the first proof
  std::size_t instances_run = 0;
};

struct VariantResult {
  const VariantRow* row = nullptr;
  std::vector<Turned> worsened;  // empty: spared
  // MAY checks that this variant answers otherwise than the reference.
  std::vector<catalogue::Citation> answers;
};

struct MatrixSummary {
  std::size_t mutants = 0;
  std::size_t killed = 0;
  std::size_t ledger = 0;    // survived, and listed
  std::size_t survived = 0;  // survived, and not listed
  std::size_t variants = 0;
  std::size_t spared = 0;
  std::size_t wrongly_caught = 0;
};

struct Matrix {
  bool full = false;
  bool interrupted = false;
  std::size_t checks = 0;                  // that the reference was asked
  std::vector<Turned> reference_failures;  // checks that the reference itself does not pass
  std::vector<MutantResult> mutants;
  std::vector<VariantResult> variants;
  std::vector<catalogue::Proof> proofs;       // of a full run: all there are
  std::vector<std::string> ledger_to_remove;  // listed as surviving, but killed or unknown
};
[[nodiscard]] MatrixSummary summarise(const Matrix& matrix);

struct MatrixOptions {
  std::function<bool(const std::string& slug)> selected;  // empty: all
  bool full = false;  // every instance against every mutant; else its own checks up to a proof
  bool citing_only = false;  // of a full run: leaves out what can turn, but not prove anything
  // Empty, or ends a mutant's run in spite of `full`.
  std::function<bool(const MutantResult& so_far)> enough;
  std::function<bool()> stop;
  std::function<void(std::size_t finished, std::size_t total)> progress;
  // Calls the function for 0..n-1, possibly side by side; empty: one after the other.
  std::function<void(std::size_t n, const std::function<void(std::size_t)>&)> parallel;
};

// Mutants and variants are judged with the live tolerances, since a real broker is judged so.
[[nodiscard]] Matrix run_matrix(const std::vector<scenario::Instance>& instances,
                                const MatrixOptions& options);

// The same for these variants alone (combinations, say), in their order. Of the options `stop`,
// `progress` and `parallel` count.
[[nodiscard]] std::vector<VariantResult> run_variants(
    const std::vector<scenario::Instance>& instances, const std::vector<const VariantRow*>& rows,
    const MatrixOptions& options);

// How many checks each mutant turned in a full run, and out of how many.
struct Kills {
  std::size_t checks = 0;
  std::map<std::string, std::size_t> turned;  // by slug
};
[[nodiscard]] Kills kills_of(const Matrix& matrix);
// The form of conformance/mutants/kills.json, one mutant a line; the parser throws
// std::runtime_error that names the file.
[[nodiscard]] std::string kills_to_text(const Kills& kills);
[[nodiscard]] Kills kills_from_text(const std::string& path, const std::string& text);
// Those that turned more than a tenth of all checks, and so say little about any of them.
[[nodiscard]] std::vector<std::string> coarse(const Kills& kills);

// slug -> reason, out of the embedded ledger.
[[nodiscard]] const std::map<std::string, std::string>& embedded_ledger();

}  // namespace mqttspec::mutants
