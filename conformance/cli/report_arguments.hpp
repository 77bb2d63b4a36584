// The options of the commands that read results: report, diff and publish.
#pragma once

#include "conformance/cli/arguments.hpp"

namespace CLI {
class App;
}

namespace mqttspec::cli {

void add_report(CLI::App& app, ReportArguments& report);
void add_diff(CLI::App& app, DiffArguments& diff);
void add_publish(CLI::App& app, PublishArguments& publish);

}  // namespace mqttspec::cli
