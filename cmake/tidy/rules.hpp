// The house rules that a machine can check. Each gives one line a breach: "file:line: what".
#pragma once

#include <string>
#include <vector>

#include "cmake/tidy/source.hpp"

namespace mqttspec::tidy {

using Findings = std::vector<std::string>;

inline constexpr std::size_t file_lines_max = 400;
inline constexpr std::size_t function_lines_max = 70;
inline constexpr std::size_t table_statements_max = 3;
inline constexpr std::size_t columns_max = 100;

// Who may include whom (layers.cpp holds the table). Tests may include whatever they compare with.
[[nodiscard]] Findings check_layers(const Source& source);
// Clocks, threads, files, sockets, processes, Asio and chance: in the named adapters only.
[[nodiscard]] Findings check_adapters(const Source& source);
// No test waits on a real clock for what virtual time can show.
[[nodiscard]] Findings check_sleeping(const Source& source);

// Length of files and lines, tabs, blanks at line ends, the final newline.
[[nodiscard]] Findings check_shape(const Source& source);
// Notes to self, paths of one machine, hosts of package registries.
[[nodiscard]] Findings check_words(const Source& source);

struct Function {
  std::string head;      // its name, as far as it can be told
  std::size_t line = 0;  // of the opening brace
  std::size_t lines = 0;
  std::size_t statements = 0;  // at its own level
};
// Functions defined at namespace or class level, roughly: by braces, not by grammar.
[[nodiscard]] std::vector<Function> functions_of(const Source& source);
// Long functions; a table (a function of hardly any statements, as long as its rows) is none.
[[nodiscard]] Findings check_function_lengths(const Source& source);

}  // namespace mqttspec::tidy
