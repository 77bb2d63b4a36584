#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/interrupt.hpp"
#include "conformance/cli/selection.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/mutants/matrix/combinations.hpp"
#include "conformance/mutants/matrix/matrix.hpp"
#include "conformance/scenario/glob.hpp"

namespace mqttspec::cli {
namespace {

using Json = nlohmann::ordered_json;
using mutants::Matrix;

constexpr const char* proofs_path = "conformance/mutants/proofs.json";
constexpr const char* kills_path = "conformance/mutants/kills.json";

// Mutants are independent of each other, so each core takes the next one that is left.
void on_all_cores(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto worker = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(worker);
  }
  worker();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

std::function<bool(const std::string&)> selection(const std::vector<std::string>& globs) {
  std::vector<std::string_view> slugs;
  for (const auto& mutant : mutants::mutant_table()) slugs.push_back(mutant.slug);
  for (const auto& variant : mutants::variant_table()) slugs.push_back(variant.slug);
  const std::string unmatched = unmatched_glob(globs, slugs);
  if (!unmatched.empty()) throw std::runtime_error(unmatched);
  return [&globs](const std::string& slug) {
    if (globs.empty()) return true;
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return scenario::glob_matches(glob, slug); });
  };
}

// On a terminal one line that is redrawn; nothing elsewhere.
std::function<void(std::size_t, std::size_t)> progress_line() {
  if (isatty(STDERR_FILENO) == 0) return {};
  return [mutex = std::make_shared<std::mutex>()](std::size_t finished, std::size_t total) {
    const std::lock_guard lock(*mutex);
    fmt::print(stderr, "\r{} of {} mutants and variants{}", finished, total,
               finished == total ? "\r\033[K" : "");
  };
}

void print_turned(std::ostream& out, const mutants::Turned& turned) {
  fmt::print(out, "    {}#{}: {} instead of {}{}\n", turned.instance, turned.check,
             to_string(turned.after), to_string(turned.before),
             turned.why.empty() ? "" : ": " + turned.why);
}

void print_matrix(const Matrix& matrix, std::ostream& out) {
  for (const auto& turned : matrix.reference_failures) {
    fmt::print(out, "the reference broker itself does not pass\n");
    print_turned(out, turned);
  }
  for (const auto& mutant : matrix.mutants) {
    if (mutant.killed) continue;
    if (!mutant.ledger.empty()) {
      fmt::print(out, "listed    {}: {}\n", mutant.row->slug, mutant.ledger);
      continue;
    }
    fmt::print(out, "SURVIVED  {}: {} ({})\n", mutant.row->slug, mutant.row->sentence,
               fmt::join(mutant.row->statements, ", "));
    for (const auto& turned : mutant.turned) print_turned(out, turned);
  }
  for (const auto& variant : matrix.variants) {
    if (variant.worsened.empty()) continue;
    fmt::print(out, "WRONGLY CAUGHT  {}: {} ({})\n", variant.row->slug, variant.row->sentence,
               variant.row->section);
    for (const auto& turned : variant.worsened) print_turned(out, turned);
  }
  for (const std::string& slug : matrix.ledger_to_remove) {
    fmt::print(out, "listed as surviving, but is caught or unknown: {}\n", slug);
  }
  const auto summary = summarise(matrix);
  fmt::print(out,
             "{} mutants: {} caught, {} listed, {} survived. {} variants: {} spared, {} "
             "wrongly caught.{}\n",
             summary.mutants, summary.killed, summary.ledger, summary.survived, summary.variants,
             summary.spared, summary.wrongly_caught,
             matrix.interrupted ? " Interrupted: the rest was not run." : "");
}

// Combinations of variants, those that a person wants to know of.
void print_combinations(const std::vector<mutants::VariantResult>& results, std::uint64_t seed,
                        std::ostream& out) {
  if (results.empty()) return;
  std::size_t spared = 0;
  for (const auto& result : results) {
    spared += result.worsened.empty() ? 1 : 0;
    if (result.worsened.empty()) continue;
    fmt::print(out, "WRONGLY CAUGHT  {}: {} ({})\n", result.row->slug, result.row->sentence,
               result.row->section);
    for (const auto& turned : result.worsened) print_turned(out, turned);
  }
  fmt::print(out, "{} combinations of variants (seed {}): {} spared, {} wrongly caught.\n",
             results.size(), seed, spared, results.size() - spared);
}

Json json_of(const std::vector<mutants::Turned>& turned) {
  Json rows = Json::array();
  for (const auto& one : turned) {
    rows.push_back({{"instance", one.instance},
                    {"check", one.scenario + "#" + one.check},
                    {"before", to_string(one.before)},
                    {"after", to_string(one.after)},
                    {"why", one.why},
                    {"proven", one.proven}});
  }
  return rows;
}

Json json_of(const std::vector<mutants::VariantResult>& variants) {
  Json rows = Json::array();
  for (const auto& variant : variants) {
    rows.push_back({{"slug", variant.row->slug},
                    {"sentence", variant.row->sentence},
                    {"section", variant.row->section},
                    {"spared", variant.worsened.empty()},
                    {"worsened", json_of(variant.worsened)}});
  }
  return rows;
}

// The documented form: {"summary": {...}, "mutants": [...], "variants": [...]} and more.
Json json_of(const Matrix& matrix) {
  const auto summary = summarise(matrix);
  Json json;
  json["summary"] = {{"mutants", summary.mutants},
                     {"killed", summary.killed},
                     {"ledger", summary.ledger},
                     {"survived", summary.survived},
                     {"variants", summary.variants},
                     {"spared", summary.spared},
                     {"wrongly_caught", summary.wrongly_caught}};
  json["full"] = matrix.full;
  json["interrupted"] = matrix.interrupted;
  json["checks"] = matrix.checks;
  json["reference_failures"] = json_of(matrix.reference_failures);
  json["mutants"] = Json::array();
  for (const auto& mutant : matrix.mutants) {
    json["mutants"].push_back({{"slug", mutant.row->slug},
                               {"sentence", mutant.row->sentence},
                               {"statements", mutant.row->statements},
                               {"killed", mutant.killed},
                               {"ledger", mutant.ledger},
                               {"kills", mutant.turned.size()},
                               {"turned", json_of(mutant.turned)}});
  }
  json["variants"] = json_of(matrix.variants);
  return json;
}

bool renew(const char* path, const std::string& text) {
  if (!std::filesystem::exists(path) || text == read_file(path)) return false;
  write_file(path, [&](std::ostream& file) { file << text; });
  return true;
}

// Whoever works on the project renews what is committed of a full run in its folder: the proofs,
// and how many checks each mutant turned.
void renew_committed(const Matrix& matrix, std::ostream& out) {
  if (matrix.interrupted) return;
  if (renew(proofs_path, catalogue::proofs_to_text(matrix.proofs))) {
    fmt::print(out, "{} renewed: {} proofs\n", proofs_path, matrix.proofs.size());
  }
  if (renew(kills_path, mutants::kills_to_text(mutants::kills_of(matrix)))) {
    fmt::print(out, "{} renewed\n", kills_path);
  }
}

}  // namespace

int mutants_command(const MutantsArguments& arguments, std::ostream& out) {
  watch_for_interrupts();
  const Suite suite = load_suite(arguments.scenarios);
  mutants::MatrixOptions options;
  options.selected = selection(arguments.only);
  options.full = arguments.full;
  options.stop = [] { return interrupted(); };
  options.progress = progress_line();
  options.parallel = on_all_cores;
  const Matrix matrix = run_matrix(suite.instances, options);
  print_matrix(matrix, out);
  constexpr std::size_t usual_combinations = 8;
  const auto rows = mutants::random_combinations(
      arguments.combinations.value_or(arguments.only.empty() ? usual_combinations : 0),
      arguments.seed, options.selected);
  std::vector<const mutants::VariantRow*> combined;
  for (const auto& row : rows) combined.push_back(&row);
  if (matrix.interrupted) combined.clear();
  const auto combinations = run_variants(suite.instances, combined, options);
  print_combinations(combinations, arguments.seed, out);
  if (!arguments.json.empty()) {
    Json json = json_of(matrix);
    json["combinations"] = json_of(combinations);
    write_file(arguments.json, [&](std::ostream& file) { file << json.dump(1) << "\n"; });
  }
  if (arguments.full && arguments.only.empty()) renew_committed(matrix, out);
  if (matrix.interrupted || interrupted()) return exit_could_not_run;
  const auto summary = summarise(matrix);
  const bool spared = std::all_of(combinations.begin(), combinations.end(),
                                  [](const auto& each) { return each.worsened.empty(); });
  const bool clean = summary.survived == 0 && summary.wrongly_caught == 0 && spared &&
                     matrix.reference_failures.empty() && matrix.ledger_to_remove.empty();
  return clean ? exit_ok : exit_findings;
}

}  // namespace mqttspec::cli
