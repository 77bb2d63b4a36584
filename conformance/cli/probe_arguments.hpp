// The options of `mqttspec probe`.
#pragma once

#include "conformance/cli/arguments.hpp"

namespace CLI {
class App;
}

namespace mqttspec::cli {

void add_probe(CLI::App& app, ProbeArguments& probe);

}  // namespace mqttspec::cli
