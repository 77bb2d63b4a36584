// Finds functions by their braces. It knows no grammar, only what an opening brace at namespace or
// class level can be: a namespace, a type, an initialiser or a function.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "cmake/tidy/rules.hpp"

namespace mqttspec::tidy {
namespace {

enum class Block { transparent, opaque, function };

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \n") - first + 1));
}

Block kind_of(const std::string& head) {
  static const std::regex type(
      R"(^(template\s*<[^{}]*>\s*)?(typedef\s+)?(enum\s+class|enum|class|struct|union)\b[^()]*$)");
  static const std::regex space(R"(^(inline\s+)?namespace\b|^extern\s*$)");
  if (std::regex_search(head, space)) return Block::transparent;
  if (std::regex_search(head, type)) return Block::transparent;
  if (head.empty() || head.back() == '=' || head.back() == ',' || head.back() == '(') {
    return Block::opaque;
  }
  return head.find('(') == std::string::npos ? Block::opaque : Block::function;
}

std::string name_of(const std::string& head) {
  static const std::regex name(R"(([A-Za-z_~][\w:~]*|operator[^(]*)\s*\()");
  std::smatch hit;
  return std::regex_search(head, hit, name) ? hit[1].str() : head.substr(0, 40);
}

// Preprocessor lines have braces and parentheses of their own.
std::string without_directives(std::string code) {
  for (std::size_t begin = 0; begin < code.size();) {
    std::size_t end = std::min(code.find('\n', begin), code.size());
    const std::size_t first = code.find_first_not_of(' ', begin);
    if (first < end && code[first] == '#') {
      while (end < code.size() && code[end - 1] == '\\')
        end = std::min(code.find('\n', end + 1), code.size());
      for (std::size_t i = begin; i < end; ++i) {
        if (code[i] != '\n') code[i] = ' ';
      }
    }
    begin = end + 1;
  }
  return code;
}

}  // namespace

std::vector<Function> functions_of(const Source& source) {
  const std::string code = without_directives(source.code);
  std::vector<Function> functions;
  std::vector<Block> open;
  std::size_t line = 1, head_begin = 0, parentheses = 0;
  char before = ' ';  // the last character that is no blank
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '\n') ++line;
    if (c == '(') ++parentheses;
    if (c == ')' && parentheses > 0) --parentheses;
    const bool inside = !open.empty() && open.back() != Block::transparent;
    const bool own_level = !open.empty() && open.back() == Block::function && parentheses == 0;
    // if (...) {, for (...) { and else { are statements as well as what a semicolon ends.
    const bool begins_block = c == '{' && (before == ')' || before == 'e');
    if (own_level && (c == ';' || begins_block)) ++functions.back().statements;
    if (c == '{') {
      const std::string head = trimmed(std::string_view(code).substr(head_begin, i - head_begin));
      // Inside of a function or an initialiser only the braces count.
      const Block kind = inside ? Block::opaque : kind_of(head);
      if (kind == Block::function) functions.push_back({name_of(head), line, 0, 0});
      open.push_back(kind);
    } else if (c == '}' && !open.empty()) {
      if (open.back() == Block::function) functions.back().lines = line - functions.back().line + 1;
      open.pop_back();
    }
    if (c != ' ' && c != '\n') before = c;
    const bool still_inside = !open.empty() && open.back() != Block::transparent;
    const bool after_access = c == ':' && std::string_view(code).substr(0, i).ends_with("public");
    if (!still_inside && (c == ';' || c == '{' || c == '}' || after_access)) head_begin = i + 1;
  }
  return functions;
}

Findings check_function_lengths(const Source& source) {
  Findings findings;
  if (!source.is_cpp()) return findings;
  for (const Function& function : functions_of(source)) {
    if (function.lines <= function_lines_max) continue;
    if (function.statements <= table_statements_max) continue;
    findings.push_back(fmt::format("{}:{}: {} has {} lines, more than {}", source.path,
                                   function.line, function.head, function.lines,
                                   function_lines_max));
  }
  return findings;
}

}  // namespace mqttspec::tidy
