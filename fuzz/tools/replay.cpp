// A target without a fuzzer: gives it each file named, or each file in a folder named, so that any
// compiler can run a corpus and a debugger can run a finding.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return false;
  }
  const std::string input{std::istreambuf_iterator<char>(file), {}};
  // Said before it runs: if the input ends the process, its name is the last line.
  std::fprintf(stderr, "%s\n", path.c_str());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> paths;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      paths.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argv[i])) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  bool all_read = true;
  for (const fs::path& path : paths) all_read = replay(path) && all_read;
  std::printf("%zu inputs replayed\n", paths.size());
  if (!paths.empty() && all_read) return 0;
  if (paths.empty()) std::fprintf(stderr, "usage: replay FILE-OR-FOLDER...: no input found\n");
  return 2;
}
