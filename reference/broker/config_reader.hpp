// From JSON values to the types of Config's members; whatever is wrong is noted with its path.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/broker/config_json.hpp"

namespace mqttspec::broker {

// Where we are, and what was wrong so far.
class ConfigReader {
 public:
  ConfigReader(std::string path, std::vector<ConfigError>& errors)
      : path_(std::move(path)), errors_(errors) {}

  void fail(std::string message) const { errors_.push_back({path_, std::move(message)}); }
  // A value of another type than the one that is wanted.
  void fail(std::string_view wanted, const nlohmann::json& value) const;
  [[nodiscard]] ConfigReader member(std::string_view key) const {
    return {path_.empty() ? std::string(key) : path_ + "." + std::string(key), errors_};
  }
  [[nodiscard]] ConfigReader element(std::size_t place) const {
    return {path_ + "[" + std::to_string(place) + "]", errors_};
  }
  void unknown(std::string_view key, const std::vector<std::string_view>& known) const;

 private:
  std::string path_;
  std::vector<ConfigError>& errors_;
};

// A whole number in a range; nothing (and an error) if it is something else.
[[nodiscard]] std::optional<std::uint64_t> read_natural(const ConfigReader& at,
                                                        const nlohmann::json& value,
                                                        std::uint64_t minimum,
                                                        std::uint64_t maximum);

void read_value(const ConfigReader& at, const nlohmann::json& value, bool& into);
void read_value(const ConfigReader& at, const nlohmann::json& value, std::string& into);
// At least 1.
void read_value(const ConfigReader& at, const nlohmann::json& value, double& into);
// "250ms", "3s", "2min", "1h"
void read_value(const ConfigReader& at, const nlohmann::json& value,
                std::chrono::milliseconds& into);
void read_value(const ConfigReader& at, const nlohmann::json& value,
                std::map<std::string, std::string>& into);
void read_value(const ConfigReader& at, const nlohmann::json& value,
                std::vector<std::pair<std::string, std::string>>& into);
void read_value(const ConfigReader& at, const nlohmann::json& value,
                std::vector<codec::Version>& into);
void read_value(const ConfigReader& at, const nlohmann::json& value, std::vector<Denial>& into);
void read_value(const ConfigReader& at, const nlohmann::json& value, ScriptedAuthentication& into);
void read_value(const ConfigReader& at, const nlohmann::json& value, Redirection& into);

// Null or an object, list or string.
template <typename Value>
void read_present(const ConfigReader& at, const nlohmann::json& value, std::optional<Value>& into) {
  into.reset();
  if (!value.is_null()) read_value(at, value, into.emplace());
}

template <typename Number>
void read_number(const ConfigReader& at, const nlohmann::json& value, std::uint64_t minimum,
                 std::uint64_t maximum, Number& into) {
  if (const auto number = read_natural(at, value, minimum, maximum)) {
    into = static_cast<Number>(*number);
  }
}

template <typename Number>
void read_number(const ConfigReader& at, const nlohmann::json& value, std::uint64_t minimum,
                 std::uint64_t maximum, std::optional<Number>& into) {
  into.reset();
  if (!value.is_null()) read_number(at, value, minimum, maximum, into.emplace());
}

template <typename Choice>
void read_choice(const ConfigReader& at, const nlohmann::json& value,
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

}  // namespace mqttspec::broker
