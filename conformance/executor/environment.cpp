#include "conformance/executor/environment.hpp"

#include <algorithm>

namespace mqttspec::executor {

using scenario::Result;
using scenario::Value;

Environment::Environment(const scenario::Instance& instance, std::string ns)
    : instance_(instance), ns_(std::move(ns)), ns_value_(ns_) {}

void Environment::capture(const std::string& name, std::vector<scenario::Received> packets,
                          bool list, Instant since) {
  Capture capture{std::move(packets), list, since, {}};
  if (list) {
    scenario::Array values;
    for (const auto& packet : capture.packets) values.push_back(packet.fields);
    capture.value = Value(std::move(values));
  } else if (!capture.packets.empty()) {
    capture.value = capture.packets.back().fields;
  }
  captures_.insert_or_assign(name, std::move(capture));
}

const Capture* Environment::captured(std::string_view name) const {
  const auto found = captures_.find(name);
  return found == captures_.end() ? nullptr : &found->second;
}

void Environment::mark(const std::string& name, Instant moment) {
  marks_.insert_or_assign(name, moment);
}

std::optional<Instant> Environment::moment(std::string_view name) const {
  if (const auto found = marks_.find(name); found != marks_.end()) return found->second;
  const Capture* capture = captured(name);
  if (capture == nullptr || capture->packets.empty()) return std::nullopt;
  return capture->packets.back().at;
}

const Value* Environment::find(std::string_view name, const Scope& scope) const {
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    // The innermost counter of that name counts.
    const auto found = std::find_if(s->counters.rbegin(), s->counters.rend(),
                                    [&](const auto& counter) { return counter.first == name; });
    if (found != s->counters.rend()) return &found->second;
  }
  if (const Capture* capture = captured(name)) return &capture->value;
  if (name == "ns") return &ns_value_;
  for (const auto& [variable, value] : instance_.variables) {
    if (variable == name) return &value;
  }
  return nullptr;
}

scenario::Lookup Environment::lookup(const Scope& scope) const {
  return {[this, &scope](std::string_view name) { return find(name, scope); },
          [this, &scope] { return names(scope); }};
}

std::vector<std::string> Environment::names(const Scope& scope) const {
  std::vector<std::string> names = {"ns"};
  for (const auto& [name, value] : instance_.variables) names.push_back(name);
  for (const auto& [name, capture] : captures_) names.push_back(name);
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    for (const auto& [name, value] : s->counters) names.push_back(name);
  }
  return names;
}

Result<Value> Environment::substitute(const Value& value, const Scope& scope) const {
  return scenario::substitute(value, lookup(scope));
}

Result<std::string> Environment::text(const std::string& text, const Scope& scope) const {
  if (text.find("${") == std::string::npos) return text;
  return scenario::substitute_text(text, lookup(scope));
}

Result<Duration> Environment::duration(const std::string& text, const Scope& scope,
                                       Duration otherwise) const {
  if (text.empty()) return otherwise;
  const auto substituted = this->text(text, scope);
  if (!substituted) return Result<Duration>::failure(substituted.error());
  return scenario::parse_duration(*substituted);
}

}  // namespace mqttspec::executor
