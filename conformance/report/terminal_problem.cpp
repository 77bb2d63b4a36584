#include "conformance/report/terminal_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "conformance/report/labels.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t label_width = 12;  // with the two blanks in front of it

class Printer {
 public:
  Printer(const RunResult& result, const Problem& problem, const ProblemStyle& style,
          std::ostream& out)
      : result_(result), problem_(problem), style_(style), paint_(style.paint), out_(out) {}

  void print() {
    head();
    requirements();
    row("allowed", printable(problem_.allowed()));
    came();
    packets();
    names("blocked", problem_.blocked);
    also();
    if (problem_.deviation != nullptr) row("known", printable(problem_.deviation->reason));
    row("at", printable(problem_.place()));
    // Not wrapped: it is there to be copied.
    label("replay");
    out_ << paint_(Ink::cyan, replay_command(result_, *problem_.instance)) << "\n\n";
  }

 private:
  void head() {
    std::string word(executor::to_string(problem_.verdict));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    out_ << paint_(problem_.verdict, fmt::format("{} {}", sign_of(problem_.verdict), word)) << "  "
         << paint_(Ink::bold, printable(problem_.instance->id));
    const std::string name = printable(problem_.name());
    if (!name.empty()) out_ << paint_(Ink::dim, " · ") << paint_(Ink::bold, name);
    out_ << "\n";
    const ScenarioInfo* scenario = scenario_of(result_, problem_.instance->scenario);
    if (scenario != nullptr && !scenario->title.empty()) {
      out_ << "  " << paint_(Ink::dim, wrap(printable(scenario->title), style_.width - 2, 2))
           << "\n";
    }
  }

  void requirements() {
    const std::string level = problem_.level();
    for (const std::string& id : problem_.statements()) {
      const StatementResult* statement = statement_of(result_, id);
      std::string words = printable(id);
      if (statement != nullptr) words += "  " + printable(statement->summary);
      row(statement != nullptr && !statement->level.empty() ? printable(statement->level) : level,
          words);
    }
  }

  void came() {
    const std::string came = printable(problem_.came());
    const std::string why = printable(problem_.why());
    if (came.empty()) return row("why", why);
    // "nothing" and "never came" need not both be told at length.
    row("came", why.empty() ? came : came + " (" + why + ")");
  }

  void packets() {
    const Excerpt excerpt = excerpt_of(problem_, style_.trace_most);
    const auto& trace = problem_.instance->trace;
    if (excerpt.first == excerpt.last) return;
    label("packets");
    if (excerpt.first > 0) {
      out_ << paint_(Ink::dim, fmt::format("… {} before", excerpt.first)) << "\n";
    }
    std::size_t client_width = 1;
    for (std::size_t i = excerpt.first; i < excerpt.last; ++i) {
      client_width = std::max(client_width, width_of(printable(trace[i].client)));
    }
    client_width = std::min<std::size_t>(client_width, 16);
    for (std::size_t i = excerpt.first; i < excerpt.last; ++i) {
      if (i > 0) out_ << std::string(label_width, ' ');
      packet(i, client_width);
    }
    if (excerpt.last < trace.size()) {
      out_ << std::string(label_width, ' ')
           << paint_(Ink::dim, fmt::format("… {} after", trace.size() - excerpt.last)) << "\n";
    }
  }

  void packet(std::size_t index, std::size_t client_width) {
    const TraceLine line = trace_line(*problem_.instance, index);
    const executor::Evidence* evidence = problem_.evidence();
    const bool decisive =
        (problem_.finding != nullptr && problem_.finding->trace == index) ||
        (evidence != nullptr && std::count(evidence->trace.begin(), evidence->trace.end(), index));
    const std::size_t before = label_width + 12 + client_width + 4;
    std::string text = line.text;
    if (style_.cut && style_.width > before + 20) text = cut(text, style_.width - before);
    out_ << paint_(Ink::dim, padded_left(line.at, 9))
         << (decisive ? paint_(Ink::red, " ▸ ") : "   ")
         << paint_(Ink::cyan, padded(cut(line.client, client_width), client_width)) << ' '
         << padded(line.arrow, 1) << "  " << (line.arrow.empty() ? paint_(Ink::dim, text) : text)
         << "\n";
  }

  void also() {
    std::vector<std::string> others;
    for (const executor::InstanceOutcome* other : problem_.also) {
      // The scenario's name is above already.
      const bool same = other->id.starts_with(other->scenario);
      others.push_back(same ? other->id.substr(other->scenario.size()) : other->id);
      if (others.size() == 8 && problem_.also.size() > 9) {
        others.push_back(fmt::format("and {} more", problem_.also.size() - 8));
        break;
      }
    }
    names("also", others);
  }

  void names(std::string_view word, const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& name : list) text += (text.empty() ? "" : "  ") + printable(name);
    row(word, text);
  }

  void label(std::string_view word) {
    out_ << "  " << paint_(Ink::dim, padded(word, label_width - 2));
  }
  void row(std::string_view word, const std::string& text) {
    if (text.empty()) return;
    label(word);
    out_ << wrap(text, style_.width - label_width, label_width) << "\n";
  }

  const RunResult& result_;
  const Problem& problem_;
  const ProblemStyle& style_;
  const Paint& paint_;
  std::ostream& out_;
};

}  // namespace

void print_problem(const RunResult& result, const Problem& problem, const ProblemStyle& style,
                   std::ostream& out) {
  Printer(result, problem, style, out).print();
}

}  // namespace mqttspec::report
