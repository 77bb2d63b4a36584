#include "conformance/report/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "conformance/report/labels.hpp"
#include "conformance/report/terminal_problem.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t problems_most = 200;  // printed in full; more drown the reader
constexpr std::size_t bar_width = 24;

std::string progress_bar(std::size_t done, std::size_t total) {
  const std::size_t filled = total == 0 ? bar_width : std::min(done, total) * bar_width / total;
  std::string bar;
  for (std::size_t i = 0; i < bar_width; ++i) bar += i < filled ? "━" : "─";
  return bar;
}

void print_counts(const Paint& paint, const Summary& summary, std::ostream& out) {
  const std::array<std::pair<std::string_view, const Counts*>, 5> rows = {{
      {"statements", &summary.statements},
      {"scenarios", &summary.scenarios},
      {"instances", &summary.instances},
      {"checks", &summary.checks},
      {"monitors", &summary.monitors},
  }};
  std::vector<Verdict> columns;
  for (const Verdict verdict : all_verdicts) {
    if (std::any_of(rows.begin(), rows.end(),
                    [&](const auto& row) { return row.second->contains(verdict); })) {
      columns.push_back(verdict);
    }
  }
  const auto width_of_column = [](Verdict verdict) {
    return std::max<std::size_t>(executor::to_string(verdict).size() + 3, 9);
  };
  out << std::string(12, ' ');
  for (const Verdict verdict : columns) {
    out << paint(verdict, padded_left(executor::to_string(verdict), width_of_column(verdict)));
  }
  out << "\n";
  for (const auto& [name, counts] : rows) {
    if (counts->empty()) continue;
    out << "  " << padded(name, 10);
    for (const Verdict verdict : columns) {
      const auto found = counts->find(verdict);
      const bool none = found == counts->end();
      const std::string number =
          padded_left(none ? "·" : grouped(found->second), width_of_column(verdict));
      out << (none ? paint(Ink::dim, number) : paint(verdict, number));
    }
    out << "\n";
  }
}

void print_reports(const Paint& paint, const std::vector<WrittenReport>& reports,
                   std::ostream& out) {
  std::size_t width = 8;
  for (const WrittenReport& report : reports) width = std::max(width, width_of(report.name));
  for (const WrittenReport& report : reports) {
    out << "  " << paint(Ink::dim, padded(printable(report.name), width)) << "  "
        << printable(report.path) << "\n";
  }
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string closing_line(const Paint& paint, const Judgement& judgement, const Summary& summary) {
  const auto passed = summary.checks.find(Verdict::pass);
  const std::uint64_t passes = passed == summary.checks.end() ? 0 : passed->second;
  if (judgement.code == 0) {
    return paint(Ink::green, "✓ conforms") +
           fmt::format(": {} checks passed and none failed unexplained", grouped(passes));
  }
  return paint(Ink::red, fmt::format("✗ exit {}", judgement.code)) + ": " +
         printable(joined(judgement.reasons, "; "));
}

}  // namespace

TerminalOptions TerminalOptions::detect(int fd) {
  TerminalOptions options;
  options.terminal = ::isatty(fd) == 1;
  if (!options.terminal) return options;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  options.colour = (no_colour == nullptr || *no_colour == '\0') && !dumb;
  // A dumb terminal cannot take a line back.
  options.terminal = !dumb;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = std::clamp<std::size_t>(size.ws_col, 40, 200);
  }
  return options;
}

Terminal::Terminal(std::ostream& out, TerminalOptions options) : out_(out), options_(options) {}

void Terminal::begin(const RunResult& result, std::size_t instances) {
  total_ = instances;
  if (options_.quiet) return;
  const Paint paint(options_.colour);
  std::vector<std::string> parts;
  for (const std::string& part : {result.broker, result.target, result.mode}) {
    if (!part.empty()) parts.push_back(printable(part));
  }
  parts.push_back(grouped(instances) + (instances == 1 ? " instance" : " instances"));
  out_ << paint(Ink::bold, "mqttspec " + printable(result.version)) << paint(Ink::dim, " · ")
       << joined(parts, paint(Ink::dim, " · ")) << "\n\n";
  draw_progress();
}

void Terminal::say(const std::string& line) {
  clear_progress();
  out_ << printable(line) << "\n";
  draw_progress();
}

void Terminal::started(const std::string& instance_id) {
  running_.push_back(instance_id);
}

void Terminal::finished(const executor::InstanceOutcome& instance) {
  ++done_;
  ++counts_[instance.verdict];
  const auto running = std::find(running_.begin(), running_.end(), instance.id);
  if (running != running_.end()) running_.erase(running);
  if (!options_.verbose || options_.quiet) return;
  clear_progress();
  const Paint paint(options_.colour);
  out_ << paint(instance.verdict, sign_of(instance.verdict)) << ' '
       << padded(executor::to_string(instance.verdict), 14) << ' ' << printable(instance.id) << ' '
       << paint(Ink::dim, human(instance.duration)) << "\n";
  draw_progress();
}

void Terminal::tick(executor::Duration elapsed) {
  elapsed_ = elapsed;
  draw_progress();
}

void Terminal::clear_progress() {
  if (drawn_.empty()) return;
  out_ << "\r\x1b[2K";
  drawn_.clear();
}

void Terminal::draw_progress() {
  if (!options_.terminal || options_.quiet || total_ == 0) return;
  std::string line =
      fmt::format("{} {}/{}", progress_bar(done_, total_), grouped(done_), grouped(total_));
  for (const auto& [verdict, count] : counts_) {
    line += fmt::format("  {} {}", sign_of(verdict), grouped(count));
  }
  line += fmt::format("  {:.1f} s", static_cast<double>(elapsed_.count()) / 1e9);
  if (!running_.empty()) {
    line += "  " + printable(running_.front());
    if (running_.size() > 1) line += fmt::format(" +{}", running_.size() - 1);
  }
  line = cut(line, options_.width - 1);
  if (line == drawn_) return;
  clear_progress();
  out_ << line << std::flush;
  drawn_ = line;
}

void Terminal::end(const RunResult& result, const std::vector<WrittenReport>& reports) {
  clear_progress();
  const Paint paint(options_.colour);
  const ProblemStyle style{paint, options_.width, options_.terminal && !options_.verbose,
                           options_.verbose ? std::size_t{1'000} : std::size_t{12}};
  std::vector<Problem> problems = problems_of(result, options_.strict || options_.verbose);
  // What the profile explains is not what a person is looking for.
  if (!options_.verbose) {
    std::erase_if(problems, [](const Problem& it) { return it.deviation != nullptr; });
  }
  const std::size_t skipped = problems.size() - std::min(problems.size(), problems_most);
  problems.resize(problems.size() - skipped);
  if (skipped > 0) {
    out_ << fmt::format("… {} more, less grave; the reports have all of them\n\n", skipped);
  }
  // The gravest last: that is where the eye is when the run is over.
  for (auto problem = problems.rbegin(); problem != problems.rend(); ++problem) {
    print_problem(result, *problem, style, out_);
  }
  const Summary summary = summarise(result);
  const Judgement judgement = judge(result, options_.strict);
  if (!options_.quiet) {
    print_counts(paint, summary, out_);
    out_ << "\n";
    print_reports(paint, reports, out_);
    std::string run = fmt::format("{} in all", human(result.wall));
    if (result.longest_wait.count() > 0) {
      run +=
          fmt::format("; the longest wait that a scenario needs is {}", human(result.longest_wait));
    }
    out_ << "  " << paint(Ink::dim, padded("time", 8)) << "  " << run << "\n\n";
  }
  out_ << closing_line(paint, judgement, summary) << "\n" << std::flush;
}

}  // namespace mqttspec::report
