// Reading and writing whole files, with messages that say what went wrong with which.
#pragma once

#include <functional>
#include <ostream>
#include <string>

namespace mqttspec::cli {

// Throws std::runtime_error ("a.json: No such file or directory").
[[nodiscard]] std::string read_file(const std::string& path);

// Writes what `write` puts into the stream. Directories are made; the file appears whole or not at
// all, so that a run that is cut short leaves the last report as it was. Throws
// std::runtime_error.
void write_file(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace mqttspec::cli
