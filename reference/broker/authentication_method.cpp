#include "reference/broker/authentication_method.hpp"

#include <utility>

#include "reference/broker/config.hpp"
#include "reference/broker/scram.hpp"

namespace mqttspec::broker {
namespace {

using Verdict = AuthenticationStep::Verdict;

// What the client has to say, word for word, and what it is told. Tells nothing of who it is.
class ScriptedExchange final : public AuthenticationExchange {
 public:
  explicit ScriptedExchange(std::vector<ScriptedAuthentication::Step> steps)
      : steps_(std::move(steps)) {}

  AuthenticationStep next(const std::optional<std::string>& data) override {
    AuthenticationStep answer;
    if (place_ >= steps_.size() || steps_[place_].client_data != data.value_or("")) {
      answer.why = "authentication failed";
      return answer;
    }
    answer.data = steps_[place_++].server_data;
    answer.verdict = answer.data ? Verdict::go_on : Verdict::accepted;
    return answer;
  }

 private:
  std::vector<ScriptedAuthentication::Step> steps_;
  std::size_t place_ = 0;
};

}  // namespace

std::unique_ptr<AuthenticationExchange> begin_exchange(const Config& config,
                                                       std::string_view method, std::string nonce) {
  if (config.authentication && config.authentication->method == method) {
    return std::make_unique<ScriptedExchange>(config.authentication->exchange);
  }
  if (config.passwords != nullptr && method == scram_method) {
    return std::make_unique<ScramExchange>(config.passwords, std::move(nonce));
  }
  return nullptr;
}

}  // namespace mqttspec::broker
