#include "conformance/report/published.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <utility>

namespace mqttspec::report {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// Only whole words: a short name may be part of others.
void replace_word(std::string& text, const std::string& word, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos;) {
    const std::size_t end = at + word.size();
    const bool whole =
        (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, word.size(), by);
    at += whole ? by.size() : word.size();
  }
}

// Where a file stands in the project, if that can be told; else its last part.
std::string short_path(const std::string& path) {
  for (const std::string_view folder : {"/scenarios/", "/reports/", "/build/"}) {
    const std::size_t at = path.rfind(folder);
    if (at != std::string::npos) return path.substr(at + 1);
  }
  const std::size_t last = path.find_last_of('/', path.size() - 2);
  return last == std::string::npos ? path : path.substr(last + 1);
}

// In a line for a shell every word that begins with a slash is a path.
std::string short_command(std::string line) {
  static const std::regex written(R"( --(out|json|junit|markdown|html) ('[^']*'|[^ ]+))");
  line = std::regex_replace(line, written, "");
  static const std::regex path(R"((^|[ '=])(/[^ ']+))");
  std::string out;
  std::size_t end = 0;
  for (auto hit = std::sregex_iterator(line.begin(), line.end(), path);
       hit != std::sregex_iterator(); ++hit) {
    const auto at = static_cast<std::size_t>(hit->position(2));
    out += line.substr(end, at - end) + short_path((*hit)[2]);
    end = at + static_cast<std::size_t>(hit->length(2));
  }
  return out + line.substr(end);
}

class Scrubber {
 public:
  explicit Scrubber(const Machine& machine) : machine_(machine) {
    // The longest first, so that no folder leaves the rest of one that lies in it.
    std::sort(machine_.folders.begin(), machine_.folders.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::erase_if(machine_.folders, [](const std::string& it) { return it.size() < 3; });
  }

  void words(std::string& text) const {
    for (const std::string& folder : machine_.folders) replace_all(text, folder, "…");
    if (machine_.host.size() > 2 && machine_.host != "localhost") {
      replace_word(text, machine_.host, "localhost");
    }
  }
  void line(std::string& text) const {
    text = short_command(std::move(text));
    words(text);
  }
  void instance(executor::InstanceOutcome& instance) const {
    line(instance.file);
    words(instance.reason);
    for (std::string& error : instance.scenario_errors) words(error);
    for (executor::CheckOutcome& check : instance.checks) {
      words(check.why);
      for (executor::Evidence& evidence : check.evidence) {
        words(evidence.received);
        words(evidence.why);
      }
    }
    for (executor::TraceEntry& entry : instance.trace) words(entry.text);
  }

 private:
  Machine machine_;
};

bool is_bad(Verdict verdict) {
  return verdict < Verdict::pass;
}

// Into the first instance, which then speaks for all: of a monitor only the sums count.
void gather_occasions(RunResult& result) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> sums;
  for (executor::InstanceOutcome& instance : result.instances) {
    for (const auto& row : instance.monitor_occasions) {
      sums[{row.monitor, row.statement}] += row.occasions;
    }
    instance.monitor_occasions.clear();
  }
  if (result.instances.empty()) return;
  for (const auto& [key, sum] : sums) {
    result.instances.front().monitor_occasions.push_back({key.first, key.second, sum});
  }
}

}  // namespace

RunResult without_machine(RunResult result, const Machine& machine) {
  const Scrubber scrub(machine);
  scrub.line(result.command);
  scrub.line(result.replay);
  scrub.line(result.profile);
  scrub.line(result.target);
  for (ScenarioInfo& scenario : result.scenarios) scrub.line(scenario.file);
  for (executor::InstanceOutcome& instance : result.instances) scrub.instance(instance);
  return result;
}

RunResult compact(RunResult result) {
  gather_occasions(result);
  for (executor::InstanceOutcome& instance : result.instances) {
    if (is_bad(verdict_of(result, instance))) continue;
    instance.trace.clear();
    for (executor::CheckOutcome& check : instance.checks) check.evidence.clear();
  }
  // They can be found again in the instances.
  for (StatementResult& statement : result.statements) statement.checks.clear();
  return result;
}

std::string folder_name(std::string_view broker) {
  std::string name;
  for (const char c : broker) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || c == '.') {
      name += static_cast<char>(std::tolower(letter));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  name.resize(name.find_last_not_of(".-") + 1);
  name.erase(0, std::min(name.find_first_not_of(".-"), name.size()));
  return name.empty() ? "broker" : name;
}

}  // namespace mqttspec::report
