// `silence`: nothing that matches in full may come, nor be there already.
#include <algorithm>

#include "conformance/executor/barrier.hpp"
#include "conformance/executor/words.hpp"

namespace mqttspec::executor {

using scenario::Alternatives;
using scenario::Pattern;
using scenario::Received;

namespace {

class Silence : public Observation {
 public:
  Silence(Frame frame, Alternatives unwanted)
      : frame_(std::move(frame)),
        unwanted_(std::move(unwanted)),
        of_closing_(std::any_of(
            unwanted_.patterns.begin(), unwanted_.patterns.end(),
            [](const Pattern& pattern) { return pattern.kind == Pattern::Kind::closed; })),
        barrier_(frame_.clients) {}

  std::optional<Decision> poll(Run& run, Quiet& quiet) override {
    if (auto broken = look(run)) return broken;
    if (all_deaf(frame_.clients)) return without_connection();
    if (!waited_) {
      if (run.now < frame_.until() && (!quiet || *quiet < frame_.until())) return std::nullopt;
      waited_ = true;
    }
    if (!barrier_.poll(run, quiet)) return std::nullopt;
    if (auto broken = look(run)) return broken;
    Decision decision = begin_decision();
    decision.met = true;
    if (!barrier_.failure().empty()) decision.ending = Ending{Verdict::blocked, barrier_.failure()};
    return decision;
  }

  [[nodiscard]] Instant deadline() const override {
    return waited_ ? barrier_.deadline() : frame_.until();
  }

 private:
  Decision begin_decision() const {
    Decision decision;
    decision.expected = "no " + scenario::describe(unwanted_);
    return decision;
  }

  std::optional<Decision> look(const Run& run) {
    const auto found = find_oldest(frame_.clients, [&](const Received& item) {
      return item.trace >= looked_at_ &&
             matches_fully(unwanted_, item, run.environment.ns(), item.at - frame_.since,
                           elapsed_tolerance(run));
    });
    looked_at_ = run.trace.size();
    if (!found) return std::nullopt;
    Decision decision = begin_decision();
    decision.received = in_words(run, found->item());
    decision.elapsed = found->item().at - frame_.since;
    decision.trace.push_back(found->item().trace);
    decision.why = decision.elapsed->count() < 0 ? "it had come already"
                                                 : "it came after " + in_words(*decision.elapsed);
    return decision;
  }

  // Nothing can come any more. But who is to stay connected has to be.
  Decision without_connection() const {
    Decision decision = begin_decision();
    decision.met = !of_closing_;
    if (of_closing_) decision.why = "there is no connection";
    return decision;
  }

  Frame frame_;
  Alternatives unwanted_;
  bool of_closing_;
  Barrier barrier_;
  bool waited_ = false;
  std::size_t looked_at_ = 0;  // of the trace
};

}  // namespace

std::unique_ptr<Observation> make_silence(const Run&, Frame frame, Alternatives unwanted) {
  return std::make_unique<Silence>(std::move(frame), std::move(unwanted));
}

}  // namespace mqttspec::executor
