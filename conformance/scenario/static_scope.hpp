// What is known of variables while a script is read, not run: matrix values, vars and counters have
// their values; of captures and marks only that they will exist.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

// Stands for ${ns}.
inline constexpr std::string_view static_ns = "nsnsnsnsnsns";

struct Resolution {
  enum class Known : std::uint8_t {
    yes,
    not_yet,  // depends on what a broker will send
    wrong,    // can never have a value
  } known = Known::yes;
  Value value;
  std::string problem;     // of wrong
  std::uint32_t line = 0;  // of the string that is wrong
  [[nodiscard]] bool ok() const { return known == Known::yes; }
};

class StaticScope {
 public:
  // `later`: all names that some step of the scenario captures.
  StaticScope(const Instance& instance, const std::set<std::string>& later)
      : instance_(&instance), later_(&later), ns_(std::string(static_ns)) {}

  [[nodiscard]] Resolution resolve(const Value& value) const;
  // What is wrong with a condition; nothing if its names exist and it can be parsed.
  [[nodiscard]] std::optional<std::string> problem_in(const std::string& condition) const;
  // Nothing if it depends on captures.
  [[nodiscard]] std::optional<bool> holds(const std::string& condition) const;

  void set_counter(const std::string& name, Value value) { counters_[name] = std::move(value); }
  void drop_counter(const std::string& name) { counters_.erase(name); }
  void capture(const std::string& name) { captures_.insert(name); }
  void mark(const std::string& name) { marks_.insert(name); }
  [[nodiscard]] bool has_capture(const std::string& name) const { return captures_.contains(name); }
  // Something that `since` can name.
  [[nodiscard]] bool has_moment(const std::string& name) const {
    return marks_.contains(name) || captures_.contains(name);
  }
  // Takes over what was captured and marked in a lane.
  void join(const StaticScope& lane);

 private:
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] Resolution resolve_text(const Value& value) const;

  const Instance* instance_;
  const std::set<std::string>* later_;
  Value ns_;
  std::map<std::string, Value, std::less<>> counters_;
  std::set<std::string> captures_;
  std::set<std::string> marks_;
};

}  // namespace mqttspec::scenario
