// What can be said against a scenario without running it (scenarios/README.md, section 9). Found
// only by running: `illegal` where nothing is illegal, or beside a fault that only the course of
// the session shows (the interpreter refuses both at the step), and checks that no mutant can fail.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scenario/model.hpp"

namespace mqttspec::scenario {

// What lint asks about a statement; the words are the catalogue's.
struct StatementInfo {
  std::string level;     // "MUST", "MUST NOT", "stated", "SHOULD", "inferred", "MAY" ...
  std::string reaction;  // "must", "if-detected" ...; "" if the statement is about no fault
};

// The catalogue, as seen from here: the scenario library does not know it.
struct LintContext {
  // Nothing: there is no such statement. Without the function, statements are not looked at.
  std::function<std::optional<StatementInfo>(std::string_view id)> statement;
  // The nearest id by spelling, or "".
  std::function<std::string(std::string_view id)> nearest_statement;
};

// In the order of the file's lines. Of what is wrong in several instances, the first is named.
[[nodiscard]] std::vector<Problem> lint(const File& file, const LintContext& context);

// Ids that occur in more than one place; `files` are all there are.
[[nodiscard]] std::vector<Problem> lint_ids(std::span<const File> files);

}  // namespace mqttspec::scenario
