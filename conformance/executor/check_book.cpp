#include "conformance/executor/check_book.hpp"

#include <algorithm>

namespace mqttspec::executor {

using scenario::Level;

CheckBook::CheckBook(const scenario::Instance& instance) {
  for (const scenario::Check& check : instance.checks) {
    Entry entry;
    entry.outcome.name = check.name;
    entry.outcome.level = check.level;
    entry.outcome.statements = check.statements;
    entry.asked = check.asked();
    entries_.push_back(std::move(entry));
  }
}

CheckBook::Entry* CheckBook::find(const std::string& name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return e.outcome.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

namespace {

// What `gives` of the alternative that came says about the check, or nothing.
const std::string* given_grade(const Decision& decision, const std::string& check) {
  for (const auto& [name, grade] : decision.gives) {
    if (name == check) return &grade;
  }
  return nullptr;
}

struct Grade {
  Verdict verdict = Verdict::pass;
  std::optional<bool> answer;
};

Grade grade_of(Level level, const Decision& decision, const std::string& check) {
  if (decision.met) {
    if (const std::string* given = given_grade(decision, check)) {
      if (*given == "yes" || *given == "no") return {Verdict::info, *given == "yes"};
      if (*given == "fail") return {Verdict::fail, {}};
      return {*given == "nonstrict" ? Verdict::nonstrict : Verdict::pass, {}};
    }
  }
  switch (level) {
    case Level::must:
      return {decision.met ? Verdict::pass : Verdict::fail, {}};
    case Level::should:
      return {decision.met ? Verdict::pass : Verdict::nonstrict, {}};
    case Level::may:
      break;
  }
  return {Verdict::info, decision.met};
}

}  // namespace

void CheckBook::grade(Entry& entry, const Decision& decision, const std::string& inconclusive) {
  CheckOutcome& outcome = entry.outcome;
  Grade grade = grade_of(outcome.level, decision, outcome.name);
  std::string why = decision.why;
  if (!inconclusive.empty()) {
    grade = {Verdict::inconclusive, {}};
    why = inconclusive;
  } else if (decision.met && grade.verdict != Verdict::pass && grade.verdict != Verdict::info) {
    why = decision.received + " came, which counts as " + std::string(to_string(grade.verdict));
  }
  const Verdict before = outcome.verdict;
  const bool first = entry.decisions++ == 0;
  outcome.verdict = first ? grade.verdict : worst(before, grade.verdict);
  // No before yes.
  if (grade.answer) outcome.answer = outcome.answer.value_or(true) && *grade.answer;
  if (!why.empty() && (outcome.why.empty() || outcome.verdict != before)) outcome.why = why;
}

std::vector<CheckBook::Place> CheckBook::decide(const scenario::Step& step,
                                                const Decision& decision,
                                                const std::string& inconclusive) {
  std::vector<Place> places;
  for (const std::string& name : step.checks) {
    Entry* entry = find(name);
    if (entry == nullptr || !entry->asked) continue;
    grade(*entry, decision, inconclusive);
    Evidence evidence;
    evidence.step = step.path;
    evidence.line = step.line;
    evidence.met = decision.met;
    evidence.expected = decision.expected;
    evidence.received = decision.received;
    evidence.why = inconclusive.empty() ? decision.why : inconclusive;
    // What lay in the inbox when the step began came after nothing.
    if (decision.elapsed && *decision.elapsed >= Duration{}) evidence.elapsed = decision.elapsed;
    evidence.trace = decision.trace;
    entry->outcome.evidence.push_back(std::move(evidence));
    places.push_back(
        {static_cast<std::size_t>(entry - entries_.data()), entry->outcome.evidence.size() - 1});
  }
  return places;
}

void CheckBook::amend(Place place, std::string received, std::string why, Duration elapsed,
                      std::size_t trace) {
  CheckOutcome& outcome = entries_[place.check].outcome;
  Evidence& evidence = outcome.evidence[place.evidence];
  if (outcome.why == evidence.why) outcome.why = why;
  evidence.received = std::move(received);
  evidence.why = std::move(why);
  evidence.elapsed = elapsed;
  evidence.trace.push_back(trace);
}

bool CheckBook::unmet_ends(const scenario::Step& step) const {
  if (step.checks.empty()) return true;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.asked && entry.outcome.level == Level::must &&
           std::find(step.checks.begin(), step.checks.end(), entry.outcome.name) !=
               step.checks.end();
  });
}

std::vector<CheckOutcome> CheckBook::close(const Ending* ending,
                                           const std::set<std::string>& needed) {
  std::vector<CheckOutcome> outcomes;
  for (Entry& entry : entries_) {
    CheckOutcome& outcome = entry.outcome;
    const bool decided = entry.decisions > 0;
    const bool spare = ending != nullptr && ending->undecided_only && decided;
    if (!entry.asked) {
      outcome.verdict = Verdict::not_asked;
    } else if (ending != nullptr && needed.contains(outcome.name) && !spare) {
      const Verdict before = outcome.verdict;
      outcome.verdict = decided ? worst(before, ending->verdict) : ending->verdict;
      if (!decided || outcome.verdict != before) outcome.why = ending->reason;
      outcome.answer.reset();
    } else if (!decided) {
      outcome.verdict = Verdict::not_applicable;
      outcome.why = "every step that decides it was skipped";
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Verdict overall(const std::vector<CheckOutcome>& checks) {
  Verdict verdict = Verdict::not_asked;
  for (const CheckOutcome& check : checks) verdict = worst(verdict, check.verdict);
  return verdict;
}

}  // namespace mqttspec::executor
