// From instances to statements: what the run says about each requirement of the catalogue.
#pragma once

#include <span>
#include <vector>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/report/result.hpp"
#include "conformance/scenario/model.hpp"

namespace mqttspec::report {

// One row for each requirement, in their order: its verdict is the worst of the checks and monitors
// that cite it, `checks` names them ("instance#check", "monitor:slug"). Without any it is not
// asked. A monitor that saw no occasion counts as not applicable. Coverage and reason are the
// caller's.
[[nodiscard]] std::vector<StatementResult> judge_statements(
    std::span<const catalogue::Requirement> requirements,
    const std::vector<executor::InstanceOutcome>& instances);

// The file's scenarios as reports speak of them.
[[nodiscard]] std::vector<ScenarioInfo> describe(const scenario::File& file);

}  // namespace mqttspec::report
