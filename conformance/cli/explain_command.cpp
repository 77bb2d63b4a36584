#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <stdexcept>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/run_target.hpp"
#include "conformance/cli/step_words.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/report/text.hpp"
#include "conformance/scenario/disturbance.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::cli {
namespace {

// "label  text", the text folded to the width of a terminal.
void print_field(std::ostream& out, std::string_view label, std::string_view text) {
  constexpr std::size_t indent = 12;
  constexpr std::size_t width = 100 - indent;
  if (text.empty()) return;
  fmt::print(out, "{:<{}}", label, indent);
  while (text.size() > width) {
    std::size_t cut = text.rfind(' ', width);
    if (cut == std::string_view::npos || cut == 0) cut = width;
    fmt::print(out, "{}\n{:<{}}", text.substr(0, cut), "", indent);
    text.remove_prefix(text[cut] == ' ' ? cut + 1 : cut);
  }
  fmt::print(out, "{}\n", text);
}

bool violates(const mutants::MutantRow& mutant, const std::string& statement) {
  return std::find(mutant.statements.begin(), mutant.statements.end(), statement) !=
         mutant.statements.end();
}

void explain_statement(const catalogue::StatementCoverage& entry, const Suite& suite,
                       std::ostream& out) {
  const catalogue::Requirement& requirement = *entry.requirement;
  fmt::print(out, "{}  {}, section {}: {}\n\n", requirement.id, requirement.level,
             requirement.section, requirement.title);
  print_field(out, "requires", requirement.summary);
  print_field(out, "binds", requirement.actor);
  print_field(out, "testable", requirement.testable);
  print_field(out, "reaction", requirement.reaction);
  print_field(out, "test idea", requirement.test_idea);
  print_field(out, "violation", requirement.violation);
  print_field(out, "note", requirement.note);
  print_field(out, "appendix B", requirement.appendix_b);
  print_field(out, "coverage",
              entry.coverage == catalogue::Coverage::reasoned
                  ? fmt::format("reasoned: {}. {}", entry.reason.reason, entry.reason.why)
                  : std::string(catalogue::to_string(entry.coverage)));
  if (!entry.checks.empty()) fmt::print(out, "\nchecks\n");
  for (const std::string& check : entry.checks) {
    const auto* scenario = suite.find(check.substr(0, check.find('#')));
    fmt::print(out, "  {}\n      {}\n", check, scenario == nullptr ? "" : scenario->title);
  }
  bool heading = false;
  for (const auto& mutant : mutants::mutant_table()) {
    if (!violates(mutant, requirement.id)) continue;
    if (!heading) fmt::print(out, "\nmutants that violate it\n");
    heading = true;
    const bool proves =
        std::find(entry.mutants.begin(), entry.mutants.end(), mutant.slug) != entry.mutants.end();
    fmt::print(out, "  {}{}\n      {}\n", mutant.slug, proves ? " (caught)" : "", mutant.sentence);
  }
}

// A statement by its whole id, or by the standard's bare number in every version that has it.
bool explain_statements(const std::string& id, const Suite& suite, std::ostream& out) {
  bool found = false;
  for (const auto& entry : coverage_of(suite)) {
    const std::string& whole = entry.requirement->id;
    if (whole != id && whole.substr(whole.find(':') + 1) != id) continue;
    if (found) fmt::print(out, "\n\n");
    explain_statement(entry, suite, out);
    found = true;
  }
  return found;
}

// Why a run with --safe does not ask it, or "".
std::string unsafe_because(const scenario::Scenario& scenario, const Suite& suite) {
  for (const auto& instance : suite.instances) {
    if (instance.scenario != &scenario) continue;
    const auto found = scenario::disturbances(instance);
    if (!found.empty()) return found.front().what;
  }
  return {};
}

// What its slowest instance waits for on a live broker, or "".
std::string longest_wait(const scenario::Scenario& scenario, const Suite& suite) {
  executor::Duration longest{};
  bool slow = false;
  for (const auto& instance : suite.instances) {
    if (instance.scenario != &scenario) continue;
    longest = std::max(longest, executor::mandated_wait(instance));
    slow = slow || is_slow(instance);
  }
  if (longest == executor::Duration{}) return {};
  return report::human(longest) + (slow ? "; only --slow asks it of a live broker" : "");
}

bool explain_scenario(const std::string& id, const Suite& suite, std::ostream& out) {
  const std::string bare = id.substr(0, id.find('@'));
  const scenario::Scenario* scenario = suite.find(bare);
  if (scenario == nullptr) return false;
  fmt::print(out, "{}\n{}\n\n", scenario->id, scenario->title);
  print_field(out, "theme", suite.file_of(bare)->theme);
  print_field(out, "file", fmt::format("{}:{}", suite.file_of(bare)->path, scenario->line));
  print_field(out, "note", scenario->note);
  print_field(out, "exclusive", scenario->exclusive);
  print_field(out, "unsafe", unsafe_because(*scenario, suite));
  print_field(out, "waits", longest_wait(*scenario, suite));
  print_field(out, "requires", fmt::format("{}", fmt::join(scenario->requirements, "; ")));
  fmt::print(out, "\nchecks\n");
  for (const auto& check : scenario->checks) {
    fmt::print(out, "  {}{}\n", check.name, check.note.empty() ? "" : ": " + check.note);
    std::vector<std::string> told;
    for (const auto& instance : suite.instances) {
      if (instance.scenario != scenario) continue;
      for (const auto& asked : instance.checks) {
        if (asked.name != check.name) continue;
        for (const std::string& statement : asked.statements) {
          if (std::find(told.begin(), told.end(), statement) != told.end()) continue;
          told.push_back(statement);
          const auto* requirement = catalogue::Catalogue::embedded().find(statement);
          fmt::print(out, "      {} {}: {}\n", to_string(asked.level), statement,
                     requirement == nullptr ? "not in the catalogue" : requirement->summary);
        }
      }
    }
  }
  fmt::print(out, "\nclients\n");
  for (const auto& client : scenario->clients) fmt::print(out, "  {}\n", client_in_words(client));
  fmt::print(out, "\nsteps\n");
  for (const std::string& line : steps_in_words(scenario->steps)) fmt::print(out, "  {}\n", line);
  fmt::print(out, "\ninstances\n");
  for (const auto& instance : suite.instances) {
    if (instance.scenario == scenario) fmt::print(out, "  {}\n", instance.id);
  }
  return true;
}

bool explain_mutant(const std::string& id, std::ostream& out) {
  if (const auto* mutant = mutants::find_mutant(id)) {
    fmt::print(out, "{}  a mutant\n\n", mutant->slug);
    print_field(out, "does wrong", mutant->sentence);
    for (const std::string& statement : mutant->statements) {
      const auto* requirement = catalogue::Catalogue::embedded().find(statement);
      print_field(out, "violates",
                  requirement == nullptr ? statement : statement + ": " + requirement->summary);
    }
    return true;
  }
  if (const auto* variant = mutants::find_variant(id)) {
    fmt::print(out, "{}  a variant\n\n", variant->slug);
    print_field(out, "uses", variant->sentence);
    print_field(out, "left open", variant->section);
    return true;
  }
  return false;
}

std::string near_miss(const std::string& id, const Suite& suite) {
  std::vector<std::string_view> names;
  for (const auto& requirement : catalogue::Catalogue::embedded().all()) {
    names.push_back(requirement.id);
  }
  for (const auto& file : suite.files) {
    for (const auto& scenario : file->scenarios) names.push_back(scenario.id);
  }
  for (const auto& mutant : mutants::mutant_table()) names.push_back(mutant.slug);
  for (const auto& variant : mutants::variant_table()) names.push_back(variant.slug);
  return scenario::did_you_mean(id, names);
}

}  // namespace

int explain_command(const ExplainArguments& arguments, std::ostream& out) {
  const Suite suite = load_suite(arguments.scenarios);
  if (explain_statements(arguments.id, suite, out)) return exit_ok;
  if (explain_scenario(arguments.id, suite, out)) return exit_ok;
  if (explain_mutant(arguments.id, out)) return exit_ok;
  throw std::runtime_error(fmt::format("{} is no statement, scenario, mutant or variant{}",
                                       scenario::quoted(arguments.id),
                                       near_miss(arguments.id, suite)));
}

}  // namespace mqttspec::cli
