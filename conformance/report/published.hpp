// A run as it is published: nothing in it tells about the machine that it was made on, and it holds
// no more than is needed to compare and to explain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// What is known about the machine of a run.
struct Machine {
  std::vector<std::string> folders;  // absolute: home, working and temporary folders
  std::string host;                  // its name; empty: unknown
};

// Without folders and name of the machine; commands name files as they stand in the project, or by
// their last part, and no longer say where reports were written.
[[nodiscard]] RunResult without_machine(RunResult result, const Machine& machine);

// The verdicts of all, evidence and traces only of what is not as it should be; what monitors saw
// is told once for the whole run.
[[nodiscard]] RunResult compact(RunResult result);

// "mosquitto 2.0.11" -> "mosquitto-2.0.11": a folder's name. "broker" if nothing is left.
[[nodiscard]] std::string folder_name(std::string_view broker);

}  // namespace mqttspec::report
