#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/mutants/mutant.hpp"

namespace mqttspec::cli {
namespace {

using Json = nlohmann::ordered_json;

void write_json(const Json& rows, std::ostream& out) {
  // One entry a line: small enough to read, and to compare.
  out << "[";
  const char* separator = "\n";
  for (const Json& row : rows) {
    out << separator << "  " << row.dump();
    separator = ",\n";
  }
  out << (rows.empty() ? "]\n" : "\n]\n");
}

Json statement_json(const catalogue::StatementCoverage& entry) {
  const catalogue::Requirement& requirement = *entry.requirement;
  Json json = {
      {"id", requirement.id},           {"protocol", codec::to_string(requirement.version)},
      {"section", requirement.section}, {"actor", requirement.actor},
      {"level", requirement.level},     {"testable", requirement.testable},
      {"summary", requirement.summary}, {"coverage", catalogue::to_string(entry.coverage)},
      {"scenarios", entry.scenarios},   {"mutants", entry.mutants}};
  if (entry.coverage == catalogue::Coverage::reasoned) json["reason"] = entry.reason.reason;
  return json;
}

void list_statements(const ListArguments& arguments, std::ostream& out) {
  const auto coverage = coverage_of(load_suite(arguments.scenarios));
  if (arguments.json) {
    Json rows = Json::array();
    for (const auto& entry : coverage) rows.push_back(statement_json(entry));
    write_json(rows, out);
    return;
  }
  for (const auto& entry : coverage) {
    fmt::print(out, "{:<24} {:<8} {:<9} {}\n", entry.requirement->id, entry.requirement->level,
               catalogue::to_string(entry.coverage), entry.requirement->summary);
  }
  const auto summary = catalogue::summarise(coverage);
  fmt::print(out, "\n{} statements: {} proven, {} cited, {} reasoned, {} open\n", coverage.size(),
             summary.proven, summary.cited, summary.reasoned, summary.open);
}

Json scenario_json(const Suite& suite, const scenario::File& file,
                   const scenario::Scenario& scenario) {
  Json versions = Json::array();
  for (const auto version : scenario.versions) versions.push_back(codec::to_string(version));
  Json instances = Json::array();
  for (const auto& instance : suite.instances) {
    if (instance.scenario == &scenario) instances.push_back(instance.id);
  }
  Json checks = Json::array();
  for (const auto& check : scenario.checks) checks.push_back(check.name);
  return {{"id", scenario.id},
          {"title", scenario.title},
          {"file", file.path},
          {"theme", file.theme},
          {"versions", versions},
          {"exclusive", scenario.exclusive},
          {"requires", scenario.requirements},
          {"checks", checks},
          {"instances", instances}};
}

void list_scenarios(const ListArguments& arguments, std::ostream& out) {
  const Suite suite = load_suite(arguments.scenarios);
  Json rows = Json::array();
  std::size_t count = 0;
  for (const auto& file : suite.files) {
    if (!arguments.json)
      fmt::print(out, "{}{} ({})\n", count == 0 ? "" : "\n", file->theme, file->path);
    for (const auto& scenario : file->scenarios) {
      ++count;
      if (arguments.json) {
        rows.push_back(scenario_json(suite, *file, scenario));
      } else {
        fmt::print(out, "  {}\n      {}\n", scenario.id, scenario.title);
      }
    }
  }
  if (arguments.json) {
    write_json(rows, out);
  } else {
    fmt::print(out, "\n{} scenarios, {} instances\n", count, suite.instances.size());
  }
}

void list_mutants(const ListArguments& arguments, std::ostream& out) {
  Json rows = Json::array();
  for (const auto& row : mutants::mutant_table()) {
    if (arguments.json) {
      rows.push_back(
          {{"slug", row.slug}, {"sentence", row.sentence}, {"statements", row.statements}});
    } else {
      fmt::print(out, "{}\n    {} ({})\n", row.slug, row.sentence, fmt::join(row.statements, ", "));
    }
  }
  if (arguments.json) {
    write_json(rows, out);
  } else {
    fmt::print(out, "\n{} mutants\n", mutants::mutant_table().size());
  }
}

void list_variants(const ListArguments& arguments, std::ostream& out) {
  Json rows = Json::array();
  for (const auto& row : mutants::variant_table()) {
    if (arguments.json) {
      rows.push_back({{"slug", row.slug}, {"sentence", row.sentence}, {"section", row.section}});
    } else {
      fmt::print(out, "{}\n    {} ({})\n", row.slug, row.sentence, row.section);
    }
  }
  if (arguments.json) {
    write_json(rows, out);
  } else {
    fmt::print(out, "\n{} variants\n", mutants::variant_table().size());
  }
}

}  // namespace

int list_command(const ListArguments& arguments, std::ostream& out) {
  if (arguments.what == "statements") list_statements(arguments, out);
  if (arguments.what == "scenarios") list_scenarios(arguments, out);
  if (arguments.what == "mutants") list_mutants(arguments, out);
  if (arguments.what == "variants") list_variants(arguments, out);
  return exit_ok;
}

}  // namespace mqttspec::cli
