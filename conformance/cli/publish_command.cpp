// A folder of reports that can be put on a web site as it is.
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/results.hpp"
#include "conformance/report/deflate.hpp"
#include "conformance/report/matrix_page.hpp"
#include "conformance/report/published.hpp"
#include "conformance/report/render.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* results_name = "results.json.gz";
// With this much of traces the page of a broker stays below 900 KB.
constexpr std::size_t traces_max = 700'000;

report::Machine this_machine() {
  report::Machine machine;
  std::error_code ignored;
  machine.folders = {fs::current_path(ignored).string(), fs::temp_directory_path(ignored).string()};
  for (const char* name : {"HOME", "TMPDIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) machine.folders.emplace_back(value);
  }
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) machine.host = host.data();
  return machine;
}

std::string packed_results(const report::RunResult& run) {
  std::ostringstream text;
  report::write_json(report::compact(run), text);
  return report::gzip(text.str());
}

void publish_run(const std::string& file, const std::string& folder, std::ostream& out) {
  report::RunResult run = report::without_machine(read_results(file), this_machine());
  // The reference broker is always of the suite's own version, which its profile does not repeat.
  if (run.broker == "mqttspec-broker") run.broker += " " + run.version;
  if (run.instances.empty()) throw std::runtime_error(file + ": nothing was run");
  if (run.broker.empty()) {
    throw std::runtime_error(file +
                             ": does not name the broker; a run with a profile does, as does one "
                             "of the built-in broker");
  }
  const std::string into = folder + "/" + report::folder_name(run.broker) + "/";
  write_file(into + "index.html",
             [&](std::ostream& page) { report::render_html(run, page, false, traces_max); });
  write_file(into + "badge.svg", [&](std::ostream& badge) { report::render_badge(run, badge); });
  const std::string packed = packed_results(run);
  write_file(into + results_name, [&](std::ostream& results) { results << packed; });
  fmt::print(out, "{}: {}\n", into, run.broker);
}

// Folders of brokers, by name.
std::vector<std::string> published_in(const std::string& folder) {
  std::vector<std::string> names;
  if (!fs::is_directory(folder)) {
    throw std::runtime_error(folder + ": no such directory, and no results to publish in it");
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && fs::exists(entry.path() / results_name)) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  if (names.empty()) throw std::runtime_error(folder + ": holds no published broker");
  return names;
}

}  // namespace

int publish_command(const PublishArguments& arguments, std::ostream& out) {
  std::string folder = arguments.folder;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  for (const std::string& file : arguments.files) publish_run(file, folder, out);

  std::vector<report::RunResult> runs;
  std::vector<std::string> links;
  for (const std::string& name : published_in(folder)) {
    runs.push_back(read_results(folder + "/" + name + "/" + results_name));
    links.push_back(name + "/index.html");
  }
  std::vector<report::MatrixColumn> columns;
  for (std::size_t i = 0; i < runs.size(); ++i) columns.push_back({&runs[i], links[i]});
  write_file(folder + "/index.html",
             [&](std::ostream& page) { report::render_matrix(columns, "kills.html", page); });
  write_file(folder + "/kills.html", [&](std::ostream& page) {
    report::KillsPage kills = kills_page();
    kills.matrix_link = "index.html";
    report::render_kills(kills, page);
  });
  fmt::print(out, "{}/index.html: {} brokers\n", folder, runs.size());
  return exit_ok;
}

}  // namespace mqttspec::cli
