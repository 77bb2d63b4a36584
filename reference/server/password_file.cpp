#include "reference/server/password_file.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "reference/server/access_files.hpp"

namespace mqttspec::server {
namespace {

constexpr std::size_t salt_size = 16;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) {
    throw std::runtime_error("the system gives no random numbers");
  }
  return bytes;
}

PasswordFile::PasswordFile(std::string path) : path_(std::move(path)) {
  // A link is followed, so that the file behind it is replaced and not the link.
  std::error_code error;
  if (const auto real = std::filesystem::canonical(path_, error); !error) path_ = real.string();
  const auto parent = std::filesystem::path(path_).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  folder_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) fail(folder + ": cannot be opened");
  if (flock(folder_, LOCK_EX) != 0) fail(folder + ": cannot be locked");
  if (access(path_.c_str(), F_OK) != 0) {
    passwords_.secret = random_bytes(salt_size);
    return;
  }
  const auto file = read_file(path_);
  if (!file.error.empty()) throw std::runtime_error(file.error);
  auto parsed = broker::parse_passwords(file.text);
  if (const auto* wrong = std::get_if<broker::LineError>(&parsed)) {
    throw std::runtime_error(path_ + ":" + std::to_string(wrong->line) + ": " + wrong->message);
  }
  passwords_ = std::get<broker::Passwords>(std::move(parsed));
}

PasswordFile::~PasswordFile() {
  if (folder_ >= 0) close(folder_);
}

void PasswordFile::set(std::string_view user, std::string_view password, std::uint32_t iterations) {
  passwords_.records[std::string(user)] = std::make_shared<broker::PasswordRecord>(
      broker::make_record(password, random_bytes(salt_size), iterations));
}

bool PasswordFile::remove(std::string_view user) {
  const auto found = passwords_.records.find(user);
  if (found == passwords_.records.end()) return false;
  passwords_.records.erase(found);
  return true;
}

void PasswordFile::save() const {
  std::string name = path_ + ".XXXXXX";
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);  // with mode 0600
  if (descriptor < 0) fail(path_ + ": a new file cannot be made beside it");
  struct stat before {};
  bool done = true;
  if (stat(path_.c_str(), &before) == 0) {
    // Without root's rights the owner stays who runs this, which then was the owner before.
    const int owned = fchown(descriptor, before.st_uid, before.st_gid);
    done = owned == 0 || errno == EPERM;
    done = done && fchmod(descriptor, before.st_mode & 07777U) == 0;
  }
  done = done && write_all(descriptor, broker::print(passwords_)) && fsync(descriptor) == 0;
  done = close(descriptor) == 0 && done;
  done = done && rename(name.c_str(), path_.c_str()) == 0;
  if (done) {
    fsync(folder_);
    return;
  }
  const int reason = errno;
  unlink(name.c_str());
  errno = reason;
  fail(path_ + ": cannot be written");
}

}  // namespace mqttspec::server
