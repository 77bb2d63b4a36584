// Collects what lint finds; told once, however many instances it occurs in.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

class LintReport {
 public:
  explicit LintReport(std::string file) : file_(std::move(file)) {}

  // `instance`, where the problem need not occur in all of them.
  void add(const std::string& json_path, std::uint32_t line, const std::string& message,
           const Instance* instance = nullptr) {
    if (!told_.insert(json_path + '\n' + message).second) return;
    const bool several = instance != nullptr && !instance->scenario->matrix.empty();
    problems_.push_back(
        {file_, line, json_path, several ? message + " (in " + instance->id + ")" : message});
  }
  [[nodiscard]] std::vector<Problem>& problems() { return problems_; }

 private:
  std::string file_;
  std::set<std::string> told_;
  std::vector<Problem> problems_;
};

}  // namespace mqttspec::scenario
