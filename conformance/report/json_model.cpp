#include "conformance/report/json_model.hpp"

#include <utility>

#include "conformance/report/json_format.hpp"
#include "conformance/report/labels.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

// Defaults are left out: the reader and the schema know them.
void put(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = printable(text);
}
void put(Json& object, const char* key, bool flag) {
  if (flag) object[key] = true;
}
void put_ms(Json& object, const char* key, executor::Duration duration) {
  if (duration != executor::Duration::zero()) object[key] = to_milliseconds(duration);
}
void put_list(Json& object, const char* key, Json list) {
  if (!list.empty()) object[key] = std::move(list);
}

Json texts(const std::vector<std::string>& list) {
  Json array = Json::array();
  for (const std::string& text : list) array.push_back(printable(text));
  return array;
}

Json to_json(const executor::Evidence& evidence) {
  Json object = {{"step", printable(evidence.step)}};
  if (evidence.line != 0) object["line"] = evidence.line;
  object["met"] = evidence.met;
  put(object, "expected", evidence.expected);
  put(object, "received", evidence.received);
  put(object, "why", evidence.why);
  if (evidence.elapsed) object["elapsed_ms"] = to_milliseconds(*evidence.elapsed);
  put_list(object, "trace", evidence.trace);
  return object;
}

Json to_json(const executor::CheckOutcome& check) {
  Json object = {{"name", printable(check.name)},
                 {"level", scenario::to_string(check.level)},
                 {"verdict", executor::to_string(check.verdict)}};
  put_list(object, "statements", texts(check.statements));
  if (check.answer) object["answer"] = *check.answer;
  put(object, "why", check.why);
  Json evidence = Json::array();
  for (const executor::Evidence& item : check.evidence) evidence.push_back(to_json(item));
  put_list(object, "evidence", std::move(evidence));
  return object;
}

Json to_json(const executor::MonitorFinding& finding) {
  Json object = {{"monitor", printable(finding.monitor)},
                 {"statement", printable(finding.statement)},
                 {"message", printable(finding.message)},
                 {"trace", finding.trace}};
  put(object, "client", finding.client);
  put(object, "ours", finding.ours);
  return object;
}

}  // namespace

Json to_json(const executor::TraceEntry& entry, codec::Version usual) {
  Json object = {{"at_ms", to_milliseconds(entry.at)}, {"kind", to_string(entry.kind)}};
  put(object, "client", entry.client);
  if (entry.version != usual) object["version"] = codec::to_string(entry.version);
  if (!entry.bytes.empty()) {
    object["hex"] = to_hex(std::string_view(entry.bytes).substr(0, frame_bytes_max));
    if (entry.bytes.size() > frame_bytes_max) object["size"] = entry.bytes.size();
  }
  put(object, "text", entry.text);
  put(object, "problem", entry.problem);
  put(object, "illegal", entry.illegal);
  return object;
}

Json to_json(const scenario::Value& value) {
  struct Visitor {
    Json operator()(std::nullptr_t) const { return nullptr; }
    Json operator()(bool flag) const { return flag; }
    Json operator()(std::int64_t number) const { return number; }
    Json operator()(double number) const { return number; }
    Json operator()(const std::string& text) const { return printable(text); }
    Json operator()(const scenario::Array& list) const {
      Json array = Json::array();
      for (const scenario::Value& item : list) array.push_back(to_json(item));
      return array;
    }
    Json operator()(const scenario::Object& members) const {
      Json object = Json::object();
      for (const auto& [key, member] : members) object[printable(key)] = to_json(member);
      return object;
    }
  };
  return std::visit(Visitor{}, value.data);
}

Json to_json(const Counts& counts) {
  Json object = Json::object();
  for (const auto& [verdict, count] : counts) {
    object[std::string(executor::to_string(verdict))] = count;
  }
  return object;
}

Json to_json(const executor::InstanceOutcome& instance) {
  Json object = {{"id", printable(instance.id)},
                 {"scenario", printable(instance.scenario)},
                 {"version", codec::to_string(instance.version)},
                 {"verdict", executor::to_string(instance.verdict)}};
  put(object, "file", instance.file);
  put(object, "reason", instance.reason);
  put_ms(object, "duration_ms", instance.duration);
  Json checks = Json::array();
  for (const executor::CheckOutcome& check : instance.checks) checks.push_back(to_json(check));
  put_list(object, "checks", std::move(checks));
  Json findings = Json::array();
  for (const auto& finding : instance.monitor_findings) findings.push_back(to_json(finding));
  put_list(object, "monitor_findings", std::move(findings));
  Json occasions = Json::array();
  for (const executor::MonitorOccasions& row : instance.monitor_occasions) {
    occasions.push_back({printable(row.monitor), printable(row.statement), row.occasions});
  }
  put_list(object, "monitor_occasions", std::move(occasions));
  put_list(object, "scenario_errors", texts(instance.scenario_errors));
  Json trace = Json::array();
  for (const auto& entry : instance.trace) trace.push_back(to_json(entry, instance.version));
  put_list(object, "trace", std::move(trace));
  return object;
}

Json to_json(const ScenarioInfo& scenario) {
  Json object = {{"id", printable(scenario.id)}};
  put(object, "title", scenario.title);
  put(object, "theme", scenario.theme);
  put(object, "file", scenario.file);
  Json notes = Json::object();
  for (const auto& [check, note] : scenario.notes) notes[printable(check)] = printable(note);
  put_list(object, "notes", std::move(notes));
  return object;
}

Json to_json(const StatementResult& statement) {
  Json object = {{"id", printable(statement.id)},
                 {"verdict", executor::to_string(statement.verdict)}};
  put(object, "level", statement.level);
  put(object, "summary", statement.summary);
  put(object, "coverage", statement.coverage);
  put(object, "reason", statement.reason);
  put_list(object, "checks", texts(statement.checks));
  return object;
}

Json to_json(const Deviation& deviation) {
  Json object = {{"occurred", deviation.occurred}};
  put(object, "instance", deviation.instance);
  put(object, "check", deviation.check);
  put(object, "statement", deviation.statement);
  put(object, "reason", deviation.reason);
  return object;
}

Json run_json(const RunResult& result) {
  Json run = Json::object();
  run["version"] = printable(result.version);
  run["started"] = printable(result.started);
  run["mode"] = printable(result.mode);
  put(run, "profile", result.profile);
  put(run, "command", result.command);
  put(run, "replay", result.replay);
  // As text: a seed may be larger than what a JSON reader's numbers hold exactly.
  run["seed"] = std::to_string(result.seed);
  put_ms(run, "wall_ms", result.wall);
  put_ms(run, "longest_wait_ms", result.longest_wait);
  put(run, "interrupted", result.interrupted);
  return run;
}

Json summary_json(const RunResult& result) {
  const Summary summary = summarise(result);
  return {{"statements", to_json(summary.statements)},
          {"checks", to_json(summary.checks)},
          {"scenarios", to_json(summary.scenarios)},
          {"instances", to_json(summary.instances)},
          {"monitors", to_json(summary.monitors)}};
}

Json capabilities_json(const RunResult& result) {
  Json capabilities = Json::object();
  for (const auto& [name, value] : result.capabilities) {
    capabilities[printable(name)] = to_json(value);
  }
  return capabilities;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mqttspec::report
