// A comment for a pull request: what came of it, what failed and how to see it again.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/report/labels.hpp"
#include "conformance/report/markdown_text.hpp"
#include "conformance/report/problems.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

// GitHub takes 65,536 characters; room is kept for what a bot writes around ours.
constexpr std::size_t size_max = 65'000;
constexpr std::size_t packets_most = 14;

std::uint64_t count_of(const Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

std::string summary_table(const Summary& summary) {
  const std::pair<std::string_view, const Counts*> rows[] = {{"Statements", &summary.statements},
                                                             {"Scenarios", &summary.scenarios},
                                                             {"Instances", &summary.instances},
                                                             {"Checks", &summary.checks},
                                                             {"Monitors", &summary.monitors}};
  std::string head = "| |";
  std::string rule = "|---|";
  std::vector<Verdict> columns;
  for (const Verdict verdict : all_verdicts) {
    if (std::none_of(std::begin(rows), std::end(rows),
                     [&](const auto& row) { return row.second->contains(verdict); })) {
      continue;
    }
    columns.push_back(verdict);
    head += fmt::format(" {} {} |", sign_of(verdict), executor::to_string(verdict));
    rule += "--:|";
  }
  std::string table = head + "\n" + rule + "\n";
  for (const auto& [name, counts] : rows) {
    if (counts->empty()) continue;
    table += fmt::format("| **{}** |", name);
    for (const Verdict verdict : columns) {
      const std::uint64_t count = count_of(*counts, verdict);
      table += count == 0 ? " |" : fmt::format(" {} |", grouped(count));
    }
    table += "\n";
  }
  return table;
}

std::string headline(const RunResult& result, const Judgement& judgement, const Summary& summary) {
  const std::string broker = result.broker.empty() ? result.target : result.broker;
  std::string text = fmt::format("### {} MQTT conformance: {}\n\n",
                                 judgement.code == 0   ? "✅"
                                 : judgement.code == 1 ? "❌"
                                                       : "⚠️",
                                 inline_text(broker));
  if (judgement.code == 0) {
    text += fmt::format("{} checks passed and none failed unexplained.\n\n",
                        grouped(count_of(summary.checks, Verdict::pass)));
  }
  // A profile may list many deviations that no longer occur.
  std::size_t shown = 0;
  for (const std::string& reason : judgement.reasons) {
    if (++shown > 20) {
      text += fmt::format("- and {} more reasons\n", judgement.reasons.size() - 20);
      break;
    }
    text += "- " + inline_text(reason) + "\n";
  }
  return judgement.reasons.empty() ? text : text + "\n";
}

std::string packets_of(const Problem& problem) {
  const Excerpt excerpt = excerpt_of(problem, packets_most);
  std::string text;
  if (excerpt.first > 0) text += fmt::format("{:>10}  … {} before\n", "", excerpt.first);
  for (std::size_t i = excerpt.first; i < excerpt.last; ++i) {
    const TraceLine line = trace_line(*problem.instance, i);
    text += fmt::format("{:>10}  {:<11} {} {}\n", line.at, cut(line.client, 24),
                        line.arrow.empty() ? " " : line.arrow, cut(line.text, 160));
  }
  return text;
}

std::string problem_details(const RunResult& result, const Problem& problem) {
  const std::string name = printable(problem.name());
  std::string text =
      fmt::format("<details><summary>{} <b>{}</b> <code>{}</code>{}</summary>\n\n",
                  sign_of(problem.verdict), executor::to_string(problem.verdict),
                  escape_markup(cut(printable(problem.instance->id), 200)),
                  name.empty() ? "" : " · <b>" + escape_markup(cut(name, 100)) + "</b>");
  const ScenarioInfo* scenario = scenario_of(result, problem.instance->scenario);
  if (scenario != nullptr && !scenario->title.empty()) {
    text += inline_text(scenario->title) + "\n\n";
  }
  std::size_t cited = 0;
  for (const std::string& id : problem.statements()) {
    if (++cited > 8) break;
    const StatementResult* statement = statement_of(result, id);
    text += fmt::format("- **{}** {}: {}\n",
                        inline_text(statement != nullptr ? statement->level : problem.level()),
                        code(id), inline_text(statement != nullptr ? statement->summary : ""));
  }
  const auto row = [&](std::string_view word, const std::string& value) {
    if (!value.empty()) text += fmt::format("- {}: {}\n", word, inline_text(value));
  };
  row("allowed", problem.allowed());
  row("came", problem.came());
  row("why", problem.why());
  if (!problem.also.empty()) {
    text += fmt::format("- the same in {} more instance{}\n", problem.also.size(),
                        problem.also.size() == 1 ? "" : "s");
  }
  if (!problem.blocked.empty()) {
    text += fmt::format("- kept {} other check{} from being asked\n", problem.blocked.size(),
                        problem.blocked.size() == 1 ? "" : "s");
  }
  if (problem.deviation != nullptr) row("known", problem.deviation->reason);
  text += "- at: " + code(problem.place()) + "\n";
  text += "- replay: " + code(replay_command(result, *problem.instance)) + "\n\n";
  const std::string packets = packets_of(problem);
  if (!packets.empty()) text += preformatted(packets);
  return text + "\n</details>\n";
}

std::string closing(const RunResult& result) {
  const auto part = [](const std::string& text) { return inline_text(cut(printable(text), 400)); };
  std::string text = fmt::format("\n<sub>mqttspec {} · {} · {} · {}", part(result.version),
                                 part(result.mode), part(result.target), human(result.wall));
  if (!result.command.empty()) text += " · <code>" + part(result.command) + "</code>";
  return text + "</sub>\n";
}

}  // namespace

void render_markdown(const RunResult& result, std::ostream& out, bool strict) {
  const Summary summary = summarise(result);
  std::string text = headline(result, judge(result, strict), summary) + summary_table(summary);
  const std::string end = closing(result);
  const std::vector<Problem> problems = problems_of(result, true);
  if (!problems.empty()) text += "\n";
  std::size_t shown = 0;
  for (const Problem& problem : problems) {
    const std::string details = problem_details(result, problem);
    if (text.size() + details.size() + end.size() + 100 > size_max) break;
    text += details;
    ++shown;
  }
  if (shown < problems.size()) {
    text +=
        fmt::format("\n…and {} more: the full report has all of them.\n", problems.size() - shown);
  }
  out << text << end;
}

}  // namespace mqttspec::report
