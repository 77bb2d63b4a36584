#include "conformance/scenario/static_scope.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/evaluator.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

std::string too_early(const std::string& name) {
  return fmt::format("{} is used before it can exist", quoted(name));
}

}  // namespace

const Value* StaticScope::find(std::string_view name) const {
  if (const auto counter = counters_.find(name); counter != counters_.end()) {
    return &counter->second;
  }
  if (name == "ns") return &ns_;
  for (const auto& [variable, value] : instance_->variables) {
    if (variable == name) return &value;
  }
  return nullptr;
}

std::vector<std::string> StaticScope::names() const {
  std::vector<std::string> out(captures_.begin(), captures_.end());
  out.emplace_back("ns");
  for (const auto& [name, value] : counters_) out.push_back(name);
  for (const auto& [name, value] : instance_->variables) out.push_back(name);
  return out;
}

Resolution StaticScope::resolve_text(const Value& value) const {
  bool waits = false;
  std::string early;
  const Lookup lookup(
      [&](std::string_view name) -> const Value* {
        if (const Value* found = find(name)) return found;
        if (captures_.contains(std::string(name))) {
          waits = true;
        } else if (later_->contains(std::string(name))) {
          early = name;
        }
        return nullptr;
      },
      [this] { return names(); });
  const Result<Value> result = substitute(value, lookup);
  using Known = Resolution::Known;
  // An absent capture may have had a default, so that success alone says nothing.
  if (!early.empty()) return {Known::wrong, {}, too_early(early), value.line};
  if (waits) return {Known::not_yet, {}, {}, 0};
  if (!result) return {Known::wrong, {}, result.error(), value.line};
  Value known = *result;
  known.line = value.line;
  return {Known::yes, std::move(known), {}, 0};
}

Resolution StaticScope::resolve(const Value& value) const {
  if (value.string() != nullptr || is_choice(value)) return resolve_text(value);
  Resolution out;
  out.value = value;
  const auto resolve_into = [&](Value& place) {
    Resolution inner = resolve(place);
    if (inner.ok()) {
      place = std::move(inner.value);
    } else if (out.known != Resolution::Known::wrong) {
      out.known = inner.known;
      out.problem = std::move(inner.problem);
      out.line = inner.line;
    }
  };
  if (auto* array = std::get_if<Array>(&out.value.data)) {
    for (Value& element : *array) resolve_into(element);
  } else if (auto* object = std::get_if<Object>(&out.value.data)) {
    for (auto& [key, member] : *object) resolve_into(member);
  }
  return out;
}

std::optional<std::string> StaticScope::problem_in(const std::string& condition) const {
  if (auto problem = problem_in_condition(condition)) return problem;
  for (const std::string& name : names_in_condition(condition)) {
    if (find(name) != nullptr || captures_.contains(name)) continue;
    if (later_->contains(name)) return too_early(name);
    const std::vector<std::string> known = names();
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    return fmt::format("there is no variable {}{}", quoted(name), did_you_mean(name, candidates));
  }
  return std::nullopt;
}

std::optional<bool> StaticScope::holds(const std::string& condition) const {
  for (const std::string& name : names_in_condition(condition)) {
    if (find(name) == nullptr) return std::nullopt;
  }
  const Lookup lookup([this](std::string_view name) { return find(name); });
  const Result<bool> result = evaluate_condition(condition, lookup);
  return result ? std::optional<bool>(*result) : std::nullopt;
}

void StaticScope::join(const StaticScope& lane) {
  captures_.insert(lane.captures_.begin(), lane.captures_.end());
  marks_.insert(lane.marks_.begin(), lane.marks_.end());
}

}  // namespace mqttspec::scenario
