// How to run the same again, as a line for a shell. Passwords are not shown.
#pragma once

#include <string>

#include "conformance/cli/arguments.hpp"

namespace mqttspec::cli {

[[nodiscard]] std::string quoted_for_shell(const std::string& word);

// `program` is what stands in front of the arguments: "mqttspec run", or the script that was
// called.
[[nodiscard]] std::string command_text(const RunArguments& arguments, const std::string& program);
// The command for one instance, with {} where its id has to stand: no other filters, no reports.
[[nodiscard]] std::string replay_text(const RunArguments& arguments, const std::string& program);

}  // namespace mqttspec::cli
