// mqttspec: conformance tests for MQTT brokers.
#include <cstdio>
#include <exception>
#include <iostream>

#include "conformance/cli/commands.hpp"

namespace {

using namespace mqttspec::cli;

int execute(const RunArguments& arguments) {
  return run_command(arguments);
}
int execute(const ListArguments& arguments) {
  return list_command(arguments, std::cout);
}
int execute(const ExplainArguments& arguments) {
  return explain_command(arguments, std::cout);
}
int execute(const CheckArguments& arguments) {
  return check_command(arguments, std::cout);
}
int execute(const MutantsArguments& arguments) {
  return mutants_command(arguments, std::cout);
}
int execute(const ProbeArguments& arguments) {
  return probe_command(arguments, std::cout);
}
int execute(const BenchArguments& arguments) {
  return bench_command(arguments, std::cout);
}
int execute(const ReportArguments& arguments) {
  return report_command(arguments, std::cout);
}
int execute(const DiffArguments& arguments) {
  return diff_command(arguments, std::cout);
}
int execute(const PublishArguments& arguments) {
  return publish_command(arguments, std::cout);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Parsed parsed = parse_arguments(argc, argv);
    if (!parsed.arguments) return parsed.exit_code;
    return std::visit([](const auto& arguments) { return execute(arguments); }, *parsed.arguments);
  } catch (const std::exception& error) {
    std::cout.flush();
    std::fprintf(stderr, "mqttspec: %s\n", error.what());
    return exit_could_not_run;
  }
}
