#include "conformance/executor/step_run.hpp"

#include "conformance/executor/request.hpp"
#include "conformance/executor/verify.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::ActionKind;
using scenario::ObservationKind;
using scenario::Result;

std::string StepRun::place() const {
  std::string place = step_.path;
  if (step_.line > 0) place += " (line " + std::to_string(step_.line) + ")";
  return place;
}

StepRun::State StepRun::fault(const std::string& message) {
  end_.ending = Ending{Verdict::inconclusive, place() + ": " + message, true};
  return State::ended;
}

Instant StepRun::deadline() const {
  switch (phase_) {
    case Phase::begin:
      return run_.now;
    case Phase::acting:
      return action_->deadline();
    case Phase::observing:
      break;
  }
  return observation_->deadline();
}

StepRun::State StepRun::poll(Quiet& quiet) {
  if (phase_ == Phase::begin) {
    const State state = begin();
    if (state != State::waiting) return state;
    quiet.reset();
  }
  if (phase_ == Phase::acting) {
    auto done = action_->poll(run_, quiet);
    if (!done) return State::waiting;
    if (done->ending) {
      end_.ending = std::move(*done->ending);
      end_.ending.reason = place() + ": " + end_.ending.reason;
      return State::ended;
    }
    const State state = after_action();
    if (state != State::waiting) return state;
    quiet.reset();
  }
  auto decision = observation_->poll(run_, quiet);
  if (!decision) return State::waiting;
  return settle(std::move(*decision));
}

// Skips the step, or begins its action. `waiting`: go on with the next phase.
StepRun::State StepRun::begin() {
  if (!step_.when.empty()) {
    const auto holds = scenario::evaluate_condition(step_.when, run_.environment.lookup(scope_));
    if (!holds) return fault("\"when\": " + holds.error());
    if (!*holds) return State::done;
  }
  if (step_.observation == ObservationKind::verify) return verify_now();
  if (auto error = resolve_clients()) return fault(*error);
  action_.emplace(step_, scope_, clients_, began_);
  phase_ = Phase::acting;
  if (auto error = action_->begin(run_)) return fault(*error);
  return State::waiting;
}

std::optional<std::string> StepRun::resolve_clients() {
  for (const std::string& written : step_.clients) {
    const auto name = run_.environment.text(written, scope_);
    if (!name) return name.error();
    const auto found = run_.clients.find(*name);
    if (found == run_.clients.end()) return "there is no client \"" + *name + "\"";
    clients_.push_back(&found->second);
  }
  const bool needs_client = step_.observation != ObservationKind::none ||
                            (step_.action != ActionKind::none && step_.action != ActionKind::wait &&
                             step_.action != ActionKind::broker);
  if (needs_client && clients_.empty()) return "the step names no client";
  if (clients_.size() > 1 && step_.action != ActionKind::none) {
    return "an action is done by one client";
  }
  return std::nullopt;
}

// The action is done: what the step observes, or what its request awaits, begins now.
StepRun::State StepRun::after_action() {
  acted_ = run_.now;
  if (step_.action != ActionKind::none && !step_.mark.empty()) {
    run_.environment.mark(step_.mark, acted_);
  }
  auto observation = make_observation();
  if (!observation) return fault(observation.error());
  observation_ = std::move(*observation);
  phase_ = Phase::observing;
  return observation_ != nullptr ? State::waiting : State::done;
}

Result<Frame> StepRun::frame() const {
  Frame frame{clients_, step_.action == ActionKind::none ? began_ : acted_, Duration{}};
  if (!step_.since.empty() && step_.action != ActionKind::wait) {
    const auto moment = run_.environment.moment(step_.since);
    if (!moment) {
      return Result<Frame>::failure("there is no mark or capture \"" + step_.since + "\" yet");
    }
    frame.since = *moment;
  }
  const auto within = run_.environment.duration(step_.within, scope_, Duration{});
  if (!within) return Result<Frame>::failure(within.error());
  frame.within = *within;
  return frame;
}

Result<std::unique_ptr<Observation>> StepRun::make_observation() {
  using Made = Result<std::unique_ptr<Observation>>;
  const bool awaits_answer = action_->request().has_value();
  if (step_.observation == ObservationKind::none && !awaits_answer) {
    return std::unique_ptr<Observation>();
  }
  const auto timeframe = frame();
  if (!timeframe) return Made::failure(timeframe.error());
  since_ = timeframe->since;
  if (step_.observation == ObservationKind::none) {
    return make_answer(run_, *timeframe, *action_->request());
  }
  const auto pattern = run_.environment.substitute(step_.pattern, scope_);
  if (!pattern) return Made::failure(pattern.error());
  auto expected = scenario::parse_expectation(*pattern);
  if (!expected) return Made::failure(expected.error());
  if (step_.observation == ObservationKind::silence) {
    return make_silence(run_, *timeframe, std::move(expected->front()));
  }
  if (step_.count.is_null()) return make_expect(run_, *timeframe, std::move(*expected));
  const auto count = run_.environment.substitute(step_.count, scope_);
  if (!count) return Made::failure(count.error());
  const auto range = parse_range(*count);
  if (!range) return Made::failure(range.error());
  return make_count(run_, *timeframe, std::move(expected->front()), *range);
}

StepRun::State StepRun::verify_now() {
  auto decision = verify(run_, step_, scope_);
  if (!decision) return fault(decision.error());
  if (!decision->has_value()) return State::done;
  const Capture* capture = run_.environment.captured(step_.verify);
  since_ = capture->since;
  (void)book_.decide(step_, **decision, spoilt_by_our_clock(**decision));
  if (!step_.mark.empty()) run_.environment.mark(step_.mark, run_.now);
  return State::done;
}

// Does the verdict depend on when something came?
bool StepRun::is_timed() const {
  if (!step_.within.empty() || !step_.since.empty()) return true;
  const auto names_elapsed = [](const scenario::Value& value) {
    return value.find("elapsed") != nullptr;
  };
  if (names_elapsed(step_.verify_argument)) return true;
  const scenario::Object* pattern = step_.pattern.object();
  return pattern != nullptr && !pattern->empty() && names_elapsed(pattern->front().second);
}

std::string StepRun::spoilt_by_our_clock(const Decision& decision) const {
  if (!is_timed() && !decision.by_time) return "";
  const Instant until = decision.elapsed ? since_ + *decision.elapsed : run_.now;
  if (!run_.disturbed(since_, decision.met ? until : run_.now)) return "";
  return "our own clock was late by more than " + in_words(run_.tolerance().granularity) +
         " meanwhile, so this proves nothing";
}

std::optional<LateWatches::Id> StepRun::listen_on(const Decision& decision,
                                                  std::vector<CheckBook::Place> places) {
  if (!decision.hope) return std::nullopt;
  return run_.late.add(*decision.hope, [this_run = &run_, book = &book_, places, since = since_](
                                           const scenario::Received& received, Duration late) {
    for (const CheckBook::Place& place : places) {
      book->amend(place, executor::in_words(*this_run, received), "late by " + in_words(late),
                  received.at - since, received.trace);
    }
  });
}

StepRun::State StepRun::settle(Decision decision) {
  decision.trace.insert(decision.trace.begin(), action_->trace().begin(), action_->trace().end());
  if (step_.action == ActionKind::none && !step_.mark.empty()) {
    run_.environment.mark(step_.mark, run_.now);
  }
  if (decision.taken && !step_.as.empty()) {
    const bool list = decision.taken_is_list;
    run_.environment.capture(step_.as, std::move(*decision.taken), list, since_);
  }
  if (decision.ending) {
    end_.ending = std::move(*decision.ending);
    end_.ending.reason = place() + ": " + end_.ending.reason;
    return State::ended;
  }
  const std::string spoilt = spoilt_by_our_clock(decision);
  auto places = book_.decide(step_, decision, spoilt);
  if (decision.met) return State::done;

  const auto hope = listen_on(decision, std::move(places));
  if (step_.observation == ObservationKind::silence || !book_.unmet_ends(step_)) return State::done;
  end_.decided = true;
  end_.hope = hope;
  end_.ending.verdict = spoilt.empty() ? Verdict::blocked : Verdict::inconclusive;
  end_.ending.reason = place() + ": expected " + decision.expected + ", ";
  if (spoilt.empty()) {
    end_.ending.reason += decision.why;
    if (!decision.received.empty()) end_.ending.reason += " (" + decision.received + ")";
  } else {
    end_.ending.reason += spoilt;
  }
  return State::ended;
}

}  // namespace mqttspec::executor
