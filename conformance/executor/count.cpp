// `count`: all that match in full are taken and counted, until nothing more can be on its way.
#include "conformance/executor/barrier.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::Alternatives;
using scenario::Received;

namespace {

class Count : public Observation {
 public:
  Count(const Run& run, Frame frame, Alternatives counted, CountRange range)
      : frame_(std::move(frame)),
        counted_(std::move(counted)),
        range_(range),
        due_(frame_.due(run.tolerance())),
        barrier_(frame_.clients) {}

  std::optional<Decision> poll(Run& run, Quiet& quiet) override {
    collect(run);
    if (all_deaf(frame_.clients)) return decide();  // a close ends the count at once
    if (phase_ == Phase::minimum) {
      if (!reached_minimum()) {
        if (!quiet || *quiet < due_) return std::nullopt;
        Decision decision = decide();
        decision.by_time = true;
        decision.hope = hope(run);
        return decision;
      }
      phase_ = Phase::until;
    }
    if (phase_ == Phase::until) {
      // What is over by now needs no `quiet`: the barrier shows that nothing is on its way.
      if (run.now < frame_.until() && (!quiet || *quiet < frame_.until())) return std::nullopt;
      phase_ = Phase::barrier;
    }
    if (!barrier_.poll(run, quiet)) return std::nullopt;
    collect(run);
    Decision decision = decide();
    if (!barrier_.failure().empty()) decision.ending = Ending{Verdict::blocked, barrier_.failure()};
    return decision;
  }

  [[nodiscard]] Instant deadline() const override {
    switch (phase_) {
      case Phase::minimum:
        return due_;
      case Phase::until:
        return frame_.until();
      case Phase::barrier:
        break;
    }
    return barrier_.deadline();
  }

 private:
  enum class Phase : std::uint8_t { minimum, until, barrier };

  [[nodiscard]] bool reached_minimum() const {
    return static_cast<std::int64_t>(taken_.size()) >= range_.min;
  }

  void collect(const Run& run) {
    while (const auto found = find_oldest(frame_.clients, [&](const Received& item) {
             return matches_fully(counted_, item, run.environment.ns(), item.at - frame_.since,
                                  elapsed_tolerance(run));
           })) {
      taken_.push_back(take(*found));
      if (static_cast<std::int64_t>(taken_.size()) == range_.min && taken_.back().at > due_) {
        late_by_ = taken_.back().at - due_;
      }
    }
  }

  Decision decide() {
    Decision decision;
    decision.expected = range_.in_words() + " of " + scenario::describe(counted_);
    decision.received = counted(taken_.size(), "packet");
    decision.met = range_.contains(taken_.size()) && !late_by_;
    if (late_by_) {
      decision.why = "late by " + in_words(*late_by_);
    } else if (!decision.met) {
      decision.why = std::to_string(taken_.size()) + " came, expected " + range_.in_words();
      if (!reached_minimum() && all_deaf(frame_.clients)) decision.why += ", then it was closed";
    }
    for (const Received& received : taken_) decision.trace.push_back(received.trace);
    if (!taken_.empty()) decision.elapsed = taken_.back().at - frame_.since;
    decision.taken = taken_;
    decision.taken_is_list = true;
    return decision;
  }

  LateHope hope(const Run& run) const {
    LateHope hope;
    hope.missing = static_cast<std::size_t>(range_.min) - taken_.size();
    hope.due = due_;
    hope.until = run.now + run.tolerance().lateness;
    hope.wanted = [clients = frame_.clients, counted = counted_, ns = run.environment.ns(),
                   since = frame_.since, tolerance = elapsed_tolerance(run)](const Received& item) {
      for (const Client* client : clients) {
        if (client->name == item.client) {
          return matches_fully(counted, item, ns, item.at - since, tolerance);
        }
      }
      return false;
    };
    return hope;
  }

  Frame frame_;
  Alternatives counted_;
  CountRange range_;
  Instant due_;
  Barrier barrier_;
  Phase phase_ = Phase::minimum;
  std::vector<Received> taken_;
  std::optional<Duration> late_by_;  // the last of the minimum
};

}  // namespace

std::unique_ptr<Observation> make_count(const Run& run, Frame frame, Alternatives counted,
                                        CountRange range) {
  return std::make_unique<Count>(run, std::move(frame), std::move(counted), range);
}

}  // namespace mqttspec::executor
