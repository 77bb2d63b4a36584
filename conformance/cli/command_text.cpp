#include "conformance/cli/command_text.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "conformance/cli/target.hpp"

namespace mqttspec::cli {
namespace {

// Builds a line word by word.
class Line {
 public:
  explicit Line(std::string text) : text_(std::move(text)) {}
  void word(const std::string& word) { text_ += " " + quoted_for_shell(word); }
  void option(const char* name, const std::string& value) {
    if (value.empty()) return;
    text_ += std::string(" ") + name;
    word(value);
  }
  void options(const char* name, const std::vector<std::string>& values) {
    for (const std::string& value : values) option(name, value);
  }
  void flag(const char* name, bool set) {
    if (set) text_ += std::string(" ") + name;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// What decides which broker is tested and how, whatever is run and written.
Line line_of(const RunArguments& arguments, const std::string& program) {
  Line line(program);
  if (!arguments.target.empty()) line.word(without_password(arguments.target));
  line.option("--profile", arguments.profile);
  if (arguments.seed) line.option("--seed", std::to_string(*arguments.seed));
  if (arguments.username) line.option("--username", *arguments.username);
  if (arguments.password) line.option("--password", "***");
  line.option("--transport", arguments.transport);
  line.option("--ca", arguments.ca);
  line.option("--cert", arguments.cert);
  line.option("--key", arguments.key);
  line.flag("--insecure", arguments.insecure);
  line.flag("--safe", arguments.safe);
  line.flag("--unsafe", arguments.unsafe);
  line.flag("--slow", arguments.slow);
  line.flag("--strict", arguments.strict);
  line.option("--scenarios", arguments.scenarios);
  return line;
}

}  // namespace

std::string quoted_for_shell(const std::string& word) {
  constexpr std::string_view plain = "_./:=@%+,-{}";
  const bool safe = !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || plain.find(c) != plain.npos;
  });
  if (safe) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string command_text(const RunArguments& arguments, const std::string& program) {
  Line line = line_of(arguments, program);
  line.options("--protocol", arguments.protocols);
  line.options("--only", arguments.only);
  line.options("--skip", arguments.skip);
  line.option("--out", arguments.out);
  line.option("--json", arguments.json);
  line.option("--junit", arguments.junit);
  line.option("--markdown", arguments.markdown);
  line.option("--html", arguments.html);
  return line.take();
}

std::string replay_text(const RunArguments& arguments, const std::string& program) {
  // Reports put the id in, in quotes: it holds brackets, which shells would take for patterns.
  return line_of(arguments, program).take() + " --verbose --only {}";
}

}  // namespace mqttspec::cli
