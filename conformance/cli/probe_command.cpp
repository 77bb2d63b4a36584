// mqttspec probe: asks a broker what it can do.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <iostream>
#include <stdexcept>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/interrupt.hpp"
#include "conformance/cli/probe_profile.hpp"
#include "conformance/cli/run_target.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/executor/virtual/suite.hpp"
#include "conformance/report/text.hpp"
#include "embedded/probe_files.hpp"

namespace mqttspec::cli {
namespace {

using Facts = std::vector<ProbeFact>;

std::vector<scenario::Instance> questions() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& file : mqttspec::embedded::probe_files()) {
    texts.emplace_back(file.path, file.content);
  }
  std::vector<scenario::Problem> problems;
  Suite suite = parse_suite(texts, problems);
  if (!problems.empty()) throw std::runtime_error(to_string(problems.front()));
  return std::move(suite.instances);
}

// What a person has to know of the asking itself is appended to `notes`.
std::vector<executor::InstanceOutcome> ask(const Plan& plan, std::vector<std::string>& notes) {
  if (plan.target.builtin && plan.profile == nullptr) {
    executor::SuiteOptions options;
    options.instance.tolerance = executor::Tolerance::live();
    options.instance.user_name = plan.arguments->username;
    options.instance.password = plan.arguments->password;
    options.stop = [] { return interrupted(); };
    return executor::run_suite(plan.instances, options);
  }
  executor::LiveResult live = executor::run_live(plan.instances, live_options(plan));
  if (!live.trouble.empty()) throw std::runtime_error(live.trouble);
  if (live.interrupted) throw std::runtime_error("interrupted");
  for (const auto& version : live.preflight.versions) {
    if (!version.usable) notes.push_back(version.message);
  }
  notes.insert(notes.end(), live.notes.begin(), live.notes.end());
  return std::move(live.instances);
}

void print_facts(std::string_view heading, const Facts& facts, std::ostream& out) {
  constexpr std::size_t column = 38;
  if (facts.empty()) return;
  fmt::print(out, "\n{}\n", heading);
  for (const ProbeFact& fact : facts) {
    fmt::print(out, "  {:<{}}{}\n", fact.subject, column, report::printable(fact.answer));
  }
}

void print_findings(const std::vector<ProbeFinding>& findings, std::ostream& out) {
  if (findings.empty()) return;
  fmt::print(out, "\nagainst the standard\n");
  for (const ProbeFinding& finding : findings) {
    const auto* requirement = catalogue::Catalogue::embedded().find(finding.statement);
    fmt::print(out, "  {}\n      {}{}\n", report::printable(finding.sentence), finding.statement,
               requirement == nullptr ? "" : "  " + requirement->summary);
  }
}

void print_probe(const Probe& probe, const Plan& plan, const std::vector<std::string>& notes,
                 std::ostream& out) {
  const std::string target = plan.arguments->target.empty()
                                 ? plan.profile->name
                                 : without_password(plan.arguments->target);
  fmt::print(out, "{}{}\n", target,
             probe.name.empty() ? "" : ": " + report::cut(report::printable(probe.name), 80));
  std::vector<std::string> versions;
  for (const codec::Version version : probe.versions) {
    versions.emplace_back(codec::to_string(version));
  }
  fmt::print(out, "  speaks MQTT {}\n", fmt::join(versions, ", "));
  for (const std::string& note : notes) fmt::print(out, "  {}\n", report::printable(note));
  print_facts("limits and features", probe.limits, out);
  print_facts("freedoms", probe.behaviour, out);
  print_findings(probe.findings, out);
}

}  // namespace

int probe_command(const ProbeArguments& arguments, std::ostream& out) {
  watch_for_interrupts();
  Plan plan;
  plan.arguments = &arguments.broker;
  const auto target = parse_target(arguments.broker.target);
  if (!target) throw std::runtime_error(target.error());
  plan.target = *target;
  const auto profile = load_profile_argument(arguments.broker.profile);
  if (profile) plan.profile = &*profile;
  if (!profile && arguments.broker.target.empty()) {
    throw std::runtime_error("give a TARGET, or a --profile that starts one; see probe --help");
  }
  if (profile && plan.target.builtin && !arguments.broker.target.empty()) {
    throw std::runtime_error("a profile describes a real broker; leave out builtin: or --profile");
  }
  plan.instances = questions();
  std::vector<std::string> notes;
  const Probe probe = conclude_probe(ask(plan, notes));
  if (interrupted()) throw std::runtime_error("interrupted");
  if (probe.versions.empty()) {
    throw std::runtime_error("the broker let nobody in; are --username and --password needed?");
  }
  const std::string found = profile_of(probe, plan.target, arguments.broker);
  if (arguments.out == "-") {
    out << found;
  } else {
    print_probe(probe, plan, notes, out);
  }
  if (!arguments.out.empty() && arguments.out != "-") {
    write_file(arguments.out, [&](std::ostream& file) { file << found; });
    const bool secret = arguments.broker.password || plan.target.password;
    fmt::print(out, "\nprofile written to {}; now: mqttspec run --profile {}{}\n", arguments.out,
               arguments.out, secret ? " --password ..." : "");
  }
  return probe.findings.empty() ? exit_ok : exit_findings;
}

}  // namespace mqttspec::cli
