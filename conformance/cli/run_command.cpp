#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "conformance/cli/command_text.hpp"
#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/interrupt.hpp"
#include "conformance/cli/run_target.hpp"
#include "conformance/cli/selection.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/statements.hpp"
#include "conformance/report/terminal.hpp"

namespace mqttspec::cli {
namespace {

// How the person called us, so that the command we propose works where they are.
std::string program() {
  const char* script = std::getenv("MQTTSPEC_COMMAND");
  return script != nullptr && *script != '\0' ? script : "mqttspec run";
}

report::RunResult describe_run(const Plan& plan, const Suite& suite) {
  const RunArguments& arguments = *plan.arguments;
  const bool live = !plan.target.builtin || plan.profile != nullptr;
  report::RunResult result;
  result.version = MQTTSPEC_VERSION;
  result.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  result.target = without_password(arguments.target.empty() ? "builtin:" : arguments.target);
  result.mode = live ? "live" : "virtual";
  if (!live) result.broker = "mqttspec-broker " MQTTSPEC_VERSION;
  if (plan.profile != nullptr) {
    result.profile = arguments.profile;
    result.broker = plan.profile->name;
    if (!plan.profile->version.empty()) result.broker += " " + plan.profile->version;
    for (const auto& known : plan.profile->deviations) {
      if (means_others(known.instance, suite.instances, plan.instances)) continue;
      result.deviations.push_back(
          {known.instance, known.check, known.statement, known.reason, false});
    }
  }
  result.command = command_text(arguments, program());
  result.replay = replay_text(arguments, program());
  result.seed = arguments.seed.value_or(0);
  for (const auto& file : suite.files) {
    for (report::ScenarioInfo& info : report::describe(*file)) {
      result.scenarios.push_back(std::move(info));
    }
  }
  return result;
}

void judge(const Suite& suite, report::RunResult& result) {
  const auto& requirements = catalogue::Catalogue::embedded().all();
  result.statements = report::judge_statements(requirements, result.instances);
  const auto coverage = coverage_of(suite);
  for (std::size_t i = 0; i < result.statements.size(); ++i) {
    result.statements[i].coverage = catalogue::to_string(coverage[i].coverage);
    result.statements[i].reason = coverage[i].reason.why;
  }
  report::mark_deviations(result);
}

// Every report that was asked for. One that cannot be written does not cost the others.
class Reports {
 public:
  explicit Reports(const report::RunResult& result) : result_(result) {}

  template <class Render>
  void write(const char* name, const std::string& path, Render render) {
    if (path.empty()) return;
    try {
      write_file(path, render);
      written_.push_back({name, path});
    } catch (const std::exception& error) {
      std::fprintf(stderr, "mqttspec: the %s report was not written: %s\n", name, error.what());
      complete_ = false;
    }
  }
  void write_all(const RunArguments& arguments) {
    const auto html = [&](std::ostream& out) { render_html(result_, out, arguments.strict); };
    const auto json = [&](std::ostream& out) { write_json(result_, out); };
    const auto junit = [&](std::ostream& out) { render_junit(result_, out, arguments.strict); };
    const auto markdown = [&](std::ostream& out) {
      render_markdown(result_, out, arguments.strict);
    };
    const auto badge = [&](std::ostream& out) { render_badge(result_, out, arguments.strict); };
    if (!arguments.out.empty()) {
      const std::string directory =
          arguments.out.ends_with("/") ? arguments.out : arguments.out + "/";
      write("HTML", directory + "index.html", html);
      write("JSON", directory + "results.json", json);
      write("JUnit", directory + "junit.xml", junit);
      write("Markdown", directory + "summary.md", markdown);
      write("badge", directory + "badge.svg", badge);
    }
    write("HTML", arguments.html, html);
    write("JSON", arguments.json, json);
    write("JUnit", arguments.junit, junit);
    write("Markdown", arguments.markdown, markdown);
  }
  [[nodiscard]] const std::vector<report::WrittenReport>& written() const { return written_; }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  const report::RunResult& result_;
  std::vector<report::WrittenReport> written_;
  bool complete_ = true;
};

report::TerminalOptions terminal_options(const RunArguments& arguments) {
  auto options = report::TerminalOptions::detect(STDOUT_FILENO);
  options.quiet = arguments.quiet;
  options.verbose = arguments.verbose;
  options.strict = arguments.strict;
  return options;
}

}  // namespace

int run_command(const RunArguments& arguments) {
  watch_for_interrupts();
  Plan plan;
  plan.arguments = &arguments;
  const auto target = parse_target(arguments.target);
  if (!target) throw std::runtime_error(target.error());
  plan.target = *target;
  const auto profile = load_profile_argument(arguments.profile);
  if (profile) plan.profile = &*profile;
  if (profile && plan.target.builtin && !arguments.target.empty()) {
    throw std::runtime_error("a profile describes a real broker; leave out builtin: or --profile");
  }
  const bool live = !plan.target.builtin || profile;
  if (!live && executor::uses_tls(arguments.transport)) {
    throw std::runtime_error("there is no TLS in virtual time; the built-in broker takes " +
                             std::string("--transport tcp and ws"));
  }

  const Suite suite = load_suite(arguments.scenarios);
  const auto selected =
      select(suite.instances, {arguments.protocols, arguments.only, arguments.skip});
  if (!selected) throw std::runtime_error(selected.error());
  plan.instances = *selected;
  if (live && !arguments.slow &&
      std::all_of(plan.instances.begin(), plan.instances.end(), is_slow)) {
    throw std::runtime_error("all that was selected waits for a minute or more; add --slow");
  }

  report::RunResult result = describe_run(plan, suite);
  report::Terminal terminal(std::cout, terminal_options(arguments));
  terminal.begin(result, plan.instances.size());
  if (live) {
    run_live(plan, result, terminal);
  } else {
    run_builtin(plan, result, terminal);
  }
  judge(suite, result);
  Reports reports(result);
  reports.write_all(arguments);
  terminal.end(result, reports.written());
  std::cout.flush();
  return reports.complete() ? report::exit_code(result, arguments.strict) : exit_could_not_run;
}

}  // namespace mqttspec::cli
