#include "conformance/scenario/reporter.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

constexpr std::size_t problems_shown = 100;

bool plain(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$';
  });
}

}  // namespace

std::string Place::path() const {
  std::vector<const Place*> chain;
  for (const Place* place = this; place->parent_ != nullptr; place = place->parent_) {
    chain.push_back(place);
  }
  std::string out;
  for (auto place = chain.rbegin(); place != chain.rend(); ++place) {
    if ((*place)->is_element_) {
      out += fmt::format("[{}]", (*place)->index_);
    } else if (plain((*place)->key_)) {
      if (!out.empty()) out += '.';
      out += (*place)->key_;
    } else {
      out += fmt::format("[{}]", quoted((*place)->key_));
    }
  }
  return out;
}

void Reporter::report(const Place& place, std::uint32_t line, std::string message) {
  if (count() <= problems_shown) report(place.path(), line, std::move(message));
}

void Reporter::report(const std::string& json_path, std::uint32_t line, std::string message) {
  if (count() > problems_shown) return;
  if (count() == problems_shown) {
    problems_.push_back({file_, line, json_path, "more is wrong from here on; mend this first"});
    return;
  }
  problems_.push_back({file_, line, json_path, std::move(message)});
}

std::string to_string(const Problem& problem) {
  std::string out = problem.path;
  if (problem.line != 0) out += fmt::format(":{}", problem.line);
  if (!problem.json_path.empty()) out += fmt::format(": {}", problem.json_path);
  return out + ": " + problem.message;
}

}  // namespace mqttspec::scenario
