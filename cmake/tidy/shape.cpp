// What a file looks like: lengths, line ends, words that have no place in it.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "cmake/tidy/rules.hpp"

namespace mqttspec::tidy {
namespace {

// Columns, not bytes: UTF-8 continuation bytes take no place.
std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Data and prose may be as long as they are; code may not.
bool is_code(const Source& source) {
  return source.is_cpp() || source.path.ends_with(".sh") || source.path.ends_with(".cmake") ||
         source.path.ends_with("CMakeLists.txt");
}

// What of a line could be broken: texts in C++ literals are what they are, and what closes behind
// them stands where they end.
std::string breakable(const Source& source, std::size_t line) {
  if (!source.is_cpp()) return source.lines[line];
  const std::string& code = source.code_lines[line];
  const auto overhang = code.find_first_not_of(" \"')(,;}]+", columns_max);
  const std::string shown = overhang == std::string::npos ? code.substr(0, columns_max) : code;
  return shown.substr(0, shown.find_last_not_of(' ') + 1);
}

}  // namespace

Findings check_shape(const Source& source) {
  Findings findings;
  const auto report = [&](std::size_t line, const std::string& what) {
    findings.push_back(fmt::format("{}:{}: {}", source.path, line, what));
  };
  if (source.text.empty() || source.text.back() != '\n') {
    report(source.lines.size(), "the last line has no end");
  }
  if (is_code(source) && source.lines.size() > file_lines_max) {
    report(source.lines.size(), fmt::format("the file has more than {} lines: split what has more "
                                            "than one job",
                                            file_lines_max));
  }
  bool by_hand = false;  // a table that is clearer in one's own layout
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    const std::string& line = source.lines[i];
    if (line.find("// clang-format o") != std::string::npos) by_hand = line.ends_with("off");
    if (line.find('\t') != std::string::npos) report(i + 1, "has a tab");
    if (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
      report(i + 1, "ends with a blank or carriage return");
    }
    if (is_code(source) && !by_hand && columns(breakable(source, i)) > columns_max) {
      report(i + 1, fmt::format("has more than {} columns", columns_max));
    }
  }
  return findings;
}

Findings check_words(const Source& source) {
  // Put together from pieces, so that this file does not find itself.
  static const std::regex note(std::string(R"(\b(TO)") + "DO|FIX" + R"(ME|XX)" + R"(X)\b)");
  static const std::regex machine(std::string(R"((^|[^[:alnum:]._\-])/(wo)") + R"(rk|ho)" +
                                  R"(me|ro)" + R"(ot|Users)/)");
  static const std::regex registry(std::string(R"(registry\.npm|pypi\.)") + R"(org|crates\.)" +
                                   R"(io|deb\.debian\.)" + R"(org|proxy\.golang)");
  Findings findings;
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    const auto report = [&](const char* what) {
      findings.push_back(fmt::format("{}:{}: {}", source.path, i + 1, what));
    };
    if (std::regex_search(source.lines[i], note))
      report("has a note to self: do it, or say why not");
    if (std::regex_search(source.lines[i], machine)) report("names a path of one machine");
    if (std::regex_search(source.lines[i], registry)) report("names a package registry");
  }
  return findings;
}

}  // namespace mqttspec::tidy
