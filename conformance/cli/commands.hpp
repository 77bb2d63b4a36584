// One function a command. Each returns the exit code; what stops a command altogether (a file that
// cannot be read, a glob that matches nothing) is thrown as std::runtime_error.
#pragma once

#include <ostream>

#include "conformance/cli/arguments.hpp"

namespace mqttspec::cli {

[[nodiscard]] int run_command(const RunArguments& arguments);
[[nodiscard]] int list_command(const ListArguments& arguments, std::ostream& out);
[[nodiscard]] int explain_command(const ExplainArguments& arguments, std::ostream& out);
[[nodiscard]] int check_command(const CheckArguments& arguments, std::ostream& out);
[[nodiscard]] int mutants_command(const MutantsArguments& arguments, std::ostream& out);
[[nodiscard]] int probe_command(const ProbeArguments& arguments, std::ostream& out);
[[nodiscard]] int bench_command(const BenchArguments& arguments, std::ostream& out);
[[nodiscard]] int report_command(const ReportArguments& arguments, std::ostream& out);
[[nodiscard]] int diff_command(const DiffArguments& arguments, std::ostream& out);
[[nodiscard]] int publish_command(const PublishArguments& arguments, std::ostream& out);

}  // namespace mqttspec::cli
