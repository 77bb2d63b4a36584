// The options of `mqttspec bench`.
#pragma once

#include "conformance/cli/arguments.hpp"

namespace CLI {
class App;
}

namespace mqttspec::cli {

void add_bench(CLI::App& app, BenchArguments& bench);

}  // namespace mqttspec::cli
