// A text of the project, prepared for the rules that are checked on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mqttspec::tidy {

struct Source {
  std::string path;  // relative to the project: "reference/codec/packet.hpp"
  std::string text;
  std::vector<std::string> lines;       // without their line ends
  std::vector<std::string> code_lines;  // of `code`
  std::string code;  // C++ only: comments and the insides of literals blanked, same length as text

  static Source from_text(std::string path, std::string text);
  [[nodiscard]] bool is_cpp() const;
  bool only_for_tests = false;  // a header that nothing but tests includes

  [[nodiscard]] bool is_test() const;  // *_test.cpp, *_bench.cpp, or only for these
};

// Comments and what stands between quotes become blanks; line ends stay, so that lines count alike.
[[nodiscard]] std::string blank_comments_and_literals(std::string_view text);

// Sets only_for_tests of each header.
void mark_headers_of_tests(std::vector<Source>& sources);

// All texts of the project below `root` that people write; neither builds nor results of runs.
[[nodiscard]] std::vector<Source> read_project(const std::string& root);

}  // namespace mqttspec::tidy
