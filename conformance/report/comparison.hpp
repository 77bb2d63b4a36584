// Two runs, check by check: what became worse, what better.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/report/paint.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::report {

enum class Direction { worse, better, other };

// One check (or monitor) of a scenario that changed in the same way in one or more instances.
struct Change {
  Direction direction = Direction::other;
  std::string scenario;
  std::string check;  // "repeated", "monitor:slug"
  std::vector<std::string> instances;
  std::vector<std::string> statements;
  std::string level;  // "MUST"; empty for monitors
  // Nothing: it does not exist on that side.
  std::optional<Verdict> before;
  std::optional<Verdict> after;
  std::optional<bool> answer_before;  // of info
  std::optional<bool> answer_after;
  std::string why;    // it is as it is after
  std::string known;  // why the later run's profile expects it; empty: it does not
};

struct Comparison {
  std::size_t common = 0;  // checks in both
  std::size_t only_before = 0;
  std::size_t only_after = 0;
  std::vector<Change> changes;  // the worse first; new ones that fail are among `other`
  // Checks that became worse, those that the later profile lists aside.
  [[nodiscard]] std::size_t worsened() const;
  [[nodiscard]] std::size_t count(Direction direction) const;  // instances of changes
};

// A check becomes worse when it gets a verdict below pass that is worse than the one before; what
// stopped being asked became neither better nor worse. A check that only one run has is told, but
// says nothing about the broker.
[[nodiscard]] Comparison compare(const RunResult& before, const RunResult& after);

void print_comparison(const RunResult& before, const RunResult& after, const Comparison& comparison,
                      const Paint& paint, std::ostream& out);
void render_comparison_markdown(const RunResult& before, const RunResult& after,
                                const Comparison& comparison, std::ostream& out);

}  // namespace mqttspec::report
