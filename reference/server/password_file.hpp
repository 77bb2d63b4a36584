// The password file as its owner changes it. What it looks like: reference/broker/passwords.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reference/broker/passwords.hpp"

namespace mqttspec::server {

// About 0.1 s of one core for each login, and for each guess of a thief.
inline constexpr std::uint32_t default_iterations = 100'000;

// From the system's source of randomness.
[[nodiscard]] std::string random_bytes(std::size_t size);

// A file that nobody else changes as long as this object lives. All functions throw
// std::runtime_error with a whole sentence.
class PasswordFile {
 public:
  // Reads the file; one that does not exist is an empty one.
  explicit PasswordFile(std::string path);
  ~PasswordFile();
  PasswordFile(const PasswordFile&) = delete;
  PasswordFile& operator=(const PasswordFile&) = delete;

  [[nodiscard]] const broker::Passwords& passwords() const { return passwords_; }
  void set(std::string_view user, std::string_view password, std::uint32_t iterations);
  // False if there is no such user.
  bool remove(std::string_view user);
  // Replaces the file as a whole, so that whoever reads it sees the old or the new one. A new file
  // can be read by its owner only; one that was there keeps its owner and its rights.
  void save() const;

 private:
  std::string path_;  // where it really lies, behind symbolic links
  int folder_ = -1;   // locked
  broker::Passwords passwords_;
};

}  // namespace mqttspec::server
