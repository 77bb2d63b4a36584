#include "reference/server/passwd_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "reference/server/access_files.hpp"

namespace mqttspec::server {
namespace {

using ::testing::HasSubstr;

class Passwd : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "mqttspec_passwd_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    file = folder + "/passwords";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  int run(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    out.str("");
    errors.str("");
    if (arguments.size() > 1 && arguments[1] != "--list" && arguments.back() != "--delete") {
      arguments.insert(arguments.end(), {"--iterations", "4096"});
    }
    return run_passwd(arguments, in, out, errors);
  }
  std::shared_ptr<const broker::PasswordRecord> record_of(const std::string& user) {
    const auto access = read_access({file, std::nullopt});
    const auto* good = std::get_if<Access>(&access);
    return good == nullptr ? nullptr : good->passwords->find(user);
  }
  mode_t mode() const {
    struct stat status {};
    return stat(file.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }
  std::string folder;
  std::string file;
  std::ostringstream out;
  std::ostringstream errors;
};

TEST_F(Passwd, MakesAFileThatOnlyItsOwnerReads) {
  EXPECT_EQ(run({file, "anna"}, "secret\nmore\n"), 0) << errors.str();
  EXPECT_EQ(mode(), 0600U);
  ASSERT_NE(record_of("anna"), nullptr);
  EXPECT_TRUE(fits(*record_of("anna"), "secret"));
  EXPECT_EQ(read_file(file).text.find("secret"), std::string::npos);
}

TEST_F(Passwd, ChangesOneUserAndLeavesTheOthers) {
  run({file, "anna"}, "a");
  run({file, "berta"}, "b");
  const auto before = record_of("berta");
  chmod(file.c_str(), 0640);
  EXPECT_EQ(run({file, "anna"}, "new\r\n"), 0);
  EXPECT_TRUE(fits(*record_of("anna"), "new"));
  EXPECT_EQ(*record_of("berta"), *before);
  EXPECT_EQ(mode(), 0640U);
  EXPECT_EQ(run({file, "--list"}), 0);
  EXPECT_EQ(out.str(), "anna\nberta\n");
}

TEST_F(Passwd, TheSamePasswordTwiceHasTwoSalts) {
  run({file, "anna"}, "same");
  run({file, "berta"}, "same");
  EXPECT_NE(record_of("anna")->salt, record_of("berta")->salt);
}

TEST_F(Passwd, DeletesAUser) {
  run({file, "anna"}, "a");
  EXPECT_EQ(run({file, "anna", "--delete"}), 0);
  EXPECT_EQ(record_of("anna"), nullptr);
  EXPECT_EQ(run({file, "anna", "--delete"}), 2);
  EXPECT_THAT(errors.str(), HasSubstr("there is no user \"anna\""));
}

TEST_F(Passwd, ReplacesTheFileBehindALink) {
  run({file, "anna"}, "a");
  const auto link = folder + "/link";
  std::filesystem::create_symlink(file, link);
  EXPECT_EQ(run({link, "anna"}, "b"), 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_TRUE(fits(*record_of("anna"), "b"));
}

TEST_F(Passwd, WhatGoesWrongChangesNothing) {
  std::ofstream(file) << "not ours\n";
  EXPECT_EQ(run({file, "anna"}, "a"), 2);
  EXPECT_THAT(errors.str(), HasSubstr(file + ":1: this is no password file"));
  EXPECT_EQ(read_file(file).text, "not ours\n");
  EXPECT_EQ(run({folder + "/none/passwords", "anna"}, "a"), 2);
  EXPECT_THAT(errors.str(), HasSubstr("cannot be opened"));
  EXPECT_EQ(run({file, "anna"}, "\n"), 2);
  EXPECT_THAT(errors.str(), HasSubstr("the password is empty"));
  EXPECT_EQ(run({file, "#anna"}, "a"), 2);
  EXPECT_THAT(errors.str(), HasSubstr("a user name is wanted"));
  EXPECT_EQ(run({file}), 2);
  EXPECT_EQ(run({}), 2);
}

TEST_F(Passwd, HelpShowsExamples) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("passwd passwords anna"));
}

TEST_F(Passwd, ErrorsOfBothFilesAreGatheredWithTheirLines) {
  std::ofstream(file) << "mqttspec-passwords 1 MDEyMzQ1Njc4OWFiY2RlZg==\nanna\n";
  const auto list = folder + "/acl";
  std::ofstream(list) << "all both a\nall write b\nall both\n";
  const auto result = read_access({file, list});
  const auto* wrong = std::get_if<std::vector<std::string>>(&result);
  ASSERT_NE(wrong, nullptr);
  ASSERT_EQ(wrong->size(), 3U);
  EXPECT_THAT((*wrong)[0], HasSubstr(file + ":2: "));
  EXPECT_THAT((*wrong)[1], HasSubstr(list + ":2: \"write\""));
  EXPECT_THAT((*wrong)[2], HasSubstr(list + ":3: "));
  EXPECT_THAT(std::get<std::vector<std::string>>(read_access({folder + "/none", folder})).at(0),
              HasSubstr("/none: cannot be opened"));
}

}  // namespace
}  // namespace mqttspec::server
