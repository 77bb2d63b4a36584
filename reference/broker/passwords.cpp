#include "reference/broker/passwords.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "reference/broker/digest.hpp"

namespace mqttspec::broker {
namespace {

constexpr std::string_view header = "mqttspec-passwords 1 ";
constexpr std::string_view kind = "SCRAM-SHA-256$";
constexpr std::size_t salt_size = 16;
constexpr std::size_t salt_size_minimum = 8;

// What stands before the separator, which is taken off too; nothing if it is not there.
std::optional<std::string_view> take_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

std::optional<std::uint32_t> parse_iterations(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || number < iterations_minimum || number > iterations_maximum) return std::nullopt;
  return number;
}

// "ITERATIONS:SALT$STOREDKEY:SERVERKEY"
std::variant<PasswordRecord, std::string> parse_record(std::string_view text) {
  const auto iterations = take_until(text, ':');
  const auto salt = take_until(text, '$');
  const auto stored_key = take_until(text, ':');
  if (!iterations || !salt || !stored_key) {
    return "the record has to be ITERATIONS:SALT$STOREDKEY:SERVERKEY";
  }
  PasswordRecord record;
  const auto number = parse_iterations(*iterations);
  if (!number) {
    return "a number of iterations from " + std::to_string(iterations_minimum) + " to " +
           std::to_string(iterations_maximum) + " is wanted";
  }
  record.iterations = *number;
  const auto decode = [](std::string_view from, std::string& into) {
    auto bytes = from_base64(from);
    if (bytes) into = std::move(*bytes);
    return bytes.has_value();
  };
  if (!decode(*salt, record.salt) || record.salt.size() < salt_size_minimum) {
    return "the salt has to be base64 of at least 8 bytes";
  }
  if (!decode(*stored_key, record.stored_key) || record.stored_key.size() != digest_size ||
      !decode(text, record.server_key) || record.server_key.size() != digest_size) {
    return "a key has to be base64 of 32 bytes";
  }
  return record;
}

std::string print_record(const PasswordRecord& record) {
  return std::string(kind) + std::to_string(record.iterations) + ":" + to_base64(record.salt) +
         "$" + to_base64(record.stored_key) + ":" + to_base64(record.server_key);
}

std::string parse_user(std::string_view line, Passwords& into) {
  // The name may contain whatever the record contains: the last record in the line counts.
  const auto separator = line.rfind(":" + std::string(kind));
  if (separator == std::string_view::npos) {
    return "USER:SCRAM-SHA-256$... is wanted; \"mqttspec-broker passwd\" writes such lines";
  }
  const auto name = line.substr(0, separator);
  if (!is_user_name(name)) return "a user name is wanted before ':'";
  auto record = parse_record(line.substr(separator + 1 + kind.size()));
  if (auto* message = std::get_if<std::string>(&record)) return std::move(*message);
  const bool is_new =
      into.records.emplace(name, std::make_shared<PasswordRecord>(std::get<PasswordRecord>(record)))
          .second;
  return is_new ? "" : "the user \"" + std::string(name) + "\" stands twice";
}

std::string parse_header(std::string_view line, Passwords& into) {
  const auto secret = line.starts_with(header) ? from_base64(line.substr(header.size()))
                                               : std::optional<std::string>();
  if (!secret || secret->size() < salt_size_minimum) {
    return "this is no password file of mqttspec-broker: \"" + std::string(header) +
           "SECRET\" is wanted first; \"mqttspec-broker passwd\" makes one";
  }
  into.secret = *secret;
  return "";
}

}  // namespace

PasswordRecord make_record(std::string_view password, std::string_view salt,
                           std::uint32_t iterations) {
  // RFC 5802 section 3.
  const auto salted = pbkdf2_sha256(password, salt, iterations);
  return {iterations, std::string(salt), sha256(hmac_sha256(salted, "Client Key")),
          hmac_sha256(salted, "Server Key")};
}

bool fits(const PasswordRecord& record, std::string_view password) {
  const auto made = make_record(password, record.salt, record.iterations);
  return equal_in_constant_time(made.stored_key, record.stored_key);
}

std::shared_ptr<const PasswordRecord> Passwords::find(std::string_view user) const {
  const auto found = records.find(user);
  return found == records.end() ? nullptr : found->second;
}

std::shared_ptr<const PasswordRecord> Passwords::stand_in(std::string_view user) const {
  const auto derive = [&](std::string_view use) {
    return hmac_sha256(secret, std::string(use) + std::string(user));
  };
  auto record = std::make_shared<PasswordRecord>();
  record->salt = derive("salt ").substr(0, salt_size);
  record->stored_key = derive("stored key ");
  record->server_key = derive("server key ");
  // The number of iterations must not tell either: as somebody's who has an account.
  record->iterations = iterations_minimum;
  if (!records.empty()) {
    const auto chosen = static_cast<unsigned char>(derive("iterations ")[0]) % records.size();
    record->iterations =
        std::next(records.begin(), static_cast<std::ptrdiff_t>(chosen))->second->iterations;
  }
  return record;
}

bool is_user_name(std::string_view name) {
  return !name.empty() && name.front() != '#' &&
         std::none_of(name.begin(), name.end(), [](char character) {
           const auto byte = static_cast<unsigned char>(character);
           return byte < 0x20 || byte == 0x7F;
         });
}

std::variant<Passwords, LineError> parse_passwords(std::string_view text) {
  Passwords passwords;
  bool has_header = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto message = has_header ? parse_user(line, passwords) : parse_header(line, passwords);
    if (!message.empty()) return LineError{number, std::move(message)};
    has_header = true;
  }
  if (!has_header) return LineError{1, parse_header("", passwords)};
  return passwords;
}

std::string print(const Passwords& passwords) {
  std::string text = std::string(header) + to_base64(passwords.secret) + "\n";
  for (const auto& [user, record] : passwords.records) {
    text += user + ":" + print_record(*record) + "\n";
  }
  return text;
}

}  // namespace mqttspec::broker
