// `expect`: this must come, in this order, in time.
#include "conformance/executor/observation.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::Alternatives;
using scenario::Pattern;
using scenario::Received;

namespace {

class Expect : public Observation {
 public:
  Expect(const Run& run, Frame frame, std::vector<Alternatives> expected)
      : frame_(std::move(frame)),
        expected_(std::move(expected)),
        due_(frame_.due(run.tolerance())) {}

  std::optional<Decision> poll(Run& run, Quiet& quiet) override {
    while (taken_.size() < expected_.size()) {
      const Alternatives& wanted = expected_[taken_.size()];
      const auto found = find_oldest(frame_.clients, [&](const Received& item) {
        return of_kind(wanted, item, run.environment.ns());
      });
      if (!found) return nothing_there(run, quiet);
      if (auto wrong = judge(run, wanted, take(*found))) return wrong;
    }
    Decision decision = begin_decision(run);
    decision.met = true;
    decision.gives = gives_;
    decision.taken = std::move(taken_);
    return decision;
  }

  [[nodiscard]] Instant deadline() const override { return due_; }

 private:
  // What all decisions have in common: what was wanted, and what has come of it.
  Decision begin_decision(const Run& run) const {
    Decision decision;
    for (const Alternatives& wanted : expected_) {
      decision.expected +=
          (decision.expected.empty() ? "" : ", then ") + scenario::describe(wanted);
    }
    for (const Received& received : taken_) {
      decision.received += (decision.received.empty() ? "" : ", then ") + in_words(run, received);
      decision.trace.push_back(received.trace);
    }
    if (!taken_.empty()) decision.elapsed = taken_.back().at - frame_.since;
    decision.taken_is_list = expected_.size() > 1;
    return decision;
  }

  // Something of the wanted kind and key was taken out. Nothing if it is right.
  std::optional<Decision> judge(const Run& run, const Alternatives& wanted, Received received) {
    const std::size_t before = taken_.empty() ? 0 : taken_.back().trace;
    const bool in_order = taken_.empty() || received.trace > before;
    taken_.push_back(std::move(received));
    const Received& item = taken_.back();
    const Duration elapsed = item.at - frame_.since;
    std::string why;
    if (!in_order) {
      why = scenario::describe(wanted) + " came before " + in_words(run, taken_[taken_.size() - 2]);
    } else if (item.at > due_) {
      why = "late by " + in_words_of(item.at - due_);
    } else {
      std::optional<std::string> first_mismatch;
      for (const Pattern& pattern : wanted.patterns) {
        if (!scenario::kind_and_key_match(pattern, item, run.environment.ns())) continue;
        auto mismatch = scenario::mismatch(pattern, item, elapsed, elapsed_tolerance(run));
        if (!mismatch) {
          gives_.insert(gives_.end(), pattern.gives.begin(), pattern.gives.end());
          return std::nullopt;
        }
        if (!first_mismatch) first_mismatch = std::move(mismatch);
      }
      why = first_mismatch.value_or("it matches no alternative");
    }
    Decision decision = begin_decision(run);
    decision.why = std::move(why);
    return decision;
  }

  std::optional<Decision> nothing_there(Run& run, const Quiet& quiet) const {
    if (all_deaf(frame_.clients)) {
      Decision decision = begin_decision(run);
      decision.why = why_deaf(run, decision);
      return decision;
    }
    if (!quiet || *quiet < due_) return std::nullopt;
    Decision decision = begin_decision(run);
    decision.why = "never";
    decision.by_time = true;
    decision.hope = hope(run);
    return decision;
  }

  std::string why_deaf(const Run& run, Decision& decision) const {
    for (const Client* client : frame_.clients) {
      if (client->inbox.empty() || !client->inbox.back().closed()) continue;
      const Received& closed = client->inbox.back();
      decision.received += (decision.received.empty() ? "" : ", then ") + in_words(run, closed);
      decision.trace.push_back(closed.trace);
      if (!decision.elapsed) decision.elapsed = closed.at - frame_.since;
      return "closed";
    }
    return "never: there is no connection on which it could come";
  }

  LateHope hope(const Run& run) const {
    LateHope hope;
    hope.due = due_;
    hope.until = run.now + run.tolerance().lateness;
    hope.wanted = [clients = frame_.clients, wanted = expected_[taken_.size()],
                   ns = run.environment.ns()](const Received& item) {
      for (const Client* client : clients) {
        if (client->name == item.client) return of_kind(wanted, item, ns);
      }
      return false;
    };
    return hope;
  }

  static std::string in_words_of(Duration duration) { return executor::in_words(duration); }

  Frame frame_;
  std::vector<Alternatives> expected_;
  Instant due_;
  std::vector<Received> taken_;
  std::vector<std::pair<std::string, std::string>> gives_;
};

}  // namespace

std::unique_ptr<Observation> make_expect(const Run& run, Frame frame,
                                         std::vector<Alternatives> expected) {
  return std::make_unique<Expect>(run, std::move(frame), std::move(expected));
}

}  // namespace mqttspec::executor
