// For tests: scenarios out of a text or out of the project's folder, and outcomes as lines.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/executor/outcome.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::executor {

inline std::vector<scenario::Instance> instances_of(std::string_view text,
                                                    const std::string& name) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(text, name, problems);
  std::vector<scenario::Instance> instances;
  if (file) instances = expand(std::make_shared<scenario::File>(std::move(*file)), problems);
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  return instances;
}

// All scenarios of the project, file by file in the order of their names.
inline std::vector<scenario::Instance> all_instances(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string parent = entry.path().parent_path().filename();
    if (entry.path().extension() == ".json" && parent != "schema" && parent != "profiles" &&
        parent != "probe") {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<scenario::Instance> instances;
  for (const auto& path : paths) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    for (auto& instance : instances_of(text.str(), path.lexically_relative(folder.parent_path()))) {
      instances.push_back(std::move(instance));
    }
  }
  return instances;
}

// "id@5.0[qos=1]#check fail: why", one line for each check. The answer of a MAY check is left out:
// what a broker is free to do it may do now and not then (mosquitto looks at Keep Alives every five
// seconds only, so that it depends on luck whether it is on time).
inline std::vector<std::string> verdict_lines(const std::vector<InstanceOutcome>& outcomes,
                                              bool with_reasons) {
  std::vector<std::string> lines;
  for (const InstanceOutcome& outcome : outcomes) {
    for (const CheckOutcome& check : outcome.checks) {
      lines.push_back(outcome.id + "#" + check.name + " " + std::string(to_string(check.verdict)));
      if (with_reasons && !check.why.empty()) lines.back() += ": " + check.why;
    }
    for (const MonitorFinding& finding : outcome.monitor_findings) {
      lines.push_back(outcome.id + "#monitor:" + finding.monitor + (finding.ours ? " ours" : ""));
      if (with_reasons) lines.back() += ": " + finding.message;
    }
  }
  return lines;
}

}  // namespace mqttspec::executor
