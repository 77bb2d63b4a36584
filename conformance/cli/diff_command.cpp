#include <unistd.h>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/results.hpp"
#include "conformance/report/comparison.hpp"
#include "conformance/report/terminal.hpp"

namespace mqttspec::cli {

int diff_command(const DiffArguments& arguments, std::ostream& out) {
  const report::RunResult before = read_results(arguments.before);
  const report::RunResult after = read_results(arguments.after);
  const report::Comparison comparison = report::compare(before, after);
  const report::Paint paint(report::TerminalOptions::detect(STDOUT_FILENO).colour);
  report::print_comparison(before, after, comparison, paint, out);
  if (!arguments.markdown.empty()) {
    write_file(arguments.markdown, [&](std::ostream& file) {
      report::render_comparison_markdown(before, after, comparison, file);
    });
  }
  return comparison.worsened() > 0 ? exit_findings : exit_ok;
}

}  // namespace mqttspec::cli
