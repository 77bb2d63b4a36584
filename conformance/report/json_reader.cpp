#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "conformance/report/json_format.hpp"
#include "conformance/report/json_node.hpp"
#include "conformance/report/labels.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

// A results.json is nested seven deep; more is an attack on the stack.
constexpr int depth_max = 64;

template <class Value>
Value word(const JsonNode& node, std::optional<Value> (*from)(std::string_view), const char* what) {
  const std::optional<Value> value = from(node.text());
  if (!value) node.refuse(fmt::format("\"{}\" is no {}", printable(node.text()), what));
  return *value;
}

Verdict verdict(const JsonNode& node) {
  return word(node.required("verdict"), verdict_from, "verdict");
}

executor::Duration duration(const JsonNode& node) {
  const double ms = node.number();
  if (!(std::abs(ms) <= 1e12)) node.refuse("no run lasts that long");
  return from_milliseconds(ms);
}
executor::Duration duration(const JsonNode& object, const char* key) {
  const std::optional<JsonNode> node = object.member(key);
  return node ? duration(*node) : executor::Duration::zero();
}

scenario::Value value(const JsonNode& node) {
  const Json& json = node.json();
  switch (json.type()) {
    case Json::value_t::boolean:
      return node.flag();
    case Json::value_t::number_integer:
      return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const std::uint64_t number = node.count();
      if (number > static_cast<std::uint64_t>(INT64_MAX)) node.refuse("the number is too large");
      return static_cast<std::int64_t>(number);
    }
    case Json::value_t::number_float:
      return node.number();
    case Json::value_t::string:
      return node.text();
    case Json::value_t::array: {
      scenario::Array array;
      for (std::size_t i = 0; i < json.size(); ++i) array.push_back(value(node.at(i)));
      return array;
    }
    case Json::value_t::object: {
      scenario::Object object;
      node.each_member([&](const std::string& key, const JsonNode& member) {
        object.emplace_back(key, value(member));
      });
      return object;
    }
    default:
      return nullptr;
  }
}

executor::TraceEntry trace_entry(const JsonNode& node, codec::Version usual) {
  executor::TraceEntry entry;
  entry.at = duration(node.required("at_ms"));
  entry.kind = word(node.required("kind"), trace_kind_from, "kind of trace entry");
  entry.client = node.text("client");
  const std::optional<JsonNode> version = node.member("version");
  entry.version = version ? word(*version, version_from, "version of MQTT") : usual;
  if (const std::optional<JsonNode> hex = node.member("hex")) {
    std::optional<std::string> bytes = from_hex(hex->text());
    if (!bytes) hex->refuse("not an even number of hexadecimal digits");
    entry.bytes = std::move(*bytes);
  }
  entry.text = node.text("text");
  entry.problem = node.text("problem");
  entry.illegal = node.text("illegal");
  return entry;
}

executor::Evidence evidence(const JsonNode& node) {
  executor::Evidence evidence;
  evidence.step = node.required("step").text();
  if (const auto line = node.member("line")) {
    if (line->count() > UINT32_MAX) line->refuse("no file has that many lines");
    evidence.line = static_cast<std::uint32_t>(line->count());
  }
  evidence.met = node.required("met").flag();
  evidence.expected = node.text("expected");
  evidence.received = node.text("received");
  evidence.why = node.text("why");
  if (const auto elapsed = node.member("elapsed_ms")) evidence.elapsed = duration(*elapsed);
  node.each("trace", [&](const JsonNode& item) { evidence.trace.push_back(item.count()); });
  return evidence;
}

executor::CheckOutcome check(const JsonNode& node) {
  executor::CheckOutcome check;
  check.name = node.required("name").text();
  check.level = word(node.required("level"), level_from, "level (MUST, SHOULD, MAY)");
  check.verdict = verdict(node);
  check.statements = node.texts("statements");
  if (const auto answer = node.member("answer")) check.answer = answer->flag();
  check.why = node.text("why");
  node.each("evidence", [&](const JsonNode& item) { check.evidence.push_back(evidence(item)); });
  return check;
}

executor::MonitorFinding finding(const JsonNode& node) {
  executor::MonitorFinding finding;
  finding.monitor = node.required("monitor").text();
  finding.statement = node.required("statement").text();
  finding.client = node.text("client");
  finding.ours = node.flag("ours");
  finding.message = node.text("message");
  finding.trace = node.required("trace").count();
  return finding;
}

executor::InstanceOutcome instance(const JsonNode& node) {
  executor::InstanceOutcome instance;
  instance.id = node.required("id").text();
  instance.scenario = node.required("scenario").text();
  instance.file = node.text("file");
  instance.version = word(node.required("version"), version_from, "version of MQTT");
  instance.verdict = verdict(node);
  instance.reason = node.text("reason");
  instance.duration = duration(node, "duration_ms");
  node.each("checks", [&](const JsonNode& item) { instance.checks.push_back(check(item)); });
  node.each("monitor_findings",
            [&](const JsonNode& item) { instance.monitor_findings.push_back(finding(item)); });
  node.each("monitor_occasions", [&](const JsonNode& item) {
    instance.monitor_occasions.push_back(
        {item.at(0).text(), item.at(1).text(), item.at(2).count()});
  });
  instance.scenario_errors = node.texts("scenario_errors");
  node.each("trace", [&](const JsonNode& item) {
    instance.trace.push_back(trace_entry(item, instance.version));
  });
  return instance;
}

ScenarioInfo scenario_info(const JsonNode& node) {
  ScenarioInfo info{
      node.required("id").text(), node.text("title"), node.text("theme"), node.text("file"), {}};
  if (const auto notes = node.member("notes")) {
    notes->each_member([&](const std::string& name, const JsonNode& note) {
      info.notes.emplace(name, note.text());
    });
  }
  return info;
}

StatementResult statement(const JsonNode& node) {
  return {node.required("id").text(), node.text("level"),  node.text("summary"),
          node.text("coverage"),      node.text("reason"), verdict(node),
          node.texts("checks")};
}

Deviation deviation(const JsonNode& node) {
  return {node.text("instance"), node.text("check"), node.text("statement"), node.text("reason"),
          node.required("occurred").flag()};
}

void read_run(const JsonNode& run, RunResult& result) {
  result.version = run.required("version").text();
  result.started = run.required("started").text();
  result.mode = run.required("mode").text();
  result.profile = run.text("profile");
  result.command = run.text("command");
  result.replay = run.text("replay");
  const JsonNode seed = run.required("seed");
  const std::string& digits = seed.text();
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, result.seed);
  if (error != std::errc() || at != end) seed.refuse("no decimal number of 64 bits");
  result.wall = duration(run, "wall_ms");
  result.longest_wait = duration(run, "longest_wait_ms");
  result.interrupted = run.flag("interrupted");
}

Json parse(std::istream& in) {
  const auto watch_depth = [](int depth, Json::parse_event_t, Json&) {
    if (depth > depth_max) throw std::runtime_error("results.json: nested too deep");
    return true;
  };
  try {
    return Json::parse(in, watch_depth);
  } catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("results.json: not JSON: {}", printable(error.what())));
  }
}

}  // namespace

RunResult read_json(std::istream& in) {
  const Json document = parse(in);
  const JsonNode root(document);
  RunResult result;
  const JsonNode format = root.required("format");
  result.format = format.text();
  if (result.format != results_format) {
    format.refuse(fmt::format("\"{}\" cannot be read; this version reads \"{}\"",
                              printable(result.format), results_format));
  }
  read_run(root.required("run"), result);
  result.target = root.required("target").text();
  result.broker = root.text("broker");
  if (const auto capabilities = root.member("capabilities")) {
    capabilities->each_member([&](const std::string& name, const JsonNode& node) {
      result.capabilities.emplace(name, value(node));
    });
  }
  root.each("deviations",
            [&](const JsonNode& node) { result.deviations.push_back(deviation(node)); });
  root.each("scenarios",
            [&](const JsonNode& node) { result.scenarios.push_back(scenario_info(node)); });
  root.each("statements",
            [&](const JsonNode& node) { result.statements.push_back(statement(node)); });
  root.each("instances", [&](const JsonNode& node) { result.instances.push_back(instance(node)); });
  return result;
}

}  // namespace mqttspec::report
