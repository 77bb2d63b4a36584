#include "conformance/mutants/matrix/matrix.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <set>
#include <unordered_map>

#include "conformance/executor/virtual/virtual_driver.hpp"

namespace mqttspec::mutants {
namespace {

using executor::CheckOutcome;
using executor::InstanceOutcome;
using scenario::Instance;
using scenario::Level;

// Verdicts of the reference, by instance and check.
using Baseline = std::vector<std::vector<CheckOutcome>>;

// The longest script of the suite takes a few hundred turns. A mutant that is answered for ever
// fills an inbox that is looked through at each turn, so that the bound is a low one.
constexpr std::uint64_t turns_max = 10'000;

InstanceOutcome run_one(const Instance& instance, node::Interceptor* interceptor,
                        const std::function<void(broker::Config&)>& configure,
                        const std::function<bool()>& stop) {
  executor::VirtualOptions options;
  options.turns_max = turns_max;
  options.stop = stop;
  options.tolerance = executor::Tolerance::live();
  options.interceptor = interceptor;
  if (configure) configure(options.config);
  return executor::run_virtual(instance, options);
}

const CheckOutcome* find_check(const std::vector<CheckOutcome>& checks, const std::string& name) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const CheckOutcome& check) { return check.name == name; });
  return found == checks.end() ? nullptr : &*found;
}

std::vector<std::string> shared(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> result;
  for (const auto& id : a) {
    if (std::find(b.begin(), b.end(), id) != b.end()) result.push_back(id);
  }
  return result;
}

// Does the new verdict show that the check can fail? Blocked, crash and inconclusive do not count.
bool is_proof(const CheckOutcome& before, const CheckOutcome& after) {
  // What the reference has no occasion for (several copies, say) can be shown by a mutant that has.
  if (before.verdict != Verdict::pass && before.verdict != Verdict::not_applicable) return false;
  if (after.level == Level::must) return after.verdict == Verdict::fail;
  if (after.level == Level::should) {
    return after.verdict == Verdict::nonstrict || after.verdict == Verdict::fail;
  }
  return false;
}

bool is_good(Verdict verdict) {
  return verdict >= Verdict::pass;
}

Turned turned(const InstanceOutcome& outcome, const CheckOutcome& check, Verdict before) {
  return {outcome.id, outcome.scenario, check.name, before, check.verdict, check.why, {}};
}

// Those first that cite the mutant's first statement, which is the one that it is made for: a quick
// run finds its proof there.
std::vector<std::size_t> in_order(const MutantRow& row, const std::vector<Instance>& instances) {
  std::vector<std::size_t> order(instances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
    const auto& checks = instances[i].checks;
    return std::any_of(checks.begin(), checks.end(), [&](const auto& check) {
      return std::find(check.statements.begin(), check.statements.end(), row.statements.front()) !=
             check.statements.end();
    });
  });
  return order;
}

MutantResult run_mutant(const MutantRow& row, const std::vector<Instance>& instances,
                        const Baseline& baseline, const MatrixOptions& options) {
  MutantResult result;
  result.row = &row;
  const auto cites = [&](const Instance& instance) {
    return std::any_of(instance.checks.begin(), instance.checks.end(), [&](const auto& check) {
      return !shared(check.statements, row.statements).empty();
    });
  };
  for (const std::size_t i : in_order(row, instances)) {
    if (options.stop && options.stop()) break;
    if (options.enough && options.enough(result)) break;
    if (!options.full && result.killed) break;
    if ((!options.full || options.citing_only) && !cites(instances[i])) continue;
    const auto interceptor = row.make();
    const InstanceOutcome outcome = run_one(instances[i], interceptor.get(), {}, options.stop);
    ++result.instances_run;
    for (const auto& check : outcome.checks) {
      const CheckOutcome* before = find_check(baseline[i], check.name);
      if (before == nullptr || !is_proof(*before, check)) continue;
      Turned entry = turned(outcome, check, before->verdict);
      entry.proven = shared(check.statements, row.statements);
      result.killed = result.killed || !entry.proven.empty();
      result.turned.push_back(std::move(entry));
    }
  }
  std::stable_partition(result.turned.begin(), result.turned.end(),
                        [](const Turned& entry) { return !entry.proven.empty(); });
  const auto& ledger = embedded_ledger();
  if (const auto known = ledger.find(row.slug); known != ledger.end()) {
    result.ledger = known->second;
  }
  return result;
}

VariantResult run_variant(const VariantRow& row, const std::vector<Instance>& instances,
                          const Baseline& baseline, const MatrixOptions& options) {
  VariantResult result;
  result.row = &row;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (options.stop && options.stop()) break;
    const auto interceptor = row.make ? row.make() : nullptr;
    const InstanceOutcome outcome =
        run_one(instances[i], interceptor.get(), row.configure, options.stop);
    for (const auto& check : outcome.checks) {
      const CheckOutcome* before = find_check(baseline[i], check.name);
      const bool tolerated = row.against_a_should && check.verdict == Verdict::nonstrict &&
                             check.level == Level::should;
      if (!is_good(check.verdict) && !tolerated) {
        result.worsened.push_back(
            turned(outcome, check, before != nullptr ? before->verdict : Verdict::not_asked));
      }
      if (check.level == Level::may && before != nullptr && before->answer && check.answer &&
          *before->answer != *check.answer) {
        for (const auto& statement : check.statements) {
          result.answers.push_back({outcome.scenario, check.name, statement});
        }
      }
    }
  }
  return result;
}

// Unites what all runs have proven.
std::vector<catalogue::Proof> proofs_of(const Matrix& matrix) {
  std::map<catalogue::Citation, std::set<std::string>> by;
  for (const auto& mutant : matrix.mutants) {
    for (const auto& entry : mutant.turned) {
      for (const auto& statement : entry.proven) {
        by[{entry.scenario, entry.check, statement}].insert(mutant.row->slug);
      }
    }
  }
  for (const auto& variant : matrix.variants) {
    for (const auto& citation : variant.answers) by[citation].insert(variant.row->slug);
  }
  std::vector<catalogue::Proof> proofs;
  for (const auto& [citation, slugs] : by) {
    proofs.push_back({citation, {slugs.begin(), slugs.end()}});
  }
  return proofs;
}

Baseline run_reference(const std::vector<Instance>& instances, Matrix& matrix,
                       const MatrixOptions& options) {
  Baseline baseline(instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (options.stop && options.stop()) break;
    const InstanceOutcome outcome = run_one(instances[i], nullptr, {}, options.stop);
    for (const auto& check : outcome.checks) {
      if (check.verdict == Verdict::not_asked) continue;
      ++matrix.checks;
      if (!is_good(check.verdict)) {
        matrix.reference_failures.push_back(turned(outcome, check, Verdict::pass));
      }
    }
    baseline[i] = outcome.checks;
  }
  return baseline;
}

}  // namespace

Matrix run_matrix(const std::vector<Instance>& instances, const MatrixOptions& options) {
  Matrix matrix;
  matrix.full = options.full;
  const Baseline baseline = run_reference(instances, matrix, options);

  const auto selected = [&](const std::string& slug) {
    return !options.selected || options.selected(slug);
  };
  std::vector<const MutantRow*> mutants;
  for (const auto& row : mutant_table()) {
    if (selected(row.slug)) mutants.push_back(&row);
  }
  std::vector<const VariantRow*> variants;
  for (const auto& row : variant_table()) {
    if (selected(row.slug)) variants.push_back(&row);
  }
  matrix.mutants.resize(mutants.size());
  matrix.variants.resize(variants.size());

  const std::size_t total = mutants.size() + variants.size();
  std::atomic<std::size_t> finished{0};
  // Variants are the longer jobs, so they come first.
  const auto job = [&](std::size_t i) {
    if (i < variants.size()) {
      matrix.variants[i] = run_variant(*variants[i], instances, baseline, options);
    } else {
      const std::size_t m = i - variants.size();
      matrix.mutants[m] = run_mutant(*mutants[m], instances, baseline, options);
    }
    const std::size_t count = ++finished;
    if (options.progress) options.progress(count, total);
  };
  if (options.parallel) {
    options.parallel(total, job);
  } else {
    for (std::size_t i = 0; i < total; ++i) job(i);
  }
  matrix.interrupted = options.stop && options.stop();
  matrix.proofs = proofs_of(matrix);
  for (const auto& [slug, why] : embedded_ledger()) {
    if (!selected(slug)) continue;
    const auto found = std::find_if(
        matrix.mutants.begin(), matrix.mutants.end(),
        [&listed = slug](const MutantResult& result) { return result.row->slug == listed; });
    if (found == matrix.mutants.end() || found->killed) matrix.ledger_to_remove.push_back(slug);
  }
  return matrix;
}

std::vector<VariantResult> run_variants(const std::vector<Instance>& instances,
                                        const std::vector<const VariantRow*>& rows,
                                        const MatrixOptions& options) {
  if (rows.empty()) return {};
  Matrix reference;
  const Baseline baseline = run_reference(instances, reference, options);
  std::vector<VariantResult> results(rows.size());
  std::atomic<std::size_t> finished{0};
  const auto job = [&](std::size_t i) {
    results[i] = run_variant(*rows[i], instances, baseline, options);
    const std::size_t count = ++finished;
    if (options.progress) options.progress(count, rows.size());
  };
  if (options.parallel) {
    options.parallel(rows.size(), job);
  } else {
    for (std::size_t i = 0; i < rows.size(); ++i) job(i);
  }
  return results;
}

MatrixSummary summarise(const Matrix& matrix) {
  MatrixSummary summary;
  summary.mutants = matrix.mutants.size();
  for (const auto& mutant : matrix.mutants) {
    if (mutant.killed) {
      ++summary.killed;
    } else if (!mutant.ledger.empty()) {
      ++summary.ledger;
    } else {
      ++summary.survived;
    }
  }
  summary.variants = matrix.variants.size();
  for (const auto& variant : matrix.variants) {
    ++(variant.worsened.empty() ? summary.spared : summary.wrongly_caught);
  }
  return summary;
}

}  // namespace mqttspec::mutants
