// SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677), the server's side. In MQTT the
// client's first message is the Authentication Data of CONNECT, or of the first AUTH behind it; the
// server's last one, which proves to the client that the server knows it too, comes with CONNACK.
//
// User names and passwords are compared byte by byte: no SASLprep.
#pragma once

#include <memory>
#include <string>

#include "reference/broker/authentication_method.hpp"
#include "reference/broker/passwords.hpp"

namespace mqttspec::broker {

inline constexpr std::string_view scram_method = "SCRAM-SHA-256";

class ScramExchange final : public AuthenticationExchange {
 public:
  // `nonce`: printable ASCII without ',', never the same again.
  ScramExchange(std::shared_ptr<const Passwords> passwords, std::string nonce);

  [[nodiscard]] AuthenticationStep next(const std::optional<std::string>& data) override;

 private:
  [[nodiscard]] AuthenticationStep answer_first(std::string_view message);
  [[nodiscard]] AuthenticationStep answer_final(std::string_view message) const;

  std::shared_ptr<const Passwords> passwords_;
  std::string nonce_;  // ours; then the client's and ours
  bool was_asked_to_begin_ = false;

  // Known after the client's first message.
  std::string user_;
  std::string header_;  // gs2-header
  std::shared_ptr<const PasswordRecord> record_;
  bool user_exists_ = false;
  std::string client_first_bare_;
  std::string server_first_;
};

}  // namespace mqttspec::broker
