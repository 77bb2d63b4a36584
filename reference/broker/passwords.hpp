// Passwords as salted, iterated hashes: what a broker keeps of them, and the file that holds them.
//
// A record is what SCRAM-SHA-256 (RFC 5802, RFC 7677) keeps of a password. Whoever sends the
// password itself is verified by it too, so one record serves both ways; neither password nor
// anything that could be sent in its place can be computed from it.
//
// The file has one header line and one line for each user:
//
//   mqttspec-passwords 1 SECRET
//   USER:SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY
//
// All in capitals but ITERATIONS and USER is base64. SECRET gives unknown users salts of their own,
// so that nobody learns by asking who has an account. Lines that begin with '#' are comments.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace mqttspec::broker {

struct PasswordRecord {
  std::uint32_t iterations = 0;
  std::string salt;
  std::string stored_key;
  std::string server_key;
  friend bool operator==(const PasswordRecord&, const PasswordRecord&) = default;
};

// What a record may have: RFC 7677 wants 4,096 iterations at least; the upper limit keeps a
// mistyped file from occupying the verifier for minutes.
inline constexpr std::uint32_t iterations_minimum = 4'096;
inline constexpr std::uint32_t iterations_maximum = 10'000'000;

// Slow, as it has to be: about 0.1 s for 100,000 iterations.
[[nodiscard]] PasswordRecord make_record(std::string_view password, std::string_view salt,
                                         std::uint32_t iterations);
[[nodiscard]] bool fits(const PasswordRecord& record, std::string_view password);

struct Passwords {
  std::string secret;
  std::map<std::string, std::shared_ptr<const PasswordRecord>, std::less<>> records;

  // nullptr if there is none.
  [[nodiscard]] std::shared_ptr<const PasswordRecord> find(std::string_view user) const;
  // A record for a user who has none: always the same for the same name, and no password fits it.
  [[nodiscard]] std::shared_ptr<const PasswordRecord> stand_in(std::string_view user) const;
};

// A name that can stand in the file: not empty, no control characters, no '#' in front.
[[nodiscard]] bool is_user_name(std::string_view name);

struct LineError {
  std::size_t line = 0;  // from 1
  std::string message;
};
[[nodiscard]] std::variant<Passwords, LineError> parse_passwords(std::string_view text);
// Comments are not kept: the program writes the file.
[[nodiscard]] std::string print(const Passwords& passwords);

}  // namespace mqttspec::broker
