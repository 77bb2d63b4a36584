#include "reference/server/settings.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "reference/broker/config_reader.hpp"

namespace mqttspec::server {
namespace {

using broker::ConfigReader;
using nlohmann::json;

void read_listen(const ConfigReader& at, const json& value, Settings& settings) {
  settings.listen.clear();
  if (!value.is_array()) return at.fail("a list of URLs", value);
  for (std::size_t place = 0; place < value.size(); ++place) {
    const auto here = at.element(place);
    std::string text;
    read_value(here, value[place], text);
    if (!value[place].is_string()) continue;
    auto url = parse_listen_url(text);
    if (const auto* complaint = std::get_if<std::string>(&url)) {
      here.fail(*complaint);
    } else {
      settings.listen.push_back(std::get<ListenUrl>(std::move(url)));
    }
  }
}

// The name of a file, or null.
void read_file_name(const ConfigReader& at, const json& value, std::optional<std::string>& into) {
  read_present(at, value, into);
  if (value.is_string() && into->empty()) at.fail("the name of a file is wanted");
}

constexpr std::array<std::pair<std::string_view, bool>, 2> syncs = {
    {{"normal", false}, {"full", true}}};
constexpr std::array<std::pair<std::string_view, broker::LogLevel>, 4> levels = {
    {{"error", broker::LogLevel::error},
     {"warning", broker::LogLevel::warning},
     {"info", broker::LogLevel::info},
     {"debug", broker::LogLevel::debug}}};
constexpr std::array<std::pair<std::string_view, LogFormat>, 2> formats = {
    {{"text", LogFormat::text}, {"json", LogFormat::json}}};

struct Row {
  broker::OptionText text;
  void (*read)(const ConfigReader&, const json&, Settings&);
};

constexpr std::string_view file_or_null = R"({"type": ["string", "null"], "minLength": 1})";

constexpr std::array rows = {
    Row{{"listen", R"({"type": "array", "items": {"type": "string"}})", "[]",
         R"(["mqtt://127.0.0.1:1883", "wss://localhost/mqtt?cert=server.crt&key=server.key"])",
         "Where to listen, as behind --listen; none: mqtt://127.0.0.1:1883 and mqtt://[::1]:1883."},
        read_listen},
    Row{{"passwords", file_or_null, "null", R"("passwords")",
         "The file that says who may connect, which \"mqttspec-broker passwd\" makes; null: "
         "everyone may. Like all files it is looked for where the broker was started."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_file_name(at, v, s.passwords);
        }},
    Row{{"acl", file_or_null, "null", R"("acl")",
         "The file that says who may publish and subscribe to what; null: everyone everything."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_file_name(at, v, s.access_list);
        }},
    Row{{"store", file_or_null, "null", R"("sessions.db")",
         "The SQLite file that keeps sessions, their messages, retained messages and Wills; null: "
         "they are in memory."},
        [](const ConfigReader& at, const json& v, Settings& s) { read_file_name(at, v, s.store); }},
    Row{{"store_sync", R"({"enum": ["normal", "full"]})", R"("normal")", R"("full")",
         "What the store survives: the death of the broker, or that of the machine as well, which "
         "is much slower."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_choice<bool>(at, v, syncs, s.store_survives_machine.emplace());
        }},
    Row{{"log_level", R"({"enum": ["error", "warning", "info", "debug"]})", R"("info")",
         R"("debug")", "How much the log tells, on stderr."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_choice<broker::LogLevel>(at, v, levels, s.log_level.emplace());
        }},
    Row{{"log_format", R"({"enum": ["text", "json"]})", R"("text")", R"("json")",
         "The form of the log's lines: for people or for programs."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_choice<LogFormat>(at, v, formats, s.log_format.emplace());
        }},
    Row{{"output_limit", R"({"type": "integer", "minimum": 1, "maximum": 9007199254740992})",
         "67108864", "1000000", "Bytes that may wait for one client before it is dropped."},
        [](const ConfigReader& at, const json& v, Settings& s) {
          read_number(at, v, 1, 9'007'199'254'740'992, s.output_limit);
        }},
};

template <typename Value>
void take_if_absent(std::optional<Value>& into, const std::optional<Value>& from) {
  if (!into) into = from;
}

}  // namespace

std::vector<broker::ConfigError> read_settings(const json& object, Settings& settings) {
  std::vector<broker::ConfigError> errors;
  if (!object.is_object()) return errors;  // read_config() says so
  const ConfigReader top("", errors);
  Settings result = settings;
  for (const auto& row : rows) {
    const auto member = object.find(row.text.key);
    if (member != object.end()) row.read(top.member(row.text.key), *member, result);
  }
  if (errors.empty()) settings = std::move(result);
  return errors;
}

std::vector<std::string_view> settings_keys() {
  std::vector<std::string_view> keys;
  for (const auto& row : rows) keys.push_back(row.text.key);
  return keys;
}

std::vector<broker::OptionText> settings_texts() {
  std::vector<broker::OptionText> texts;
  for (const auto& row : rows) texts.push_back(row.text);
  return texts;
}

Settings merged(Settings first, const Settings& second) {
  if (first.listen.empty()) first.listen = second.listen;
  take_if_absent(first.passwords, second.passwords);
  take_if_absent(first.access_list, second.access_list);
  take_if_absent(first.store, second.store);
  take_if_absent(first.store_survives_machine, second.store_survives_machine);
  take_if_absent(first.log_level, second.log_level);
  take_if_absent(first.log_format, second.log_format);
  take_if_absent(first.output_limit, second.output_limit);
  return first;
}

}  // namespace mqttspec::server
