#include "reference/broker/scram.hpp"

#include <algorithm>
#include <utility>

#include "reference/broker/digest.hpp"

namespace mqttspec::broker {
namespace {

using Verdict = AuthenticationStep::Verdict;

// Messages are a few hundred bytes; longer ones only cost.
constexpr std::size_t message_size_maximum = 4'096;

AuthenticationStep malformed() {
  AuthenticationStep step;
  step.why = "no SCRAM-SHA-256 message that is expected now";
  return step;
}

// A name or password that does not fit, or a user who does not exist: nobody is told which.
AuthenticationStep failed() {
  AuthenticationStep step;
  step.why = "authentication failed";
  return step;
}

// Takes "KEY=value" and the comma behind it off the message; nothing if another key stands there.
std::optional<std::string_view> take_attribute(std::string_view& message, char key) {
  if (message.size() < 2 || message[0] != key || message[1] != '=') return std::nullopt;
  const auto end = std::min(message.find(','), message.size());
  const auto value = message.substr(2, end - 2);
  message.remove_prefix(std::min(end + 1, message.size()));
  return value;
}

// "=2C" stands for ',' and "=3D" for '='; nothing if '=' stands before anything else.
std::optional<std::string> unescape(std::string_view name) {
  std::string text;
  for (std::size_t place = 0; place < name.size(); ++place) {
    if (name[place] != '=') {
      text += name[place];
      continue;
    }
    const auto code = name.substr(place + 1, 2);
    if (code != "2C" && code != "3D") return std::nullopt;
    text += code == "2C" ? ',' : '=';
    place += 2;
  }
  return text;
}

bool is_nonce(std::string_view nonce) {
  return !nonce.empty() && std::all_of(nonce.begin(), nonce.end(), [](char character) {
    return character > 0x20 && character < 0x7F && character != ',';
  });
}

// "n,," or "y,,", with "a=NAME" between the commas: as whom the client wants to act. What stands
// before the rest of the message; nothing if it is malformed.
struct Header {
  std::string_view text;
  std::optional<std::string> acts_as;
};
std::optional<Header> take_header(std::string_view& message) {
  // 'p' asks for channel binding, which only SCRAM-SHA-256-PLUS has.
  if (!message.starts_with("n,") && !message.starts_with("y,")) return std::nullopt;
  const auto end = message.find(',', 2);
  if (end == std::string_view::npos) return std::nullopt;
  Header header{message.substr(0, end + 1), std::nullopt};
  auto identity = message.substr(2, end - 2);
  message.remove_prefix(end + 1);
  if (identity.empty()) return header;
  const auto name = take_attribute(identity, 'a');
  if (name) header.acts_as = unescape(*name);
  if (!header.acts_as || !identity.empty()) return std::nullopt;
  return header;
}

}  // namespace

ScramExchange::ScramExchange(std::shared_ptr<const Passwords> passwords, std::string nonce)
    : passwords_(std::move(passwords)), nonce_(std::move(nonce)) {}

AuthenticationStep ScramExchange::next(const std::optional<std::string>& data) {
  if (data && data->size() > message_size_maximum) return malformed();
  if (!server_first_.empty()) return answer_final(data.value_or(""));
  if (data && !data->empty()) return answer_first(*data);
  // The client speaks first in SCRAM: one whose CONNECT said nothing is asked to, once.
  if (std::exchange(was_asked_to_begin_, true)) return malformed();
  AuthenticationStep step;
  step.verdict = Verdict::go_on;
  return step;
}

AuthenticationStep ScramExchange::answer_first(std::string_view message) {
  const auto header = take_header(message);
  if (!header) return malformed();
  header_ = header->text;
  client_first_bare_ = message;
  const auto escaped = take_attribute(message, 'n');
  const auto nonce = take_attribute(message, 'r');
  if (!escaped || !nonce || !is_nonce(*nonce)) return malformed();
  const auto name = unescape(*escaped);
  if (!name || name->empty()) return malformed();
  // Nobody acts as somebody else here.
  if (header->acts_as && *header->acts_as != *name) return failed();
  user_ = *name;
  record_ = passwords_->find(user_);
  user_exists_ = record_ != nullptr;
  if (!user_exists_) record_ = passwords_->stand_in(user_);
  nonce_.insert(0, *nonce);
  server_first_ = "r=" + nonce_ + ",s=" + to_base64(record_->salt) +
                  ",i=" + std::to_string(record_->iterations);
  AuthenticationStep step;
  step.verdict = Verdict::go_on;
  step.data = server_first_;
  return step;
}

AuthenticationStep ScramExchange::answer_final(std::string_view message) const {
  const auto proof_place = message.rfind(",p=");
  if (proof_place == std::string_view::npos) return malformed();
  const auto without_proof = message.substr(0, proof_place);
  const auto proof = from_base64(message.substr(proof_place + 3));
  const auto binding = take_attribute(message, 'c');
  const auto nonce = take_attribute(message, 'r');
  if (!binding || !nonce || !proof || proof->size() != digest_size) return malformed();
  // The header once more, so that nobody on the way has changed it, and the nonce of this exchange:
  // what was recorded of another one is worth nothing.
  if (*binding != to_base64(header_) || *nonce != nonce_) return failed();
  const auto signed_text =
      client_first_bare_ + "," + server_first_ + "," + std::string(without_proof);
  auto client_key = hmac_sha256(record_->stored_key, signed_text);
  for (std::size_t i = 0; i < digest_size; ++i) {
    client_key[i] = static_cast<char>(client_key[i] ^ (*proof)[i]);
  }
  const bool proved = equal_in_constant_time(sha256(client_key), record_->stored_key);
  if (!proved || !user_exists_) return failed();
  AuthenticationStep step;
  step.verdict = Verdict::accepted;
  step.data = "v=" + to_base64(hmac_sha256(record_->server_key, signed_text));
  step.user_name = user_;
  step.record = record_;
  return step;
}

}  // namespace mqttspec::broker
