// A corpus in one file: "MQTTSPEC CORPUS\n", then each input as four bytes of length (most
// significant first) and its content, sorted, so that the same inputs make the same file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mqttspec::fuzz {

// Throws std::runtime_error that says what is wrong with the file.
[[nodiscard]] std::vector<std::string> read_pack(const std::filesystem::path& file);
void write_pack(const std::filesystem::path& file, std::vector<std::string> inputs);

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace mqttspec::fuzz
