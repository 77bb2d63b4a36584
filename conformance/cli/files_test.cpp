#include "conformance/cli/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(top_); }
  void TearDown() override { fs::remove_all(top_); }

  const std::string top_ = ::testing::TempDir() + "mqttspec-files-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Files, DirectoriesAreMade) {
  write_file(top_ + "/a/b/c.txt", [](std::ostream& out) { out << "text"; });
  EXPECT_EQ(read_file(top_ + "/a/b/c.txt"), "text");
}

TEST_F(Files, AWriterThatFailsLeavesTheOldFile) {
  write_file(top_ + "/c.txt", [](std::ostream& out) { out << "old"; });
  EXPECT_THROW(write_file(top_ + "/c.txt",
                          [](std::ostream& out) {
                            out << "half";
                            throw std::runtime_error("no more");
                          }),
               std::runtime_error);
  EXPECT_EQ(read_file(top_ + "/c.txt"), "old");
}

TEST_F(Files, ADirectoryCannotBeRead) {
  EXPECT_THROW((void)read_file(top_), std::runtime_error);
  EXPECT_THROW((void)read_file(top_ + "/none"), std::runtime_error);
}

TEST_F(Files, AMessageNamesTheFile) {
  try {
    (void)read_file(top_ + "/none.json");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), top_ + "/none.json: No such file or directory");
  }
}

}  // namespace
}  // namespace mqttspec::cli
