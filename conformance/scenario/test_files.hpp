// The scenario files of the source tree, for tests.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace mqttspec::scenario::test {

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Paths relative to the root of the sources, and texts, of all files in scenarios/; sorted.
inline std::vector<std::pair<std::string, std::string>> scenario_files() {
  const std::filesystem::path root = MQTTSPEC_SOURCE_DIR;
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "scenarios")) {
    const std::string path = std::filesystem::relative(entry.path(), root).string();
    const bool scenario =
        entry.path().extension() == ".json" && path.find("/schema/") == std::string::npos &&
        path.find("/profiles/") == std::string::npos && path.find("/probe/") == std::string::npos;
    if (scenario) out.emplace_back(path, read_text(entry.path()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace mqttspec::scenario::test
