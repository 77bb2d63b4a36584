// A method of enhanced authentication (section 4.12), sans-IO: what the client says goes in, what
// it is told comes out. It knows nothing of packets; handle_auth.cpp does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mqttspec::broker {

struct Config;
struct PasswordRecord;

struct AuthenticationStep {
  enum class Verdict : unsigned char { go_on, accepted, rejected } verdict = Verdict::rejected;
  // Authentication Data for the client: of AUTH, or of CONNACK when it was accepted.
  std::optional<std::string> data = std::nullopt;
  // Accepted: who it is, if the method tells, and the record that proved it.
  std::optional<std::string> user_name = std::nullopt;
  std::shared_ptr<const PasswordRecord> record = nullptr;
  // Rejected: why, for people. Says nothing that helps guessing.
  std::string_view why = {};
};

// One authentication, from the client's first data to the verdict.
class AuthenticationExchange {
 public:
  virtual ~AuthenticationExchange() = default;
  // `data`: Authentication Data of the CONNECT or AUTH; nothing if it had none.
  [[nodiscard]] virtual AuthenticationStep next(const std::optional<std::string>& data) = 0;
};

// Starts an exchange of this method; nullptr if the configuration does not offer it. `nonce` is the
// server's part of what makes the exchange unique.
[[nodiscard]] std::unique_ptr<AuthenticationExchange> begin_exchange(const Config& config,
                                                                     std::string_view method,
                                                                     std::string nonce);

}  // namespace mqttspec::broker
