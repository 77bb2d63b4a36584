// The model's parts as JSON, as results.schema.json describes them. All text is made printable.
#pragma once

#include <string>

#include "conformance/report/json_node.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::report {

[[nodiscard]] Json to_json(const scenario::Value& value);
[[nodiscard]] Json to_json(const Counts& counts);
// `usual`: the instance's version, which entries do not repeat.
[[nodiscard]] Json to_json(const executor::TraceEntry& entry, codec::Version usual);
[[nodiscard]] Json to_json(const executor::InstanceOutcome& instance);
[[nodiscard]] Json to_json(const ScenarioInfo& scenario);
[[nodiscard]] Json to_json(const StatementResult& statement);
[[nodiscard]] Json to_json(const Deviation& deviation);

[[nodiscard]] Json run_json(const RunResult& result);
[[nodiscard]] Json summary_json(const RunResult& result);
[[nodiscard]] Json capabilities_json(const RunResult& result);

// On one line, valid UTF-8.
[[nodiscard]] std::string text_of(const Json& json);

}  // namespace mqttspec::report
