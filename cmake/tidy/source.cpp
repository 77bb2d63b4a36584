#include "cmake/tidy/source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace mqttspec::tidy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Where the literal or comment that begins at `at` ends (one past its last character); `at` itself
// if none begins there.
std::size_t end_of_opaque(std::string_view text, std::size_t at) {
  const auto past = [&](std::size_t found, std::size_t length) {
    return found == std::string_view::npos ? text.size() : found + length;
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return past(text.find('\n', at), 0);
  if (rest.starts_with("/*")) return past(text.find("*/", at + 2), 2);
  if (rest.starts_with("R\"")) {
    const std::size_t open = text.find('(', at);
    if (open == std::string_view::npos) return text.size();
    const std::string close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
    return past(text.find(close, open), close.size());
  }
  const char quote = text[at];
  // An apostrophe between digits divides thousands.
  const bool divides =
      quote == '\'' && at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1]));
  if ((quote != '"' && quote != '\'') || divides) return at;
  std::size_t i = at + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

bool is_text(const fs::path& path) {
  static const std::set<std::string> kinds = {".hpp", ".cpp", ".def", ".txt", ".cmake", ".json",
                                              ".md",  ".sh",  ".js",  ".css", ".html",  ".py"};
  const std::string name = path.filename().string();
  return kinds.contains(path.extension().string()) || name == "run" || name == ".clang-format";
}

}  // namespace

std::string blank_comments_and_literals(std::string_view text) {
  std::string code(text);
  for (std::size_t i = 0; i < code.size();) {
    const std::size_t end = end_of_opaque(text, i);
    if (end == i) {
      ++i;
      continue;
    }
    for (; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
  }
  return code;
}

Source Source::from_text(std::string path, std::string text) {
  Source source;
  source.path = std::move(path);
  source.text = std::move(text);
  source.lines = split(source.text);
  if (source.is_cpp()) source.code = blank_comments_and_literals(source.text);
  source.code_lines = split(source.code);
  return source;
}

bool Source::is_cpp() const {
  return path.ends_with(".hpp") || path.ends_with(".cpp");
}
bool Source::is_test() const {
  // What fuzzing needs around its targets is built with the tests and never installed.
  return only_for_tests || path.ends_with("_test.cpp") || path.ends_with("_bench.cpp") ||
         path.starts_with("fuzz/tools/");
}

void mark_headers_of_tests(std::vector<Source>& sources) {
  const auto includes = [](const Source& source, const std::string& path) {
    return source.is_cpp() && source.text.find("#include \"" + path + "\"") != std::string::npos;
  };
  // Until nothing changes: a header may be included by another one that is for tests only.
  for (bool changed = true; changed;) {
    changed = false;
    for (Source& header : sources) {
      if (!header.path.ends_with(".hpp") || header.only_for_tests) continue;
      bool used = false, by_others = false;
      for (const Source& source : sources) {
        if (&source == &header || !includes(source, header.path)) continue;
        used = true;
        by_others = by_others || !source.is_test();
      }
      header.only_for_tests = used && !by_others;
      changed = changed || header.only_for_tests;
    }
  }
}

std::vector<Source> read_project(const std::string& root) {
  static const std::set<std::string> not_ours = {"build", ".git", "reports", "corpus",
                                                 "node_modules"};
  std::vector<Source> sources;
  auto walk = fs::recursive_directory_iterator(root);
  for (const auto& entry : walk) {
    if (entry.is_directory() && not_ours.contains(entry.path().filename().string())) {
      walk.disable_recursion_pending();
    }
    if (!entry.is_regular_file() || !is_text(entry.path())) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    sources.push_back(
        Source::from_text(fs::relative(entry.path(), root).generic_string(), text.str()));
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  mark_headers_of_tests(sources);
  return sources;
}

}  // namespace mqttspec::tidy
