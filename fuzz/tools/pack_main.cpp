// Packs a corpus into one file, and back.
//   fuzz_pack pack FOLDER FILE     every file of the folder
//   fuzz_pack unpack FILE FOLDER   as 0000, 0001 ...
#include <fmt/format.h>

#include <iostream>

#include "fuzz/tools/pack.hpp"

namespace {

namespace fs = std::filesystem;
using namespace mqttspec::fuzz;

int main_of(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3 || (arguments[0] != "pack" && arguments[0] != "unpack")) {
    std::cerr << "usage: fuzz_pack pack FOLDER FILE, or fuzz_pack unpack FILE FOLDER\n";
    return 2;
  }
  if (arguments[0] == "unpack") {
    std::size_t number = 0;
    for (const auto& input : read_pack(arguments[1])) {
      write_file(fs::path(arguments[2]) / fmt::format("{:04}", number++), input);
    }
    std::cout << number << " inputs unpacked\n";
    return 0;
  }
  std::vector<std::string> inputs;
  for (const auto& entry : fs::directory_iterator(arguments[1])) {
    if (entry.is_regular_file()) inputs.push_back(read_file(entry.path()));
  }
  write_pack(arguments[2], inputs);
  std::cout << inputs.size() << " inputs, " << fs::file_size(arguments[2]) << " bytes\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_of(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "fuzz_pack: " << error.what() << '\n';
    return 2;
  }
}
