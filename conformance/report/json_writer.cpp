// results.json, written one instance a line, so that memory stays flat and a diff stays readable.
#include "conformance/report/json_model.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

template <class Item>
void write_lines(std::ostream& out, const char* key, const std::vector<Item>& items) {
  out << ",\n\"" << key << "\": [";
  const char* separator = "\n";
  for (const Item& item : items) {
    out << separator << text_of(to_json(item));
    separator = ",\n";
  }
  out << (items.empty() ? "]" : "\n]");
}

}  // namespace

void write_json(const RunResult& result, std::ostream& out) {
  out << "{\n\"format\": " << text_of(result.format);
  out << ",\n\"run\": " << text_of(run_json(result));
  out << ",\n\"target\": " << text_of(printable(result.target));
  out << ",\n\"broker\": " << text_of(printable(result.broker));
  out << ",\n\"capabilities\": " << text_of(capabilities_json(result));
  out << ",\n\"summary\": " << text_of(summary_json(result));
  write_lines(out, "deviations", result.deviations);
  write_lines(out, "scenarios", result.scenarios);
  write_lines(out, "statements", result.statements);
  write_lines(out, "instances", result.instances);
  out << "\n}\n";
}

}  // namespace mqttspec::report
