#include "conformance/report/page_trace.hpp"

#include <algorithm>
#include <vector>

#include "conformance/report/json_model.hpp"
#include "conformance/report/text.hpp"
#include "reference/codec/layout.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t text_most = 600;   // a topic name may have 64 KiB
constexpr std::size_t value_most = 120;  // of a field

// The innermost field at each byte, as runs: [["topic_name.length", 2, "5"], ...]. Bytes that
// belong to no field have an empty name.
Json fields_of(const executor::TraceEntry& entry) {
  const codec::Layout layout = codec::layout(entry.bytes, entry.version);
  const std::size_t size = std::min(entry.bytes.size(), page_frame_max);
  std::vector<const codec::Field*> innermost(size, nullptr);
  for (const codec::Field& field : layout.fields) {
    const std::size_t end = std::min(field.offset + field.length, size);
    for (std::size_t i = field.offset; i < end; ++i) {
      if (innermost[i] == nullptr || field.length <= innermost[i]->length) innermost[i] = &field;
    }
  }
  Json fields = Json::array();
  for (std::size_t i = 0; i < size;) {
    std::size_t end = i + 1;
    while (end < size && innermost[end] == innermost[i]) ++end;
    const codec::Field* field = innermost[i];
    Json row = Json::array();
    row.push_back(field != nullptr ? printable(field->name) : "");
    row.push_back(end - i);
    row.push_back(field != nullptr ? cut(printable(field->value), value_most) : "");
    fields.push_back(std::move(row));
    i = end;
  }
  return fields;
}

Json page_entry(const executor::TraceEntry& entry, codec::Version usual) {
  const bool is_frame = entry.kind == executor::TraceEntry::Kind::sent ||
                        entry.kind == executor::TraceEntry::Kind::received;
  if (!is_frame || entry.bytes.empty()) {
    Json object = to_json(entry, usual);
    if (entry.text.size() > text_most) object["text"] = cut(printable(entry.text), text_most);
    return object;
  }
  executor::TraceEntry shown = entry;
  shown.bytes.resize(std::min(shown.bytes.size(), page_frame_max));
  shown.text = cut(printable(shown.text), text_most);
  Json object = to_json(shown, usual);
  if (shown.bytes.size() < entry.bytes.size()) object["size"] = entry.bytes.size();
  object["fields"] = fields_of(entry);
  return object;
}

// Which entries of a long trace are shown: its beginning, its end, and what is evidence.
std::vector<bool> shown_entries(const executor::InstanceOutcome& instance) {
  const std::size_t size = instance.trace.size();
  std::vector<bool> shown(size, size <= page_trace_max);
  if (size <= page_trace_max) return shown;
  constexpr std::size_t head = 100;
  constexpr std::size_t tail = 150;
  std::fill(shown.begin(), shown.begin() + head, true);
  std::fill(shown.end() - tail, shown.end(), true);
  std::size_t room = page_trace_max - head - tail;
  const auto show = [&](std::size_t index) {
    for (std::size_t i = index < 2 ? 0 : index - 2; i < index + 3 && i < size && room > 0; ++i) {
      if (!shown[i]) --room;
      shown[i] = true;
    }
  };
  for (const auto& finding : instance.monitor_findings) show(finding.trace);
  for (const auto& check : instance.checks) {
    for (const auto& evidence : check.evidence) {
      for (const std::size_t index : evidence.trace) show(index);
    }
  }
  return shown;
}

}  // namespace

Json page_instance(const executor::InstanceOutcome& instance) {
  executor::InstanceOutcome head = instance;
  head.trace.clear();
  head.monitor_occasions.clear();
  Json object = to_json(head);
  Json trace = Json::array();
  const std::vector<bool> shown = shown_entries(instance);
  const bool numbered = instance.trace.size() > page_trace_max;
  for (std::size_t i = 0; i < instance.trace.size();) {
    std::size_t skipped = 0;
    while (i + skipped < instance.trace.size() && !shown[i + skipped]) ++skipped;
    if (skipped > 0) {
      trace.push_back(Json{{"skipped", skipped}});
      i += skipped;
      continue;
    }
    Json entry = page_entry(instance.trace[i], instance.version);
    if (numbered) entry["n"] = i;
    trace.push_back(std::move(entry));
    ++i;
  }
  object["trace"] = std::move(trace);
  return object;
}

}  // namespace mqttspec::report
