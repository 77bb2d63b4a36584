#include "reference/server/config_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "reference/broker/config_json.hpp"
#include "reference/server/json_lines.hpp"

namespace mqttspec::server {
namespace {

// The line of the path, or of what encloses it: a key that is missing stands nowhere.
std::size_t line_of(const JsonLines& json, std::string path) {
  while (true) {
    if (const auto found = json.line_of.find(path); found != json.line_of.end()) {
      return found->second;
    }
    const auto end = path.find_last_of(".[");
    if (end == std::string::npos) return 1;
    path.resize(end);
  }
}

std::string message(const std::string& file, std::size_t line, const std::string& path,
                    const std::string& what) {
  return file + ":" + std::to_string(line) + ": " + (path.empty() ? "" : path + ": ") + what;
}

}  // namespace

std::vector<std::string> read_config_text(std::string_view text, const std::string& file,
                                          broker::Config& config, Settings& settings) {
  const auto parsed = parse_json_lines(text);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
    return {message(file, fault->line, fault->path, fault->message)};
  }
  const auto& json = std::get<JsonLines>(parsed);
  Settings read = settings;
  auto errors = read_settings(json.value, read);
  broker::Config config_read = config;
  auto more = broker::read_config(json.value, config_read, settings_keys());
  std::move(more.begin(), more.end(), std::back_inserter(errors));
  std::vector<std::string> messages;
  for (const auto& error : errors) {
    messages.push_back(message(file, line_of(json, error.path), error.path, error.message));
  }
  if (messages.empty()) {
    settings = std::move(read);
    config = std::move(config_read);
  }
  return messages;
}

std::vector<std::string> read_config_file(const std::string& file, broker::Config& config,
                                          Settings& settings) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {file + ": cannot be opened: " + std::strerror(errno)};
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return {file + ": cannot be read: " + std::strerror(errno)};
  return read_config_text(text.str(), file, config, settings);
}

}  // namespace mqttspec::server
