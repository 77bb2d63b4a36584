// Book-keeping of verdicts (section 6): which step decided which check, and how.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "conformance/executor/observation.hpp"

namespace mqttspec::executor {

class CheckBook {
 public:
  explicit CheckBook(const scenario::Instance& instance);

  // A piece of evidence that may still be completed (late instead of never).
  struct Place {
    std::size_t check = 0;
    std::size_t evidence = 0;
  };
  // The step decides the checks that it names. `inconclusive`: our own clock spoilt it, for this
  // reason.
  std::vector<Place> decide(const scenario::Step& step, const Decision& decision,
                            const std::string& inconclusive);
  void amend(Place place, std::string received, std::string why, Duration elapsed,
             std::size_t trace);

  // Would an unmet expectation of this step end the instance? (It decides no check, or an asked
  // MUST check.)
  [[nodiscard]] bool unmet_ends(const scenario::Step& step) const;

  // The final verdicts. `ending`: why the script did not get to its end, if so; `needed`: checks
  // that steps not taken would have decided.
  [[nodiscard]] std::vector<CheckOutcome> close(const Ending* ending,
                                                const std::set<std::string>& needed);

 private:
  struct Entry {
    CheckOutcome outcome;
    bool asked = false;
    std::size_t decisions = 0;
  };
  [[nodiscard]] Entry* find(const std::string& name);
  static void grade(Entry& entry, const Decision& decision, const std::string& inconclusive);

  std::vector<Entry> entries_;
};

// The worst of the checks, ending and scenario errors included.
[[nodiscard]] Verdict overall(const std::vector<CheckOutcome>& checks);

}  // namespace mqttspec::executor
