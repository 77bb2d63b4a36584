// The built-in broker's configuration, as scenarios write it, and its capabilities, as `requires`
// sees them.
#include <nlohmann/json.hpp>

#include "conformance/executor/virtual/virtual_driver.hpp"
#include "reference/broker/config_json.hpp"

namespace mqttspec::executor {

using scenario::Result;
using scenario::Value;

namespace {

nlohmann::json to_json(const Value& value) {
  struct Visitor {
    nlohmann::json operator()(std::nullptr_t) const { return nullptr; }
    nlohmann::json operator()(bool flag) const { return flag; }
    nlohmann::json operator()(std::int64_t number) const { return number; }
    nlohmann::json operator()(double number) const { return number; }
    nlohmann::json operator()(const std::string& text) const { return text; }
    nlohmann::json operator()(const scenario::Array& list) const {
      nlohmann::json result = nlohmann::json::array();
      for (const Value& element : list) result.push_back(to_json(element));
      return result;
    }
    nlohmann::json operator()(const scenario::Object& object) const {
      nlohmann::json result = nlohmann::json::object();
      for (const auto& [key, member] : object) result[key] = to_json(member);
      return result;
    }
  };
  return std::visit(Visitor{}, value.data);
}

constexpr std::uint32_t never_expires = 0xFFFF'FFFF;

Value number(std::uint64_t value) {
  return Value(static_cast<std::int64_t>(value));
}

}  // namespace

Result<broker::Config> apply_config(broker::Config base, const Value& config) {
  std::string problems;
  for (const broker::ConfigError& error : broker::read_config(to_json(config), base)) {
    problems += (problems.empty() ? "config." : "; config.") + error.path + ": " + error.message;
  }
  if (!problems.empty()) return Result<broker::Config>::failure(std::move(problems));
  return base;
}

Capabilities capabilities_of(const broker::Config& config) {
  scenario::Array versions;
  for (const codec::Version version : config.versions) {
    versions.emplace_back(std::string(codec::to_string(version)));
  }
  const std::uint64_t largest_packet = std::uint64_t{codec::variable_byte_integer_max} + 5;
  return {
      {"maximum_qos", number(config.maximum_qos)},
      {"retain_available", Value(config.retain_available)},
      {"wildcard_subscription_available", Value(config.wildcard_subscription_available)},
      {"subscription_identifier_available", Value(config.subscription_identifier_available)},
      {"shared_subscription_available", Value(config.shared_subscription_available)},
      {"receive_maximum", number(config.receive_maximum)},
      {"topic_alias_maximum", number(config.topic_alias_maximum)},
      {"maximum_packet_size",
       number(config.maximum_packet_size == 0 ? largest_packet : config.maximum_packet_size)},
      {"server_keep_alive", number(config.server_keep_alive.value_or(0))},
      {"session_expiry_interval", number(config.session_expiry_interval.value_or(never_expires))},
      {"versions", Value(std::move(versions))},
      {"transports", Value(scenario::Array{Value("tcp"), Value("ws")})},
      // A node that is restarted comes back with its sessions.
      {"persistence", Value(true)},
      {"restart", Value(true)},
  };
}

}  // namespace mqttspec::executor
