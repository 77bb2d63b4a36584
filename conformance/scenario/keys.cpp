// The keys and enumerations of vocabulary.hpp.
#include <algorithm>
#include <array>

#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

template <class... Words>
constexpr std::array<std::string_view, sizeof...(Words)> words(Words... all) {
  return {std::string_view(all)...};
}

constexpr auto file_words = words("$schema", "theme", "note", "vars", "scenarios");
constexpr auto scenario_words =
    words("id", "title", "note", "versions", "config", "matrix", "requires", "exclusive", "checks",
          "clients", "vars", "steps");
constexpr auto check_words = words("note", "level", "statements");
constexpr auto client_words = words("note", "version", "transport", "acks", "connect");
constexpr auto config_words =
    words("maximum_qos", "retain_available", "wildcard_subscription_available",
          "subscription_identifier_available", "shared_subscription_available", "receive_maximum",
          "maximum_packet_size", "topic_alias_maximum", "server_keep_alive",
          "session_expiry_interval", "users", "deny", "queue", "authentication");
constexpr auto capability_words =
    words("maximum_qos", "retain_available", "wildcard_subscription_available",
          "subscription_identifier_available", "shared_subscription_available", "receive_maximum",
          "maximum_packet_size", "topic_alias_maximum", "server_keep_alive",
          "session_expiry_interval", "versions", "transports", "persistence", "restart");
// In the order of ActionKind, `none` left out.
constexpr auto action_words =
    words("open", "connect", "subscribe", "unsubscribe", "publish", "ping", "send", "disconnect",
          "close", "set", "wait", "broker", "repeat", "parallel");
constexpr auto step_words =
    words("note", "when", "client", "open", "connect", "subscribe", "unsubscribe", "publish",
          "ping", "send", "disconnect", "close", "set", "wait", "broker", "repeat", "parallel",
          "illegal", "segments", "pause", "frame", "expect", "silence", "verify", "is", "every",
          "some", "distinct", "count", "since", "within", "as", "mark", "check", "steps");
constexpr auto edit_words =
    words("set", "to", "insert", "before", "after", "remove", "cut", "keep_lengths");
constexpr auto observation_words = words("expect", "silence", "verify");
constexpr auto verify_words = words("is", "every", "some", "distinct", "count");
constexpr auto grade_words = words("pass", "nonstrict", "fail", "yes", "no");
constexpr auto version_words = words("3.1", "3.1.1", "5.0");
constexpr auto level_words = words("MAY", "SHOULD", "MUST");  // in the order of Level
constexpr auto transport_words = words("any", "tcp", "tls", "ws", "wss");

}  // namespace

std::span<const std::string_view> file_keys() {
  return file_words;
}
std::span<const std::string_view> scenario_keys() {
  return scenario_words;
}
std::span<const std::string_view> check_keys() {
  return check_words;
}
std::span<const std::string_view> client_keys() {
  return client_words;
}
std::span<const std::string_view> config_keys() {
  return config_words;
}
std::span<const std::string_view> step_keys() {
  return step_words;
}
std::span<const std::string_view> edit_keys() {
  return edit_words;
}
std::span<const std::string_view> action_names() {
  return action_words;
}
std::span<const std::string_view> observation_names() {
  return observation_words;
}
std::span<const std::string_view> verify_kinds() {
  return verify_words;
}
std::span<const std::string_view> grades() {
  return grade_words;
}
std::span<const std::string_view> version_names() {
  return version_words;
}
std::span<const std::string_view> level_names() {
  return level_words;
}
std::span<const std::string_view> transport_names() {
  return transport_words;
}
std::span<const std::string_view> capability_names() {
  return capability_words;
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<Version> version_by_name(std::string_view name) {
  for (const Version version : {Version::v3_1, Version::v3_1_1, Version::v5_0}) {
    if (name == codec::to_string(version)) return version;
  }
  return std::nullopt;
}

std::string_view to_string(Level level) {
  return level_words.at(static_cast<std::size_t>(level));
}

std::optional<Level> level_by_name(std::string_view name) {
  for (const Level level : {Level::may, Level::should, Level::must}) {
    if (name == to_string(level)) return level;
  }
  return std::nullopt;
}

std::string_view to_string(ActionKind kind) {
  return kind == ActionKind::none ? "none" : action_words.at(static_cast<std::size_t>(kind) - 1);
}

ActionKind action_by_name(std::string_view name) {
  const auto* found = std::find(action_words.begin(), action_words.end(), name);
  if (found == action_words.end()) return ActionKind::none;
  return static_cast<ActionKind>(found - action_words.begin() + 1);
}

bool is_request(ActionKind kind) {
  return kind == ActionKind::connect || kind == ActionKind::subscribe ||
         kind == ActionKind::unsubscribe || kind == ActionKind::publish || kind == ActionKind::ping;
}

bool needs_client(ActionKind kind) {
  return kind != ActionKind::none && kind != ActionKind::wait && kind != ActionKind::broker &&
         kind != ActionKind::repeat && kind != ActionKind::parallel;
}

bool sends_packets(ActionKind kind) {
  return (is_request(kind) && kind != ActionKind::ping) || kind == ActionKind::send ||
         kind == ActionKind::disconnect;
}

}  // namespace mqttspec::scenario
