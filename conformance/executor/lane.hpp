// One line of steps at its own pace: the script itself, and each lane of a parallel.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/executor/step_run.hpp"

namespace mqttspec::executor {

class Lane {
 public:
  Lane(Run& run, CheckBook& book, const std::vector<scenario::Step>& steps, const Scope* outer);

  enum class State : std::uint8_t { waiting, finished, ended };
  [[nodiscard]] State poll(Quiet quiet);
  [[nodiscard]] Instant deadline() const;
  // Of `ended`.
  [[nodiscard]] const StepRun::End& end() const { return end_; }

  // Adds the checks that steps which were not finished would decide.
  void collect_needed(std::set<std::string>& checks) const;

 private:
  // A list of steps being run, once or for each of `values`.
  struct Level {
    const std::vector<scenario::Step>* steps = nullptr;
    std::size_t next = 0;
    std::string counter;  // name in the scope; empty: none
    std::vector<scenario::Value> values;
    std::size_t iteration = 0;
  };

  // Takes the next step of the script up; false: there is none.
  [[nodiscard]] bool next_step();
  [[nodiscard]] State end_with(StepRun::End end);
  [[nodiscard]] State begin_repeat(const scenario::Step& step);
  void begin_parallel(const scenario::Step& step);
  [[nodiscard]] State poll_children(const Quiet& quiet);
  [[nodiscard]] scenario::Result<bool> holds(const scenario::Step& step) const;
  void collect(const scenario::Step& step, std::set<std::string>& checks) const;
  [[nodiscard]] bool surely_skipped(const scenario::Step& step) const;

  Run& run_;
  CheckBook& book_;
  Scope scope_;
  std::vector<Level> levels_;
  const scenario::Step* current_ = nullptr;
  std::unique_ptr<StepRun> active_;
  std::vector<std::unique_ptr<Lane>> children_;
  bool finished_ = false;
  StepRun::End end_;
};

}  // namespace mqttspec::executor
