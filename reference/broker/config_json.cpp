#include "reference/broker/config_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "reference/broker/topics.hpp"

namespace mqttspec::broker {
namespace {

using nlohmann::json;

// Where we are, and what was wrong so far.
class Reader {
 public:
  Reader(std::string path, std::vector<ConfigError>& errors)
      : path_(std::move(path)), errors_(errors) {}

  void fail(std::string message) const { errors_.push_back({path_, std::move(message)}); }
  [[nodiscard]] Reader member(std::string_view key) const {
    return {path_.empty() ? std::string(key) : path_ + "." + std::string(key), errors_};
  }
  [[nodiscard]] Reader element(std::size_t place) const {
    return {path_ + "[" + std::to_string(place) + "]", errors_};
  }
  void unknown(std::string_view key, const std::vector<std::string_view>& known) const {
    const auto meant = nearest(key, known);
    member(key).fail(meant.empty() ? "unknown key"
                                   : "unknown key; did you mean " + std::string(meant) + "?");
  }

 private:
  std::string path_;
  std::vector<ConfigError>& errors_;
};

std::string kind_of(const json& value) {
  return value.is_number_float() ? "a fraction"
                                 : "a value of type " + std::string(value.type_name());
}

void read(const Reader& at, const json& value, bool& into) {
  if (!value.is_boolean()) return at.fail("true or false is wanted, not " + kind_of(value));
  into = value.get<bool>();
}

void read(const Reader& at, const json& value, std::string& into) {
  if (!value.is_string()) return at.fail("a string is wanted, not " + kind_of(value));
  into = value.get<std::string>();
}

void read(const Reader& at, const json& value, double& into) {
  if (!value.is_number()) return at.fail("a number is wanted, not " + kind_of(value));
  if (value.get<double>() < 1.0) return at.fail("at least 1 is wanted");
  into = value.get<double>();
}

template <typename Number>
void read_number(const Reader& at, const json& value, std::uint64_t minimum, std::uint64_t maximum,
                 Number& into) {
  // A number that was set in C++ may be signed without being negative.
  const bool natural =
      value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  const bool fits =
      natural && value.get<std::uint64_t>() >= minimum && value.get<std::uint64_t>() <= maximum;
  if (!fits) {
    return at.fail("a whole number from " + std::to_string(minimum) + " to " +
                   std::to_string(maximum) + " is wanted");
  }
  into = static_cast<Number>(value.get<std::uint64_t>());
}

template <typename Number>
void read_optional(const Reader& at, const json& value, std::uint64_t minimum,
                   std::uint64_t maximum, std::optional<Number>& into) {
  if (value.is_null()) {
    into.reset();
    return;
  }
  Number number{};
  read_number(at, value, minimum, maximum, number);
  into = number;
}

// "250ms", "3s", "2min", "1h"
void read(const Reader& at, const json& value, std::chrono::milliseconds& into) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units = {
      {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}}};
  const std::string text = value.is_string() ? value.get<std::string>() : std::string();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, milliseconds] : units) {
    if (error != std::errc{} || name != unit) continue;
    into = std::chrono::milliseconds(number * milliseconds);
    return;
  }
  at.fail("a duration such as \"250ms\", \"10s\", \"2min\" or \"1h\" is wanted");
}

void read(const Reader& at, const json& value, std::map<std::string, std::string>& into) {
  if (!value.is_object()) return at.fail("an object of strings is wanted, not " + kind_of(value));
  into.clear();
  for (const auto& [key, member] : value.items()) read(at.member(key), member, into[key]);
}

template <typename Choice>
void read_choice(const Reader& at, const json& value,
                 std::span<const std::pair<std::string_view, Choice>> choices, Choice& into) {
  const std::string text = value.is_string() ? value.get<std::string>() : std::string();
  std::string wanted;
  for (const auto& [name, choice] : choices) {
    if (name == text) {
      into = choice;
      return;
    }
    wanted += (wanted.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  }
  at.fail("one of " + wanted + " is wanted");
}

void read(const Reader& at, const json& value, std::vector<codec::Version>& into) {
  using codec::Version;
  static constexpr std::array<std::pair<std::string_view, Version>, 3> known = {
      {{"3.1", Version::v3_1}, {"3.1.1", Version::v3_1_1}, {"5.0", Version::v5_0}}};
  if (!value.is_array() || value.empty()) return at.fail("a list of versions is wanted");
  into.clear();
  for (std::size_t place = 0; place < value.size(); ++place) {
    Version version{};
    read_choice<Version>(at.element(place), value[place], known, version);
    into.push_back(version);
  }
}

void read(const Reader& at, const json& value, Denial& into) {
  static constexpr std::array<std::pair<std::string_view, Denial::Action>, 2> actions = {
      {{"publish", Denial::Action::publish}, {"subscribe", Denial::Action::subscribe}}};
  if (!value.is_object()) return at.fail("an object is wanted, not " + kind_of(value));
  for (const auto& [key, member] : value.items()) {
    if (key == "client") {
      read(at.member(key), member, into.client_identifier);
    } else if (key == "action") {
      read_choice<Denial::Action>(at.member(key), member, actions, into.action);
    } else if (key == "topic_filter") {
      read(at.member(key), member, into.topic_filter);
    } else {
      at.unknown(key, {"client", "action", "topic_filter"});
    }
  }
  if (!is_topic_filter(into.topic_filter)) {
    at.member("topic_filter").fail("a Topic Filter is wanted: what is denied");
  }
}

void read(const Reader& at, const json& value, std::vector<Denial>& into) {
  if (!value.is_array()) return at.fail("a list is wanted, not " + kind_of(value));
  into.assign(value.size(), Denial{});
  for (std::size_t place = 0; place < value.size(); ++place) {
    read(at.element(place), value[place], into[place]);
  }
}

void read(const Reader& at, const json& value, ScriptedAuthentication::Step& into) {
  if (!value.is_array() || value.size() != 2) {
    return at.fail("a pair [client's data, server's answer] is wanted");
  }
  if (!value[0].is_null()) read(at.element(0), value[0], into.client_data);
  if (!value[1].is_null()) read(at.element(1), value[1], into.server_data.emplace());
}

void read(const Reader& at, const json& value, ScriptedAuthentication& into) {
  if (!value.is_object()) return at.fail("an object is wanted, not " + kind_of(value));
  for (const auto& [key, member] : value.items()) {
    if (key == "method") {
      read(at.member(key), member, into.method);
    } else if (key == "exchange" && member.is_array() && !member.empty()) {
      into.exchange.assign(member.size(), {});
      for (std::size_t place = 0; place < member.size(); ++place) {
        read(at.member(key).element(place), member[place], into.exchange[place]);
      }
    } else if (key != "exchange") {
      at.unknown(key, {"method", "exchange"});
    }
  }
  if (into.method.empty()) at.member("method").fail("the method's name is wanted");
  if (into.exchange.empty()) at.member("exchange").fail("a list of at least one pair is wanted");
}

// An object or list that may be absent.
template <typename Value>
void read_present(const Reader& at, const json& value, std::optional<Value>& into) {
  into.reset();
  if (!value.is_null()) read(at, value, into.emplace());
}

constexpr std::uint64_t max16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t max32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t max53 = std::uint64_t{1} << 53U;  // what every JSON library can hold

struct Row {
  std::string_view key;
  void (*read)(const Reader&, const json&, Config&);
};

#define FIELD(name)                                                                \
  Row {                                                                            \
#name, [](const Reader& at, const json& v, Config& c) { read(at, v, c.name); } \
  }
#define NUMBER(name, minimum, maximum)                                     \
  Row {                                                                    \
#name, [](const Reader& at, const json& v,                             \
              Config& c) { read_number(at, v, minimum, maximum, c.name); } \
  }
#define OPTIONAL_NUMBER(name, minimum, maximum)                              \
  Row {                                                                      \
#name, [](const Reader& at, const json& v,                               \
              Config& c) { read_optional(at, v, minimum, maximum, c.name); } \
  }
#define PRESENT(name)                                                                      \
  Row {                                                                                    \
#name, [](const Reader& at, const json& v, Config& c) { read_present(at, v, c.name); } \
  }

// In the order of Config. `external_authentication` is missing: it needs a program around the
// engine.
const std::array rows = {
    FIELD(versions),
    NUMBER(maximum_qos, 0, 2),
    FIELD(retain_available),
    FIELD(wildcard_subscription_available),
    FIELD(subscription_identifier_available),
    FIELD(shared_subscription_available),
    NUMBER(receive_maximum, 1, max16),
    NUMBER(topic_alias_maximum, 0, max16),
    NUMBER(maximum_packet_size, 0, max32),
    OPTIONAL_NUMBER(server_keep_alive, 0, max16),
    OPTIONAL_NUMBER(session_expiry_interval, 0, max32),
    PRESENT(response_information),
    FIELD(keep_alive_factor),
    FIELD(connect_timeout),
    FIELD(use_topic_aliases),
    FIELD(disconnect_before_close),
    FIELD(connack_before_close),
    FIELD(one_copy_for_overlapping),
    FIELD(forward_qos2_on_publish),
    FIELD(queue_qos0_for_absent),
    NUMBER(maximum_granted_qos, 0, 2),
    FIELD(retained_before_suback),
    FIELD(no_matching_subscribers_code),
    FIELD(reason_strings),
    FIELD(check_payload_format),
    FIELD(close_on_denied_publish),
    FIELD(redeliver_shared_on_disconnect),
    FIELD(exchange_on_dollar_topics),
    Row{"shared_choice",
        [](const Reader& at, const json& v, Config& c) {
          using Choice = Config::SharedChoice;
          static constexpr std::array<std::pair<std::string_view, Choice>, 2> choices = {
              {{"in_turn", Choice::in_turn}, {"at_random", Choice::at_random}}};
          read_choice<Choice>(at, v, choices, c.shared_choice);
        }},
    FIELD(system_topics),
    Row{"queue", [](const Reader& at, const json& v,
                    Config& c) { read_optional(at, v, 0, max53, c.queue_limit); }},
    Row{"queue_drop",
        [](const Reader& at, const json& v, Config& c) {
          static constexpr std::array<std::pair<std::string_view, Config::Drop>, 2> choices = {
              {{"newest", Config::Drop::newest}, {"oldest", Config::Drop::oldest}}};
          read_choice<Config::Drop>(at, v, choices, c.queue_drop);
        }},
    NUMBER(slow_reader_limit, 0, max53),
    OPTIONAL_NUMBER(client_identifier_length_maximum, 23, max16),
    FIELD(assign_client_identifiers),
    PRESENT(users),
    FIELD(deny),
    PRESENT(authentication),
    FIELD(assigned_client_identifier_prefix),
    NUMBER(seed, 0, max53),
};

#undef FIELD
#undef NUMBER
#undef OPTIONAL_NUMBER
#undef PRESENT

}  // namespace

std::vector<std::string_view> config_keys() {
  std::vector<std::string_view> keys;
  for (const auto& row : rows) keys.push_back(row.key);
  return keys;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 1;  // more than that is another word
  for (const auto candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t corner = std::exchange(row[0], i + 1);
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t change = corner + (word[i] == candidate[j] ? 0 : 1);
        corner = row[j + 1];
        row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, change});
      }
    }
    if (row.back() > best_distance || (row.back() == best_distance && !best.empty())) continue;
    best = candidate;
    best_distance = row.back();
  }
  return best;
}

std::vector<ConfigError> read_config(const json& object, Config& config) {
  std::vector<ConfigError> errors;
  const Reader top("", errors);
  if (!object.is_object()) {
    top.fail("an object is wanted, not " + kind_of(object));
    return errors;
  }
  Config result = config;
  for (const auto& [key, value] : object.items()) {
    const auto row = std::find_if(
        rows.begin(), rows.end(),
        [name = std::string_view(key)](const Row& candidate) { return candidate.key == name; });
    if (row == rows.end()) {
      top.unknown(key, config_keys());
    } else {
      row->read(top.member(key), value, result);
    }
  }
  if (errors.empty()) config = std::move(result);
  return errors;
}

}  // namespace mqttspec::broker
