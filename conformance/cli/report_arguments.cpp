#include "conformance/cli/report_arguments.hpp"

#include <CLI/CLI.hpp>

namespace mqttspec::cli {

void add_report(CLI::App& app, ReportArguments& report) {
  auto* command = app.add_subcommand(
      "report", "Make reports of results that were written before, of one run or of several");
  command
      ->add_option("files", report.files,
                   "Results of mqttspec run (results.json), also as results.json.gz")
      ->type_name("FILE");
  command->add_option("--html", report.html, "Of one run: the report as one page")
      ->type_name("OUT");
  command->add_option("--junit", report.junit, "Of one run: JUnit XML")->type_name("OUT");
  command->add_option("--markdown", report.markdown, "Of one run: a summary for a pull request")
      ->type_name("OUT");
  command->add_option("--badge", report.badge, "Of one run: a badge, as SVG")->type_name("OUT");
  command
      ->add_option("--matrix", report.matrix,
                   "A page of all brokers and statements. It links the index.html that\n"
                   "lies beside each FILE")
      ->type_name("OUT");
  command
      ->add_option("--kills", report.kills,
                   "A page that tells how each check was seen to fail: every wrong broker,\n"
                   "and the checks that it turned. Needs no FILE")
      ->type_name("OUT");
  command->add_flag("--strict", report.strict, "Treat nonstrict (a SHOULD not met) as a failure");
  command->footer(
      "Without any OUT the results are printed: of one run as mqttspec run does, of several a\n"
      "line for each broker and version. Exit code: 0 done; 2 something could not be read or\n"
      "written.\n\n"
      "Examples:\n"
      "  mqttspec report reports/latest/results.json\n"
      "  mqttspec report old.json --html old.html --markdown old.md\n"
      "  mqttspec report mosquitto/results.json ours/results.json --matrix matrix.html\n"
      "  mqttspec report --kills kills.html");
}

void add_diff(CLI::App& app, DiffArguments& diff) {
  auto* command =
      app.add_subcommand("diff", "Compare two runs: checks whose verdict became worse, or better");
  command->add_option("before", diff.before, "Results of the earlier run")
      ->required()
      ->type_name("BEFORE");
  command->add_option("after", diff.after, "Results of the later run, or of another broker")
      ->required()
      ->type_name("AFTER");
  command->add_option("--markdown", diff.markdown, "Write it for a pull request as well")
      ->type_name("OUT");
  command->footer(
      "Worse is what fails now and did not, or fails more gravely, unless the later run's\n"
      "profile lists it. Checks that only one of the runs has are counted, and told where they\n"
      "fail, but make nothing worse. Exit code: 0 nothing became worse; 1 something did; 2 a\n"
      "file cannot be read.\n\n"
      "Examples:\n"
      "  mqttspec diff yesterday.json reports/latest/results.json\n"
      "  mqttspec diff reports/published/mosquitto-2.0.11/results.json.gz results.json \\\n"
      "    --markdown comment.md");
}

void add_publish(CLI::App& app, PublishArguments& publish) {
  auto* command = app.add_subcommand(
      "publish", "Make a folder of reports for a web site: brokers, their matrix, the kill matrix");
  command
      ->add_option("files", publish.files,
                   "Results of mqttspec run, with their traces (results.json). Without\n"
                   "any, what the folder holds is put together anew")
      ->type_name("FILE");
  command->add_option("--to", publish.folder, "The folder [reports/published]")->type_name("DIR");
  command->footer(
      "Each FILE becomes BROKER-VERSION/ with index.html, badge.svg and results.json.gz; what\n"
      "the folder holds of other brokers stays. index.html shows all of them side by side,\n"
      "kills.html the suite's own test. Folders and name of this machine are taken out.\n"
      "reports/publish.sh runs the brokers that have a profile, and then this. Exit code: 0\n"
      "done; 2 something could not be read or written.\n\n"
      "Examples:\n"
      "  mqttspec publish mosquitto.json ours.json --to site\n"
      "  mqttspec publish");
}

}  // namespace mqttspec::cli
