// One step while it runs: at most one action, then at most one observation or awaited answer.
#pragma once

#include "conformance/executor/action.hpp"
#include "conformance/executor/check_book.hpp"

namespace mqttspec::executor {

class StepRun {
 public:
  StepRun(Run& run, CheckBook& book, const scenario::Step& step, const Scope& scope)
      : run_(run), book_(book), step_(step), scope_(scope), began_(run.now), acted_(run.now) {}

  enum class State : std::uint8_t { waiting, done, ended };
  [[nodiscard]] State poll(Quiet& quiet);
  [[nodiscard]] Instant deadline() const;

  // Of `ended`: why. `decided`: the step's own checks have their verdicts, so that they do not need
  // it any more. `hope`: what may still come, only to tell late from never.
  struct End {
    Ending ending;
    bool decided = false;
    std::optional<LateWatches::Id> hope;
  };
  [[nodiscard]] const End& end() const { return end_; }

 private:
  enum class Phase : std::uint8_t { begin, acting, observing };

  State begin();
  State after_action();
  State verify_now();
  State settle(Decision decision);
  State fault(const std::string& message);
  [[nodiscard]] std::optional<std::string> resolve_clients();
  [[nodiscard]] scenario::Result<Frame> frame() const;
  [[nodiscard]] scenario::Result<std::unique_ptr<Observation>> make_observation();
  [[nodiscard]] std::string spoilt_by_our_clock(const Decision& decision) const;
  [[nodiscard]] bool is_timed() const;
  [[nodiscard]] std::string place() const;
  std::optional<LateWatches::Id> listen_on(const Decision& decision,
                                           std::vector<CheckBook::Place> places);

  Run& run_;
  CheckBook& book_;
  const scenario::Step& step_;
  const Scope& scope_;
  Instant began_{};
  Instant acted_{};
  Instant since_{};
  Phase phase_ = Phase::begin;
  std::vector<Client*> clients_;
  std::optional<Action> action_;
  std::unique_ptr<Observation> observation_;
  End end_;
};

}  // namespace mqttspec::executor
