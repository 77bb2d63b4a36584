// Scenarios to be linted in tests, and what lint says of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/scenario/lint.hpp"

namespace mqttspec::scenario::test {

// A file without a fault; tests replace the part that interests them. The parts stand on lines 2 to
// 5 of the file, steps on 6 and the following.
struct LintFile {
  std::string versions = R"(["5.0"])";
  std::string more;  // further keys of the scenario, each with its comma
  std::string checks = R"({"c": {"level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"]}})";
  std::string clients = R"({"a": {}})";
  std::string steps = R"({"client": "a", "connect": {}, "check": "c"})";
  std::string file_vars = "{}";

  [[nodiscard]] std::string text() const {
    return R"({"$schema": "s", "theme": "t", "vars": )" + file_vars +
           R"(, "scenarios": [{"id": "x", "title": "a good broker does so",)" +
           "\n\"versions\": " + versions + ",\n" + more + "\n\"checks\": " + checks +
           ",\n\"clients\": " + clients + ", \"steps\": [\n" + steps + "]}]}";
  }
};

inline LintContext lint_context() {
  static const std::map<std::string, StatementInfo, std::less<>> statements = {
      {"5.0:MQTT-1.5.4-1", {"MUST", ""}},       {"3.1.1:MQTT-1.5.3-1", {"MUST NOT", ""}},
      {"5.0:MQTT-4.13.1-1", {"MUST", "must"}},  {"5.0:V5-1-g", {"stated", ""}},
      {"5.0:V5-1-a", {"inferred", ""}},         {"5.0:V5-1-b", {"MAY", ""}},
      {"5.0:V5-1-c", {"SHOULD", ""}},           {"5.0:V5-1-d", {"MUST", "if-detected"}},
      {"5.0:V5-1-e", {"MUST", "must"}},         {"5.0:V5-1-f", {"MUST", "may"}},
      {"3.1.1:MQTT-4.8.0-1", {"MUST", "must"}}, {"3.1.1:V311-1-d", {"MUST", "if-detected"}},
  };
  LintContext context;
  context.statement = [](std::string_view id) -> std::optional<StatementInfo> {
    const auto found = statements.find(id);
    return found == statements.end() ? std::nullopt : std::optional(found->second);
  };
  context.nearest_statement = [](std::string_view) { return "5.0:MQTT-1.5.4-1"; };
  return context;
}

// "line: path: message", without "scenarios[0]." in front of the path.
inline std::vector<std::string> lint_of(const LintFile& parts) {
  std::vector<Problem> problems;
  const std::optional<File> file = parse_file(parts.text(), "x.json", problems);
  for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  std::vector<std::string> out;
  if (!file) return out;
  for (const Problem& problem : lint(*file, lint_context())) {
    std::string path = problem.json_path;
    if (path.starts_with("scenarios[0].")) path.erase(0, 13);
    out.push_back(std::to_string(problem.line) + ": " + path + ": " + problem.message);
  }
  return out;
}

// The same for steps that follow a connect by client a, which decides check c. They begin on
// line 7.
inline std::vector<std::string> lint_steps(const std::string& steps, LintFile parts = {}) {
  parts.steps += ",\n" + steps;
  return lint_of(parts);
}

}  // namespace mqttspec::scenario::test
