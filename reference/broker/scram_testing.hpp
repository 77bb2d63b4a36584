// For tests: the client's side of SCRAM-SHA-256, written from RFC 5802 apart from the server's.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "reference/broker/digest.hpp"
#include "reference/broker/passwords.hpp"

namespace mqttspec::broker::testing {

// A value out of "r=...,s=...,i=...".
inline std::string attribute(const std::string& message, char key) {
  const std::string wanted = std::string(1, key) + "=";
  std::size_t place = message.starts_with(wanted) ? 0 : message.find("," + wanted);
  if (place == std::string::npos) return {};
  place += message.starts_with(wanted) && place == 0 ? 2 : 3;
  return message.substr(place, message.find(',', place) - place);
}

class ScramClient {
 public:
  ScramClient(std::string user, std::string password, std::string nonce = "client-nonce")
      : user_(std::move(user)), password_(std::move(password)), nonce_(std::move(nonce)) {}

  std::string header = "n,,";

  [[nodiscard]] std::string first() const { return header + bare(); }
  [[nodiscard]] std::string final(const std::string& server_first) {
    const auto salt = from_base64(attribute(server_first, 's')).value_or("");
    const auto iterations = std::stoul("0" + attribute(server_first, 'i'));
    const auto salted = pbkdf2_sha256(password_, salt, static_cast<std::uint32_t>(iterations));
    const auto without_proof = "c=" + to_base64(header) + ",r=" + attribute(server_first, 'r');
    const auto text = bare() + "," + server_first + "," + without_proof;
    const auto client_key = hmac_sha256(salted, "Client Key");
    auto proof = hmac_sha256(sha256(client_key), text);
    for (std::size_t i = 0; i < proof.size(); ++i) {
      proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
    }
    expected_ = "v=" + to_base64(hmac_sha256(hmac_sha256(salted, "Server Key"), text));
    return without_proof + ",p=" + to_base64(proof);
  }
  // Did the server know the password, too?
  [[nodiscard]] bool trusts(std::string_view server_final) const {
    return !expected_.empty() && server_final == expected_;
  }

 private:
  [[nodiscard]] std::string bare() const { return "n=" + user_ + ",r=" + nonce_; }

  std::string user_;
  std::string password_;
  std::string nonce_;
  std::string expected_;
};

inline std::shared_ptr<const Passwords> passwords_of(
    const std::map<std::string, std::string>& users) {
  auto passwords = std::make_shared<Passwords>();
  passwords->secret = "0123456789abcdef";
  for (const auto& [user, password] : users) {
    passwords->records[user] = std::make_shared<PasswordRecord>(
        make_record(password, "salt of " + user, iterations_minimum));
  }
  return passwords;
}

}  // namespace mqttspec::broker::testing
