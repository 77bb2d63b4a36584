// JUnit XML as Jenkins, GitLab and GitHub's actions read it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "conformance/report/problems.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using executor::CheckOutcome;
using executor::InstanceOutcome;

constexpr std::size_t packets_most = 40;

std::string seconds(executor::Duration duration) {
  return fmt::format("{:.6f}", static_cast<double>(duration.count()) / 1e9);
}

// pugixml writes what XML forbids; whatever comes from outside goes through here.
void set(pugi::xml_node node, const char* name, std::string_view text) {
  node.append_attribute(name) = printable(text).c_str();
}

// "[qos=1]@5.0" behind the check: unique within the scenario, and sorted by check.
std::string case_name(const InstanceOutcome& instance, std::string_view check) {
  const bool usual = instance.id.starts_with(instance.scenario);
  const std::string rest = usual ? instance.id.substr(instance.scenario.size()) : instance.id;
  return fmt::format("{} {}", check, rest);
}

// What a person needs who sees nothing but the CI server's page.
std::string explanation(const RunResult& result, const Problem& problem) {
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:<9} {}\n", name, printable(value));
  };
  for (const std::string& id : problem.statements()) {
    const StatementResult* statement = statement_of(result, id);
    row("requires", id + (statement != nullptr ? ": " + statement->summary : ""));
  }
  row("allowed", problem.allowed());
  row("came", problem.came());
  row("why", problem.why());
  row("at", problem.place());
  row("replay", replay_command(result, *problem.instance));
  const Excerpt excerpt = excerpt_of(problem, packets_most);
  for (std::size_t i = excerpt.first; i < excerpt.last; ++i) {
    const TraceLine line = trace_line(*problem.instance, i);
    text += fmt::format("{:>10}  {:<11} {} {}\n", line.at, line.client,
                        line.arrow.empty() ? " " : line.arrow, line.text);
  }
  return text;
}

class Suite {
 public:
  Suite(pugi::xml_node root, const RunResult& result, const std::string& name, bool strict)
      : node_(root.append_child("testsuite")), result_(result), strict_(strict) {
    set(node_, "name", name);
    for (const char* key : {"tests", "failures", "errors", "skipped", "time", "timestamp"}) {
      node_.append_attribute(key);
    }
    pugi::xml_node properties = node_.append_child("properties");
    const auto property = [&](const char* key, std::string_view value) {
      pugi::xml_node node = properties.append_child("property");
      node.append_attribute("name") = key;
      set(node, "value", value);
    };
    property("mqttspec", result.version);
    property("target", result.target);
    property("broker", result.broker.empty() ? result.target : result.broker);
    property("mode", result.mode);
    property("seed", std::to_string(result.seed));
  }

  void add(const InstanceOutcome& instance) {
    time_ += instance.duration;
    std::vector<Problem> cases;
    for (const CheckOutcome& check : instance.checks) {
      if (check.verdict == Verdict::not_asked) continue;
      Problem it;
      it.verdict = check.verdict;
      it.check = &check;
      it.deviation = deviation_of(result_, instance, check);
      cases.push_back(std::move(it));
    }
    for (const auto& finding : instance.monitor_findings) {
      Problem it;
      it.verdict = verdict_of(result_, finding);
      it.finding = &finding;
      it.deviation = deviation_of(result_, instance, finding);
      cases.push_back(std::move(it));
    }
    if (instance.checks.empty() && instance.verdict != Verdict::not_asked) {
      Problem it;
      it.verdict = instance.verdict;
      cases.push_back(std::move(it));
    }
    // Shared out evenly, so that the cases' times add up to the suite's.
    const auto count = static_cast<executor::Duration::rep>(std::max<std::size_t>(cases.size(), 1));
    for (Problem& it : cases) {
      it.instance = &instance;
      add_case(it, instance.duration / count);
    }
  }

  void add_stale(const std::string& reason) {
    pugi::xml_node node = node_.append_child("testcase");
    set(node, "classname", "deviations");
    set(node, "name", reason);
    node.append_attribute("time") = "0";
    fill(node.append_child("failure"), "deviation", reason, reason);
    ++tests_;
    ++failures_;
  }

  struct Totals {
    std::uint64_t tests = 0;
    std::uint64_t failures = 0;
    std::uint64_t errors = 0;
    std::uint64_t skipped = 0;
    executor::Duration time{};
  };
  void finish(Totals& totals) {
    node_.attribute("tests") = tests_;
    node_.attribute("failures") = failures_;
    node_.attribute("errors") = errors_;
    node_.attribute("skipped") = skipped_;
    node_.attribute("time") = seconds(time_).c_str();
    node_.attribute("timestamp") = printable(result_.started).c_str();
    totals.tests += tests_;
    totals.failures += failures_;
    totals.errors += errors_;
    totals.skipped += skipped_;
    totals.time += time_;
  }

 private:
  static void fill(pugi::xml_node node, std::string_view type, std::string_view message,
                   const std::string& body) {
    set(node, "message", message);
    set(node, "type", type);
    node.text() = body.c_str();
  }

  void add_case(const Problem& it, executor::Duration time) {
    pugi::xml_node node = node_.append_child("testcase");
    set(node, "classname", it.instance->scenario);
    const std::string name = it.name();
    set(node, "name", case_name(*it.instance, name.empty() ? "instance" : name));
    if (!it.instance->file.empty()) set(node, "file", it.instance->file);
    node.append_attribute("time") = seconds(time).c_str();
    ++tests_;
    const std::string_view word = executor::to_string(it.verdict);
    if (it.deviation != nullptr && it.verdict <= Verdict::nonstrict) {
      ++skipped_;
      set(node.append_child("skipped"), "message", "known deviation: " + it.deviation->reason);
      return;
    }
    switch (it.verdict) {
      case Verdict::nonstrict:
        if (!strict_) {
          node.append_child("system-out").text() = explanation(result_, it).c_str();
          return;
        }
        [[fallthrough]];
      case Verdict::fail:
      case Verdict::flaky:
        ++failures_;
        return fill(node.append_child("failure"), word, it.why(), explanation(result_, it));
      case Verdict::crash:
      case Verdict::blocked:
      case Verdict::inconclusive:
        ++errors_;
        return fill(node.append_child("error"), word, it.why(), explanation(result_, it));
      case Verdict::not_applicable:
        ++skipped_;
        set(node.append_child("skipped"), "message", it.why());
        return;
      case Verdict::info:
        if (it.check != nullptr && it.check->answer) {
          node.append_child("system-out").text() = *it.check->answer ? "answer: yes" : "answer: no";
        }
        return;
      case Verdict::pass:
      case Verdict::not_asked:
        return;
    }
  }

  pugi::xml_node node_;
  const RunResult& result_;
  bool strict_;
  std::uint64_t tests_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t skipped_ = 0;
  executor::Duration time_{};
};

// The file without what all share: "scenarios/will/delay.json" -> "will/delay".
std::string suite_name(const std::string& file) {
  std::string name = file.starts_with("scenarios/") ? file.substr(10) : file;
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  return name.empty() ? "scenarios" : name;
}

}  // namespace

void render_junit(const RunResult& result, std::ostream& out, bool strict) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "mqttspec";

  std::map<std::string, std::vector<const InstanceOutcome*>> files;
  for (const InstanceOutcome& instance : result.instances) {
    files[suite_name(instance.file)].push_back(&instance);
  }
  Suite::Totals totals;
  for (const auto& [name, instances] : files) {
    Suite suite(root, result, name, strict);
    for (const InstanceOutcome* instance : instances) suite.add(*instance);
    suite.finish(totals);
  }
  const std::vector<std::string> stale = stale_deviations(result);
  if (!stale.empty()) {
    Suite suite(root, result, "deviations", strict);
    for (const std::string& reason : stale) suite.add_stale(reason);
    suite.finish(totals);
  }
  root.append_attribute("tests") = totals.tests;
  root.append_attribute("failures") = totals.failures;
  root.append_attribute("errors") = totals.errors;
  root.append_attribute("skipped") = totals.skipped;
  root.append_attribute("time") = seconds(totals.time).c_str();
  document.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
}

}  // namespace mqttspec::report
