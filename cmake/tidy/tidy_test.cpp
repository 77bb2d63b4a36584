// Holds the project to its house rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

#include "cmake/tidy/rules.hpp"

namespace mqttspec::tidy {
namespace {

using ::testing::IsEmpty;

const std::vector<Source>& project() {
  static const std::vector<Source> sources = read_project(MQTTSPEC_SOURCE_DIR);
  return sources;
}

Findings on_all(Findings (*rule)(const Source&)) {
  Findings findings;
  for (const Source& source : project()) {
    for (std::string& finding : rule(source)) findings.push_back(std::move(finding));
  }
  return findings;
}

TEST(Tidy, TheProjectIsFound) {
  EXPECT_GT(project().size(), 50U);
}
TEST(Tidy, LayersIncludeOnlyWhatTheyMay) {
  EXPECT_THAT(on_all(check_layers), IsEmpty());
}
TEST(Tidy, OnlyAdaptersTouchTheOutside) {
  EXPECT_THAT(on_all(check_adapters), IsEmpty());
}
TEST(Tidy, NoTestSleeps) {
  EXPECT_THAT(on_all(check_sleeping), IsEmpty());
}
TEST(Tidy, FilesHaveTheirShape) {
  EXPECT_THAT(on_all(check_shape), IsEmpty());
}
TEST(Tidy, NoStrayWords) {
  EXPECT_THAT(on_all(check_words), IsEmpty());
}
TEST(Tidy, FunctionsCanBeSeenWhole) {
  EXPECT_THAT(on_all(check_function_lengths), IsEmpty());
}

TEST(Tidy, TheReadmeNamesTheTwoCommands) {
  for (const Source& source : project()) {
    if (source.path != "README.md") continue;
    EXPECT_NE(source.text.find("./run.sh"), std::string::npos);
    EXPECT_NE(source.text.find("./test.sh"), std::string::npos);
    return;
  }
  FAIL() << "there is no README.md";
}

// Another version of clang-format has other opinions, so that only the one of Debian 12 counts.
TEST(Tidy, CodeIsFormatted) {
  if (std::system("clang-format --version 2>/dev/null | grep -q 'version 14'") != 0) {
    GTEST_SKIP() << "needs clang-format 14";
  }
  std::string command = "cd '" MQTTSPEC_SOURCE_DIR "' && out=$(clang-format --dry-run --Werror";
  for (const Source& source : project()) {
    if (source.is_cpp()) command += " '" + source.path + "'";
  }
  command += " 2>&1); status=$?; printf '%s\\n' \"$out\" | grep error: | head -n 20; exit $status";
  EXPECT_EQ(std::system(command.c_str()), 0) << "clang-format -i mends what is listed above";
}

}  // namespace
}  // namespace mqttspec::tidy
