// The comparison of two runs, for a terminal and for a pull request.
#include <fmt/format.h>

#include "conformance/report/comparison.hpp"
#include "conformance/report/labels.hpp"
#include "conformance/report/markdown_text.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t others_most = 8;      // instances named beside the first
constexpr std::size_t markdown_most = 150;  // changes; a comment has little room

std::string name_of(const RunResult& run) {
  return printable(run.broker.empty() ? run.target : run.broker);
}

std::string state_of(const std::optional<Verdict>& verdict, const std::optional<bool>& answer) {
  if (!verdict) return "not there";
  std::string text = fmt::format("{} {}", sign_of(*verdict), executor::to_string(*verdict));
  if (answer) text += *answer ? " (yes)" : " (no)";
  return text;
}

std::string sizes(const Comparison& comparison) {
  std::string text = fmt::format(
      "{} checks in both: {} worse, {} better, {} otherwise changed", grouped(comparison.common),
      grouped(comparison.count(Direction::worse)), grouped(comparison.count(Direction::better)),
      grouped(comparison.count(Direction::other)));
  if (comparison.only_before > 0) {
    text += fmt::format("; {} only before", grouped(comparison.only_before));
  }
  if (comparison.only_after > 0) {
    text += fmt::format("; {} only after", grouped(comparison.only_after));
  }
  return text + ".";
}

std::string heading(Direction direction) {
  switch (direction) {
    case Direction::worse:
      return "Worse";
    case Direction::better:
      return "Better";
    default:
      return "Otherwise changed, or new and failing";
  }
}

void print_change(const RunResult& after, const RunResult& before, const Change& change,
                  const Paint& paint, std::ostream& out) {
  const Verdict colour = change.after.value_or(Verdict::not_asked);
  out << "  " << paint(colour, padded(state_of(change.after, change.answer_after), 17)) << " was "
      << padded(state_of(change.before, change.answer_before), 17) << " "
      << paint(Ink::bold, printable(change.instances.front() + "#" + change.check)) << "\n";
  const auto row = [&](const char* label, const std::string& text) {
    if (text.empty()) return;
    out << "      " << paint(Ink::dim, padded(label, 8)) << " " << wrap(printable(text), 84, 15)
        << "\n";
  };
  const ScenarioInfo* scenario = scenario_of(after, change.scenario);
  if (scenario == nullptr) scenario = scenario_of(before, change.scenario);
  if (scenario != nullptr) row("asked", scenario->title);
  for (const std::string& statement : change.statements) row(change.level.c_str(), statement);
  row("why", change.why);
  row("known", change.known);
  std::string also;
  for (std::size_t i = 1; i < change.instances.size() && i <= others_most; ++i) {
    also += (also.empty() ? "" : " ") + change.instances[i];
  }
  if (change.instances.size() > others_most + 1) {
    also += fmt::format(" and {} more", change.instances.size() - others_most - 1);
  }
  row("also in", also);
}

}  // namespace

void print_comparison(const RunResult& before, const RunResult& after, const Comparison& comparison,
                      const Paint& paint, std::ostream& out) {
  out << paint(Ink::bold,
               fmt::format("{} ({}) → {} ({})", name_of(before), printable(before.started),
                           name_of(after), printable(after.started)))
      << "\n";
  const Change* last = nullptr;
  for (const Change& change : comparison.changes) {
    if (last == nullptr || last->direction != change.direction) {
      out << "\n" << paint(Ink::bold, heading(change.direction)) << "\n";
    }
    print_change(after, before, change, paint, out);
    last = &change;
  }
  out << (last != nullptr ? "\n" : "") << sizes(comparison) << "\n";
}

void render_comparison_markdown(const RunResult& before, const RunResult& after,
                                const Comparison& comparison, std::ostream& out) {
  out << fmt::format("### {} MQTT conformance: {} → {}\n\n", comparison.worsened() > 0 ? "❌" : "✅",
                     inline_text(name_of(before)), inline_text(name_of(after)))
      << inline_text(sizes(comparison)) << "\n";
  std::size_t shown = 0;
  const Change* last = nullptr;
  for (const Change& change : comparison.changes) {
    if (++shown > markdown_most) {
      out << fmt::format("\n… and {} more\n", comparison.changes.size() - markdown_most);
      break;
    }
    if (last == nullptr || last->direction != change.direction) {
      out << "\n#### " << heading(change.direction)
          << "\n\n| now | before | check | statements | why |\n|---|---|---|---|---|\n";
    }
    std::string statements;
    for (const std::string& id : change.statements) {
      statements += (statements.empty() ? "" : "<br>") + code(id);
    }
    std::string check = code(change.instances.front() + "#" + change.check);
    if (change.instances.size() > 1) {
      check += fmt::format(" and {} more", change.instances.size() - 1);
    }
    std::string why = inline_text(change.why);
    if (!change.known.empty()) {
      why += (why.empty() ? "known: " : "; known: ") + inline_text(change.known);
    }
    out << fmt::format("| {} | {} | {} | {} | {} |\n", state_of(change.after, change.answer_after),
                       state_of(change.before, change.answer_before), check, statements, why);
    last = &change;
  }
}

}  // namespace mqttspec::report
