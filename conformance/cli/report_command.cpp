#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/results.hpp"
#include "conformance/report/labels.hpp"
#include "conformance/report/matrix_page.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/terminal.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

std::string name_of(const report::RunResult& run) {
  return report::printable(run.broker.empty() ? run.target : run.broker);
}

// The page that mqttspec run --out writes beside its results, as seen from where the matrix stands.
std::string link_of(const std::string& results, const std::string& matrix) {
  const fs::path page = fs::absolute(results).parent_path() / "index.html";
  if (!fs::exists(page)) return {};
  const fs::path from = fs::absolute(matrix).parent_path();
  return page.lexically_normal().lexically_relative(from.lexically_normal()).generic_string();
}

void print_table(const std::vector<report::RunResult>& runs, std::ostream& out) {
  for (const report::RunResult& run : runs) {
    std::map<std::string, report::Counts> versions;
    for (const auto& instance : run.instances) {
      for (const auto& check : instance.checks) {
        ++versions[std::string(codec::to_string(instance.version))][check.verdict];
      }
    }
    for (const auto& [version, counts] : versions) {
      std::string line;
      for (const auto& [verdict, count] : counts) {
        line += fmt::format("  {} {} {}", report::sign_of(verdict), report::grouped(count),
                            executor::to_string(verdict));
      }
      fmt::print(out, "{:<28} {:<6}{}\n", name_of(run), version, line);
    }
  }
}

void print_one(const report::RunResult& run, bool strict, std::ostream& out) {
  auto options = report::TerminalOptions::detect(STDOUT_FILENO);
  options.strict = strict;
  report::Terminal terminal(out, options);
  terminal.begin(run, run.instances.size());
  terminal.end(run, {});
}

void require_one(const ReportArguments& arguments) {
  if (arguments.files.size() == 1) return;
  throw std::runtime_error(fmt::format(
      "--html, --junit, --markdown and --badge are reports of one run, and {} FILEs were given; "
      "--matrix shows several",
      arguments.files.size()));
}

}  // namespace

int report_command(const ReportArguments& arguments, std::ostream& out) {
  const bool single = !arguments.html.empty() || !arguments.junit.empty() ||
                      !arguments.markdown.empty() || !arguments.badge.empty();
  if (single) require_one(arguments);
  if (arguments.files.empty() && arguments.kills.empty()) {
    throw std::runtime_error("no results were given; mqttspec run --out DIR writes results.json");
  }
  std::vector<report::RunResult> runs;
  for (const std::string& file : arguments.files) runs.push_back(read_results(file));

  const auto write = [&](const std::string& path, const auto& render) {
    if (path.empty()) return;
    write_file(path, render);
    fmt::print(out, "{}\n", path);
  };
  if (single) {
    const report::RunResult& run = runs.front();
    const bool strict = arguments.strict;
    write(arguments.html, [&](std::ostream& file) { render_html(run, file, strict); });
    write(arguments.junit, [&](std::ostream& file) { render_junit(run, file, strict); });
    write(arguments.markdown, [&](std::ostream& file) { render_markdown(run, file, strict); });
    write(arguments.badge, [&](std::ostream& file) { render_badge(run, file, strict); });
  }
  write(arguments.matrix, [&](std::ostream& file) {
    std::vector<report::MatrixColumn> columns;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      columns.push_back({&runs[i], link_of(arguments.files[i], arguments.matrix)});
    }
    report::render_matrix(columns, "", file);
  });
  write(arguments.kills, [&](std::ostream& file) { report::render_kills(kills_page(), file); });
  if (!single && arguments.matrix.empty() && arguments.kills.empty()) {
    if (runs.size() == 1) {
      print_one(runs.front(), arguments.strict, out);
    } else {
      print_table(runs, out);
    }
  }
  return exit_ok;
}

}  // namespace mqttspec::cli
