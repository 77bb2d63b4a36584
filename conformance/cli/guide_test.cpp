// conformance/README.md is right: its example does what the page says, and what it names exists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string source = MQTTSPEC_SOURCE_DIR "/";

std::string guide() {
  return read_file(source + "conformance/README.md");
}

// The first block of code in a language.
std::string block(const std::string& language) {
  const std::string text = guide();
  const std::string open = "```" + language + "\n";
  const std::size_t begin = text.find(open) + open.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

class Guide : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(file_, [](std::ostream& out) { out << block("json"); });
  }
  void TearDown() override { fs::remove_all(top_); }
  const std::string top_ = ::testing::TempDir() + "mqttspec-guide-" + std::to_string(::getpid());
  const std::string file_ = top_ + "/my-ping.json";
};

TEST_F(Guide, ItsScenarioHasNothingWrong) {
  std::ostringstream out;
  EXPECT_EQ(check_command({{file_}}, out), exit_ok);
  EXPECT_EQ(out.str(), "1 file, 1 scenarios, 2 instances: nothing wrong\n");
  EXPECT_THAT(guide(), HasSubstr(out.str()));
}

TEST_F(Guide, TheReferencePassesItsScenario) {
  RunArguments run;
  run.scenarios = file_;
  run.json = top_ + "/results.json";
  run.quiet = true;
  EXPECT_EQ(run_command(run), exit_ok);
}

TEST_F(Guide, ItsMutantIsCaughtByItsScenario) {
  MutantsArguments mutants;
  mutants.scenarios = file_;
  mutants.only = {"ping-goes-unanswered"};
  mutants.full = true;
  std::ostringstream out;
  EXPECT_EQ(mutants_command(mutants, out), exit_ok);
  EXPECT_THAT(guide(), HasSubstr(out.str().substr(0, out.str().find('\n'))));
}

TEST_F(Guide, ItsMutantStandsWhereItSays) {
  EXPECT_THAT(read_file(source + "conformance/mutants/connect_mutants.cpp"),
              HasSubstr(block("cpp")));
}

TEST_F(Guide, EveryCommandItShowsIsOne) {
  std::istringstream lines(guide());
  int commands = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    mqttspec ")) continue;
    ++commands;
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    const Parsed parsed = parse_arguments(static_cast<int>(argv.size()), argv.data());
    EXPECT_TRUE(parsed.arguments.has_value()) << line;
  }
  EXPECT_GE(commands, 6);
}

TEST_F(Guide, EveryFileItNamesExists) {
  static const std::regex name(R"(`((?:conformance|scenarios|reports)/[^` ]*)`)");
  const std::string text = guide();
  int files = 0;
  for (auto hit = std::sregex_iterator(text.begin(), text.end(), name);
       hit != std::sregex_iterator(); ++hit) {
    ++files;
    EXPECT_TRUE(fs::exists(source + (*hit)[1].str())) << (*hit)[1];
  }
  EXPECT_GE(files, 6);
}

}  // namespace
}  // namespace mqttspec::cli
