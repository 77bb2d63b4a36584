#include "conformance/executor/lane.hpp"

#include <algorithm>

namespace mqttspec::executor {

using scenario::ActionKind;
using scenario::Result;
using scenario::Step;
using scenario::Value;

Lane::Lane(Run& run, CheckBook& book, const std::vector<Step>& steps, const Scope* outer)
    : run_(run), book_(book) {
  scope_.outer = outer;
  levels_.push_back(Level{&steps, 0, "", {}, 0});
}

Instant Lane::deadline() const {
  if (finished_) return never;
  Instant earliest = active_ ? active_->deadline() : never;
  for (const auto& child : children_) earliest = std::min(earliest, child->deadline());
  return earliest;
}

bool Lane::next_step() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next < level.steps->size()) {
      current_ = &(*level.steps)[level.next++];
      return true;
    }
    if (++level.iteration < level.values.size()) {
      level.next = 0;
      if (!level.counter.empty()) scope_.counters.back().second = level.values[level.iteration];
      continue;
    }
    if (!level.counter.empty()) scope_.counters.pop_back();
    levels_.pop_back();
  }
  current_ = nullptr;
  return false;
}

Lane::State Lane::end_with(StepRun::End end) {
  end_ = std::move(end);
  return State::ended;
}

// What has become due in the meantime belongs to the step that was waiting; a step that begins now
// has had no time yet, so `quiet` does not hold for it.
Lane::State Lane::poll(Quiet quiet) {
  for (;;) {
    if (finished_) return State::finished;
    if (!children_.empty()) {
      const State state = poll_children(quiet);
      if (state != State::finished) return state;
      children_.clear();
      quiet.reset();
    }
    if (active_) {
      const StepRun::State state = active_->poll(quiet);
      if (state == StepRun::State::waiting) return State::waiting;
      if (state == StepRun::State::ended) return end_with(active_->end());
      active_.reset();
      quiet.reset();
    }
    if (!next_step()) {
      finished_ = true;
      return State::finished;
    }
    if (current_->action == ActionKind::repeat || current_->action == ActionKind::parallel) {
      const State state = begin_repeat(*current_);
      if (state == State::ended) return state;
    } else {
      active_ = std::make_unique<StepRun>(run_, book_, *current_, scope_);
    }
  }
}

Result<bool> Lane::holds(const Step& step) const {
  if (step.when.empty()) return true;
  return scenario::evaluate_condition(step.when, run_.environment.lookup(scope_));
}

Lane::State Lane::begin_repeat(const Step& step) {
  const auto fault = [&](const std::string& message) {
    StepRun::End end;
    end.ending = Ending{Verdict::inconclusive, step.path + ": " + message, true};
    return end_with(std::move(end));
  };
  const auto wanted = holds(step);
  if (!wanted) return fault("\"when\": " + wanted.error());
  if (!*wanted) return State::waiting;
  if (step.action == ActionKind::parallel) {
    begin_parallel(step);
    return State::waiting;
  }
  const auto argument = run_.environment.substitute(step.argument, scope_);
  if (!argument) return fault(argument.error());
  Level level{&step.steps, 0, step.as, {}, 0};
  if (const scenario::Array* values = argument->array()) {
    level.values = *values;
  } else if (const std::int64_t* times = argument->integer()) {
    for (std::int64_t i = 1; i <= *times; ++i) level.values.emplace_back(i);
  } else {
    return fault("\"repeat\" needs a number or a list of values");
  }
  if (level.values.empty()) return State::waiting;
  if (!level.counter.empty()) scope_.counters.emplace_back(level.counter, level.values.front());
  levels_.push_back(std::move(level));
  return State::waiting;
}

void Lane::begin_parallel(const Step& step) {
  for (const auto& steps : step.lanes) {
    children_.push_back(std::make_unique<Lane>(run_, book_, steps, &scope_));
  }
}

Lane::State Lane::poll_children(const Quiet& quiet) {
  bool all_finished = true;
  for (const auto& child : children_) {
    const State state = child->poll(quiet);
    if (state == State::ended) return end_with(child->end());
    all_finished = all_finished && state == State::finished;
  }
  return all_finished ? State::finished : State::waiting;
}

// --- what was not taken -------------------------------------------------------------------------

// A condition that depends on what was never captured may have held.
bool Lane::surely_skipped(const Step& step) const {
  if (step.when.empty()) return false;
  const auto known = scenario::names_in_condition(step.when);
  const auto lookup = run_.environment.lookup(scope_);
  for (const std::string& name : known) {
    if (lookup(name) != nullptr) continue;
    // What stands for nothing yet may be plain text, or a capture to come.
    const auto& steps = run_.instance.scenario->steps;
    const std::function<bool(const Step&)> captures = [&](const Step& other) {
      return other.as == name || std::any_of(other.steps.begin(), other.steps.end(), captures) ||
             std::any_of(other.lanes.begin(), other.lanes.end(), [&](const auto& lane) {
               return std::any_of(lane.begin(), lane.end(), captures);
             });
    };
    if (std::any_of(steps.begin(), steps.end(), captures)) return false;
  }
  const auto would_hold = holds(step);
  return would_hold && !*would_hold;
}

void Lane::collect(const Step& step, std::set<std::string>& checks) const {
  if (surely_skipped(step)) return;
  checks.insert(step.checks.begin(), step.checks.end());
  for (const Step& inner : step.steps) collect(inner, checks);
  for (const auto& lane : step.lanes) {
    for (const Step& inner : lane) collect(inner, checks);
  }
}

void Lane::collect_needed(std::set<std::string>& checks) const {
  if (finished_) return;
  if (active_ && !active_->end().decided) collect(*current_, checks);
  for (const auto& child : children_) child->collect_needed(checks);
  for (const Level& level : levels_) {
    const bool again = level.iteration + 1 < level.values.size();
    const std::size_t first = again ? 0 : level.next;
    for (std::size_t i = first; i < level.steps->size(); ++i) collect((*level.steps)[i], checks);
  }
}

}  // namespace mqttspec::executor
