// A text of the project, prepared for the rules that are checked on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqttspec::tidy {

struct Source {
  std::string path;  // relative to the project: "reference/codec/packet.hpp"
  std::string text;
  std::vector<std::string> lines;  // without their line ends
  std::string code;  // C++ only: comments and the insides of literals blanked, same length as text

  static Source from_text(std::string path, std::string text);
  [[nodiscard]] bool is_cpp() const;
  [[nodiscard]] bool is_test() const;  // *_test.cpp, *_bench.cpp
};

// Comments and what stands between quotes become blanks; line ends stay, so that lines count alike.
[[nodiscard]] std::string blank_comments_and_literals(std::string_view text);

// All texts of the project below `root` that people write; neither builds nor results of runs.
[[nodiscard]] std::vector<Source> read_project(const std::string& root);

}  // namespace mqttspec::tidy
