#include "conformance/cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "conformance/cli/bench_arguments.hpp"
#include "conformance/cli/probe_arguments.hpp"
#include "conformance/cli/report_arguments.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::cli {
namespace {

constexpr const char* scenarios_help =
    "Read scenarios from this directory or file, not the embedded ones";

// CLI11 would list the words in the help a second time, behind the type's name.
CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::IsMember(std::move(words)).description("");
}

void add_transport(CLI::App& app, RunArguments& run) {
  app.add_option("--transport", run.transport,
                 "Over what the run goes where there is a choice: of a profile with several\n"
                 "transports; builtin: tcp or ws")
      ->check(one_of({"tcp", "tls", "ws", "wss"}))
      ->type_name("tcp|tls|ws|wss");
  app.add_option("--ca", run.ca, "TLS: trust what this CA has signed, not the system's CAs")
      ->type_name("FILE");
  app.add_option("--cert", run.cert, "TLS: our certificate, for a broker that asks for one")
      ->type_name("FILE");
  app.add_option("--key", run.key, "TLS: its key, unless it is in the same file")
      ->type_name("FILE");
  app.add_flag("--insecure", run.insecure, "TLS: take any certificate");
}

void add_run(CLI::App& app, RunArguments& run) {
  auto* command = app.add_subcommand("run", "Test a broker and report, statement by statement");
  command
      ->add_option("target", run.target,
                   "builtin: (default; the reference broker, in virtual time), or\n"
                   "mqtt://[user:password@]host[:port], mqtts:// (TLS), or ws:// and\n"
                   "wss://...[/path] (WebSocket, default path /mqtt). With --profile and\n"
                   "no TARGET: the broker that the profile describes")
      ->type_name("TARGET");
  command->add_option("--protocol", run.protocols, "Run only instances of this version; repeatable")
      ->check(one_of({"3.1", "3.1.1", "5.0"}))
      ->type_name("3.1|3.1.1|5.0")
      ->allow_extra_args(false);
  command
      ->add_option("--only", run.only,
                   "Run only what matches: a scenario (will-*) or an instance\n"
                   "('will-delay@5.0*'); * and ? are wildcards; repeatable")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_option("--skip", run.skip, "Leave out what matches; repeatable")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command
      ->add_option("--profile", run.profile,
                   "Description of the broker under test: address or how to start it,\n"
                   "capabilities, tolerances, known deviations")
      ->type_name("FILE");
  command
      ->add_option("--seed", run.seed,
                   "builtin: cut, delay and interleave bytes at random, the same way for\n"
                   "the same seed; live: fixes the names used on the broker")
      ->type_name("N");
  command->add_option("--username", run.username, "User name for every CONNECT")->type_name("U");
  command->add_option("--password", run.password, "Password for every CONNECT")->type_name("P");
  add_transport(*command, run);
  auto* safe = command->add_flag("--safe", run.safe,
                                 "Leave out what would disturb others on a shared broker\n"
                                 "(default for a broker that is not on this machine)");
  command->add_flag("--unsafe", run.unsafe, "Run that as well, wherever the broker is")
      ->excludes(safe);
  command->add_flag("--slow", run.slow, "Live: also run scenarios that wait for a minute or more");
  command->add_flag("--strict", run.strict, "Treat nonstrict (a SHOULD not met) as a failure");
  command->add_option("--scenarios", run.scenarios, scenarios_help)->type_name("DIR");
  command
      ->add_option("--out", run.out,
                   "Write index.html, results.json, junit.xml, summary.md and badge.svg\n"
                   "into this directory")
      ->type_name("DIR");
  command->add_option("--json", run.json, "Write the results as JSON")->type_name("FILE");
  command->add_option("--junit", run.junit, "Write JUnit XML")->type_name("FILE");
  command->add_option("--markdown", run.markdown, "Write a summary for a pull request")
      ->type_name("FILE");
  command->add_option("--html", run.html, "Write the report as one page")->type_name("FILE");
  auto* quiet = command->add_flag("--quiet", run.quiet, "Only failures and one closing line");
  command->add_flag("--verbose", run.verbose, "A line for each instance, whole traces of failures")
      ->excludes(quiet);
  command->footer(
      "Exit code: 0 all is well; 1 something failed that the profile does not list, or a\n"
      "listed deviation did not occur; 2 could not run, or nothing could be concluded.\n\n"
      "Examples:\n"
      "  mqttspec run\n"
      "  mqttspec run mqtt://127.0.0.1:1883 --out report\n"
      "  mqttspec run mqtt://127.0.0.1 --protocol 5.0 --only 'will-*' --verbose\n"
      "  mqttspec run mqtts://broker.example --ca ca.pem --username me --password secret\n"
      "  mqttspec run wss://127.0.0.1:8443/mqtt --insecure");
}

void add_list(CLI::App& app, ListArguments& list) {
  auto* command = app.add_subcommand("list", "List what mqttspec knows");
  command->add_option("what", list.what, "What to list")
      ->required()
      ->check(one_of({"statements", "scenarios", "mutants", "variants"}))
      ->type_name("statements|scenarios|mutants|variants");
  command->add_flag("--json", list.json, "As JSON");
  command->add_option("--scenarios", list.scenarios, scenarios_help)->type_name("DIR");
  command->footer(
      "Examples:\n"
      "  mqttspec list statements\n"
      "  mqttspec list statements --json | jq '.[] | select(.coverage == \"open\") | .id'");
}

void add_explain(CLI::App& app, ExplainArguments& explain) {
  auto* command = app.add_subcommand(
      "explain", "Explain a statement (with its scenarios and mutants) or a scenario");
  command
      ->add_option("id", explain.id,
                   "A statement (5.0:MQTT-3.3.1-4, or MQTT-3.3.1-4 for all versions), a\n"
                   "scenario, a mutant or a variant")
      ->required()
      ->type_name("ID");
  command->add_option("--scenarios", explain.scenarios, scenarios_help)->type_name("DIR");
  command->footer(
      "Examples:\n"
      "  mqttspec explain 5.0:MQTT-3.3.1-4\n"
      "  mqttspec explain qos1-unacknowledged-publish-is-repeated-on-resume");
}

void add_check(CLI::App& app, CheckArguments& check) {
  auto* command = app.add_subcommand("check", "Validate scenario files: structure, then meaning");
  command->add_option("files", check.files, "Scenario files, or directories of them")
      ->required()
      ->type_name("FILE");
  command->footer(
      "What is wrong is printed as file:line: JSON path: what. Exit code: 0 nothing wrong; 1\n"
      "something is; 2 a file cannot be read.\n\n"
      "Example:\n"
      "  mqttspec check scenarios/qos2/*.json");
}

void add_mutants(CLI::App& app, MutantsArguments& mutants) {
  auto* command = app.add_subcommand(
      "mutants", "Test the suite: run it against every wrong broker and every legal variant");
  command->add_option("--only", mutants.only, "Only mutants and variants that match; repeatable")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_flag("--full", mutants.full,
                    "The whole matrix of checks and mutants; without it a mutant is done\n"
                    "with its first proof. In the project's folder this also renews\n"
                    "conformance/mutants/proofs.json");
  command
      ->add_option("--combinations", mutants.combinations,
                   "Also run so many random combinations of variants; the suite has to\n"
                   "spare them like any other (default: 8, and 0 with --only)")
      ->type_name("N");
  command->add_option("--seed", mutants.seed, "Chooses the combinations (default: 1)")
      ->type_name("S");
  command->add_option("--json", mutants.json, "Write what was found as JSON")->type_name("FILE");
  command->add_option("--scenarios", mutants.scenarios, scenarios_help)->type_name("DIR");
  command->footer(
      "Prints mutants that survive and variants that are wrongly caught. Exit code: 0 none; 1\n"
      "some; 2 could not run.\n\n"
      "Examples:\n"
      "  mqttspec mutants\n"
      "  mqttspec mutants --combinations 100 --seed 7\n"
      "  mqttspec mutants --only 'qos2-*' --full --json mutants.json");
}

// CLI11 says only that an argument was not expected; a near miss is worth more.
std::string hint_for(const CLI::App& app, const CLI::ParseError& error, int argc,
                     const char* const* argv) {
  const bool no_command = app.get_subcommands().empty();
  if (!no_command && dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return {};
  const CLI::App* where = &app;
  for (const CLI::App* command : app.get_subcommands()) where = command;
  std::vector<std::string> names;
  for (const CLI::Option* option : where->get_options()) names.push_back(option->get_name());
  if (where == &app) {
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  for (int i = 1; i < argc; ++i) {
    const std::string argument(argv[i]);
    const std::string name = argument.substr(0, argument.find('='));
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    if (known || (where != &app && !name.starts_with("-"))) continue;
    const std::string hint = scenario::did_you_mean(name, candidates);
    if (!hint.empty()) return hint;
  }
  return {};
}

}  // namespace

Parsed parse_arguments(int argc, const char* const* argv) {
  CLI::App app("mqttspec: conformance tests for MQTT 3.1, 3.1.1 and 5.0");
  app.name("mqttspec");
  app.set_version_flag("--version", "mqttspec " MQTTSPEC_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(26);
  app.footer(
      "Examples:\n"
      "  mqttspec run mqtt://127.0.0.1:1883 --out report   test a broker\n"
      "  mqttspec probe mqtt://127.0.0.1:1883              find out what it can do\n"
      "  mqttspec run --help                               everything about a command");
  RunArguments run;
  ListArguments list;
  ExplainArguments explain;
  CheckArguments check;
  MutantsArguments mutants;
  ProbeArguments probe;
  BenchArguments bench;
  ReportArguments report;
  DiffArguments diff;
  PublishArguments publish;
  add_run(app, run);
  add_list(app, list);
  add_explain(app, explain);
  add_check(app, check);
  add_mutants(app, mutants);
  add_probe(app, probe);
  add_bench(app, bench);
  add_report(app, report);
  add_diff(app, diff);
  add_publish(app, publish);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // help, version
    app.exit(success);
    return {};
  } catch (const CLI::ParseError& error) {
    std::string command = "mqttspec";
    for (const CLI::App* used : app.get_subcommands()) command += " " + used->get_name();
    fmt::print(stderr, "mqttspec: {}{}\nSee {} --help\n", error.what(),
               hint_for(app, error, argc, argv), command);
    return {std::nullopt, exit_could_not_run};
  }
  if (app.got_subcommand("run")) return {Arguments(run)};
  if (app.got_subcommand("list")) return {Arguments(list)};
  if (app.got_subcommand("explain")) return {Arguments(explain)};
  if (app.got_subcommand("check")) return {Arguments(check)};
  if (app.got_subcommand("probe")) return {Arguments(probe)};
  if (app.got_subcommand("bench")) return {Arguments(bench)};
  if (app.got_subcommand("report")) return {Arguments(report)};
  if (app.got_subcommand("diff")) return {Arguments(diff)};
  if (app.got_subcommand("publish")) return {Arguments(publish)};
  return {Arguments(mutants)};
}

}  // namespace mqttspec::cli
