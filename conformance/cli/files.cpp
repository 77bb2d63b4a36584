#include "conformance/cli/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw std::runtime_error(fmt::format("{}: {}", path, why));
}

}  // namespace

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, std::strerror(errno));
  std::ostringstream text;
  text << in.rdbuf();
  // A directory opens, but cannot be read.
  if (in.bad() || fs::is_directory(path)) fail(path, "cannot be read");
  return text.str();
}

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  std::error_code error;
  const fs::path target(path);
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  if (error) fail(target.parent_path().string(), error.message());
  // Devices and pipes (--json /dev/stdout) are written directly: they cannot be replaced.
  const bool plain = !fs::exists(target) || fs::is_regular_file(target);
  const std::string written = plain ? path + ".part" : path;
  {
    errno = 0;
    std::ofstream out(written, std::ios::binary);
    if (!out) fail(written, std::strerror(errno));
    write(out);
    out.close();
    if (!out) fail(written, errno != 0 ? std::strerror(errno) : "could not be written");
  }
  if (!plain) return;
  fs::rename(written, target, error);
  if (error) fail(path, error.message());
}

}  // namespace mqttspec::cli
