#include "fuzz/tools/pack.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

namespace mqttspec::fuzz {
namespace {

namespace fs = std::filesystem;

class Pack : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / ("fuzz-pack-" + std::to_string(::getpid()));
};

TEST_F(Pack, ComesBackAsItWasSortedAndEachOnce) {
  const std::string zeros(3, '\0');
  const std::string large(70'000, 'x');
  write_pack(folder_ / "a/inputs.pack", {"b", large, "", zeros, "b"});
  EXPECT_EQ(read_pack(folder_ / "a/inputs.pack"),
            (std::vector<std::string>{"", zeros, "b", large}));
}

TEST_F(Pack, WhatIsCutOffOrSomethingElseIsRefused) {
  const fs::path file = folder_ / "inputs.pack";
  write_pack(file, {"abc", "def"});
  const std::string whole = read_file(file);
  for (std::size_t size = 17; size < whole.size(); ++size) {
    if (size == whole.size() - 7) continue;  // the end of the first input
    write_file(file, whole.substr(0, size));
    EXPECT_THROW(static_cast<void>(read_pack(file)), std::runtime_error) << size;
  }
  write_file(file, "something else");
  EXPECT_THROW(static_cast<void>(read_pack(file)), std::runtime_error);
  EXPECT_THROW(static_cast<void>(read_pack(folder_ / "missing")), std::runtime_error);
}

}  // namespace
}  // namespace mqttspec::fuzz
