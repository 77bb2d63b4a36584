#include "conformance/executor/requirements.hpp"

#include <algorithm>

#include "conformance/executor/environment.hpp"

namespace mqttspec::executor {

using scenario::Value;

Capabilities with_defaults(Capabilities capabilities) {
  // Section 3.2.2.3: what a CONNACK that names no limit announces.
  static const Capabilities defaults = {
      {"maximum_qos", Value(2)},
      {"retain_available", Value(true)},
      {"wildcard_subscription_available", Value(true)},
      {"subscription_identifier_available", Value(true)},
      {"shared_subscription_available", Value(true)},
      {"receive_maximum", Value(65'535)},
      {"topic_alias_maximum", Value(0)},
      {"maximum_packet_size",
       Value(static_cast<std::int64_t>(codec::variable_byte_integer_max) + 5)},
      {"server_keep_alive", Value(0)},
      {"session_expiry_interval", Value(std::int64_t{0xFFFF'FFFF})},
      {"versions", Value(scenario::Array{"3.1", "3.1.1", "5.0"})},
      {"transports", Value(scenario::Array{"tcp"})},
      {"persistence", Value(false)},
      {"restart", Value(false)},
  };
  capabilities.insert(defaults.begin(), defaults.end());
  return capabilities;
}

bool restarts_the_broker(const scenario::Step& step) {
  if (step.action == scenario::ActionKind::broker) return true;
  const auto in_list = [](const std::vector<scenario::Step>& steps) {
    return std::any_of(steps.begin(), steps.end(), restarts_the_broker);
  };
  return in_list(step.steps) || std::any_of(step.lanes.begin(), step.lanes.end(), in_list);
}

namespace {

bool has(const Capabilities& capabilities, const char* list, std::string_view wanted) {
  const auto found = capabilities.find(list);
  if (found == capabilities.end() || found->second.array() == nullptr) return false;
  const scenario::Array& values = *found->second.array();
  return std::any_of(values.begin(), values.end(), [&](const Value& value) {
    return value.string() != nullptr && *value.string() == wanted;
  });
}

// What the clients of the instance speak, and over what.
std::optional<std::string> missing_for_clients(const scenario::Instance& instance,
                                               const Capabilities& capabilities,
                                               const Environment& environment) {
  const Scope scope;
  for (const scenario::ClientDefinition& client : instance.scenario->clients) {
    const auto version = environment.substitute(client.version, scope);
    const auto transport = environment.substitute(client.transport, scope);
    // What cannot be told is found, and reported, when the script runs.
    const std::string* spoken = version ? version->string() : nullptr;
    const std::string wanted =
        spoken != nullptr ? *spoken : std::string(codec::to_string(instance.version));
    if (!has(capabilities, "versions", wanted)) return "the broker does not speak MQTT " + wanted;
    const scenario::Value* named = transport ? transport->find("name") : nullptr;
    const std::string* over =
        named != nullptr ? named->string() : (transport ? transport->string() : nullptr);
    if (over != nullptr && *over != "any" && !has(capabilities, "transports", *over)) {
      return "the broker is not reached over " + *over;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> missing_requirement(const scenario::Instance& instance,
                                               const Capabilities& given) {
  const Capabilities capabilities = with_defaults(given);
  const Environment environment(instance, std::string(12, 'n'));
  if (auto missing = missing_for_clients(instance, capabilities, environment)) return missing;
  const auto& steps = instance.scenario->steps;
  if (std::any_of(steps.begin(), steps.end(), restarts_the_broker) &&
      capabilities.at("restart") == Value(false)) {
    return "the broker cannot be restarted";
  }
  const scenario::Lookup lookup = [&](std::string_view name) -> const Value* {
    const auto found = capabilities.find(std::string(name));
    return found == capabilities.end() ? nullptr : &found->second;
  };
  const Scope scope;
  for (const std::string& requirement : instance.scenario->requirements) {
    const auto holds = scenario::evaluate_condition(requirement, lookup, environment.lookup(scope));
    if (!holds) return "cannot tell whether \"" + requirement + "\": " + holds.error();
    if (!*holds) {
      const auto readable = environment.text(requirement, scope);
      return "the broker lacks what is required: " + (readable ? *readable : requirement);
    }
  }
  return std::nullopt;
}

InstanceOutcome not_run(const scenario::Instance& instance, Verdict verdict,
                        const std::string& reason) {
  InstanceOutcome outcome;
  outcome.id = instance.id;
  outcome.scenario = instance.scenario->id;
  outcome.file = instance.file ? instance.file->path : "";
  outcome.version = instance.version;
  outcome.reason = reason;
  for (const scenario::Check& check : instance.checks) {
    CheckOutcome result;
    result.name = check.name;
    result.level = check.level;
    result.statements = check.statements;
    result.verdict = check.asked() ? verdict : Verdict::not_asked;
    if (check.asked()) result.why = reason;
    outcome.verdict = worst(outcome.verdict, result.verdict);
    outcome.checks.push_back(std::move(result));
  }
  return outcome;
}

std::string make_ns(std::string_view run, std::string_view instance) {
  // FNV-1a over both; 12 digits of base 36 hold 62 bits.
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) {
      hash ^= static_cast<std::uint8_t>(c);
      hash *= 0x100000001B3U;
    }
    hash ^= 0xFF;
    hash *= 0x100000001B3U;
  };
  mix(run);
  mix(instance);
  std::string ns;
  for (int i = 0; i < 12; ++i) {
    ns += "0123456789abcdefghijklmnopqrstuvwxyz"[hash % 36];
    hash /= 36;
  }
  return ns;
}

}  // namespace mqttspec::executor
