// What README.md shows of commands is what they print today.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "conformance/cli/arguments.hpp"
#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"

namespace mqttspec::cli {
namespace {

const std::string readme_path = MQTTSPEC_SOURCE_DIR "/README.md";
constexpr std::string_view prompt = "    $ mqttspec list ";
constexpr std::string_view filter = " | tail -n 1";

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  return text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end));
}

// The README with the line under each `$ mqttspec list WHAT | tail -n 1` as it ought to be.
std::string renewed(const std::string& readme, int& commands) {
  std::istringstream in(readme);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    out += line + "\n";
    if (!line.starts_with(prompt) || !line.ends_with(filter)) continue;
    ++commands;
    ListArguments arguments;
    arguments.what = line.substr(prompt.size(), line.size() - prompt.size() - filter.size());
    std::ostringstream printed;
    EXPECT_EQ(list_command(arguments, printed), exit_ok);
    out += "    " + last_line(printed.str()) + "\n";
    std::getline(in, line);  // what stands there now
  }
  return out;
}

TEST(Readme, ShowsWhatItsCommandsPrint) {
  const std::string readme = read_file(readme_path);
  int commands = 0;
  const std::string right = renewed(readme, commands);
  EXPECT_GE(commands, 3);
  if (std::getenv("MQTTSPEC_RENEW") != nullptr) {
    write_file(readme_path, [&](std::ostream& out) { out << right; });
  }
  EXPECT_EQ(read_file(readme_path), right) << "MQTTSPEC_RENEW=1 writes today's numbers";
}

TEST(Readme, NamesEveryCommand) {
  const std::string readme = read_file(readme_path);
  for (const char* command :
       {"run", "list", "explain", "check", "mutants", "bench", "report", "diff", "publish"}) {
    EXPECT_NE(readme.find(std::string("mqttspec ") + command), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace mqttspec::cli
