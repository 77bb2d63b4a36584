// How long an instance will have to wait, told from its script: the sum of its waits and withins
// along a line of time on which marks and captures lie.
#include <algorithm>
#include <map>

#include "conformance/executor/live/live_driver.hpp"
#include "conformance/scenario/expression.hpp"

namespace mqttspec::executor {

namespace {

using scenario::ActionKind;
using scenario::Step;
using scenario::Value;

// What stands for a duration that depends on something that only the run will show.
constexpr std::chrono::seconds unknown{3};

class Timeline {
 public:
  explicit Timeline(const scenario::Instance& instance) : instance_(instance) {}

  Instant run(const std::vector<Step>& steps, Instant now) {
    for (const Step& step : steps) now = run(step, now);
    return now;
  }

 private:
  Instant run(const Step& step, Instant now) {
    const Instant begun = now;
    if (step.action == ActionKind::repeat) {
      for (std::size_t left = repetitions(step.argument); left > 0; --left) {
        now = run(step.steps, now);
        if (now == begun) break;  // all further ones take no time either
      }
    }
    Instant latest = now;
    for (const auto& lane : step.lanes) latest = std::max(latest, run(lane, now));
    now = latest;
    const auto named = points_.find(step.since);
    const Instant since = named != points_.end() ? named->second : now;
    if (step.action == ActionKind::wait && step.argument.string() != nullptr) {
      now = std::max(now, since + duration(*step.argument.string()));
    }
    const Instant acted = now;
    if (!step.within.empty()) now = std::max(now, since + duration(step.within));
    if (!step.mark.empty()) points_[step.mark] = step.action == ActionKind::none ? now : acted;
    if (!step.as.empty()) points_[step.as] = now;
    return now;
  }

  [[nodiscard]] scenario::Lookup lookup() const {
    return [this](std::string_view name) -> const Value* {
      for (const auto& [variable, value] : instance_.variables) {
        if (variable == name) return &value;
      }
      return &nothing_captured_;  // so that "${connack.server_keep_alive|2}" gives 2
    };
  }
  [[nodiscard]] Duration duration(const std::string& text) const {
    const auto filled = scenario::substitute_text(text, lookup());
    if (!filled) return unknown;
    const auto parsed = scenario::parse_duration(*filled);
    return parsed ? *parsed : unknown;
  }
  [[nodiscard]] std::size_t repetitions(const Value& argument) const {
    const auto filled = scenario::substitute(argument, lookup());
    if (!filled) return 1;
    if (const auto* count = filled->integer()) {
      return static_cast<std::size_t>(std::max<std::int64_t>(*count, 0));
    }
    return filled->array() != nullptr ? filled->array()->size() : 1;
  }

  const scenario::Instance& instance_;
  Value nothing_captured_ = Value(scenario::Object{});
  std::map<std::string, Instant> points_;
};

}  // namespace

Duration mandated_wait(const scenario::Instance& instance) {
  return Timeline(instance).run(instance.scenario->steps, Instant{});
}

}  // namespace mqttspec::executor
