#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

std::vector<std::string_view> names_of(std::span<const FieldRow> fields) {
  std::vector<std::string_view> out;
  for (const FieldRow& field : fields) out.push_back(field.name);
  return out;
}

void check_field(Reporter& reporter, FieldKind kind, const Value& value, const Place& place);

// Members of a packet, a Will or a subscription: each must be one of `fields`.
void check_fields(Reporter& reporter, std::string_view what, std::span<const FieldRow> fields,
                  const Value& value, const Place& place) {
  const Object* members = value.object();
  if (members == nullptr) {
    reporter.report(
        place, value.line,
        fmt::format("expected the fields of {} as an object, not {}", what, describe(value)));
    return;
  }
  for (const auto& [name, member] : *members) {
    if (const FieldRow* field = find_field(fields, name)) {
      check_field(reporter, field->kind, member, place.member(name));
    } else {
      reporter.report(
          place.member(name), member.line,
          fmt::format("{} has no such field{}", what, did_you_mean(name, names_of(fields))));
    }
  }
}

std::vector<FieldRow> with_properties(std::span<const FieldRow> fields) {
  std::vector<FieldRow> out(fields.begin(), fields.end());
  out.insert(out.end(), property_fields().begin(), property_fields().end());
  return out;
}

void check_elements(Reporter& reporter, const Value& value, const Place& place, ShapeCheck check) {
  const Array* list = check_list(reporter, value, place, 0);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) check(reporter, (*list)[i], place.element(i));
}

bool check_subscription(Reporter& reporter, const Value& value, const Place& place) {
  if (value.object() == nullptr || value.find("bytes") != nullptr) {
    return check_bytes(reporter, value, place);
  }
  const std::size_t before = reporter.count();
  check_fields(reporter, "a subscription", subscription_fields(), value, place);
  const Value* filter = value.find("topic_filter");
  if (filter == nullptr || filter->is_null()) {
    reporter.report(place, value.line, "\"topic_filter\" is missing");
  }
  return reporter.count() == before;
}

void check_field(Reporter& reporter, FieldKind kind, const Value& value, const Place& place) {
  const bool no_scalar = kind == FieldKind::reason_codes || kind == FieldKind::subscriptions ||
                         kind == FieldKind::topic_filters;
  if (value.is_null() && !no_scalar) return;
  if (const ShapeCheck check = single_value_check(kind)) {
    check(reporter, value, place);
    return;
  }
  switch (kind) {
    case FieldKind::subscriptions:
      check_subscriptions(reporter, value, place);
      return;
    case FieldKind::topic_filters:
      check_topic_filters(reporter, value, place);
      return;
    default:
      break;
  }
  if (is_variable(value)) return;
  switch (kind) {
    case FieldKind::reason_codes:
      check_elements(reporter, value, place, check_reason_code);
      return;
    case FieldKind::will:
      check_fields(reporter, "a Will", with_properties(will_fields()), value, place);
      return;
    case FieldKind::property_pairs:
      check_elements(reporter, value, place, check_pair);
      return;
    default:
      break;
  }
  const ShapeCheck check = kind == FieldKind::property_bytes ? check_bytes : check_integer;
  if (value.array() != nullptr) {
    check_elements(reporter, value, place, check);
  } else {
    check(reporter, value, place);
  }
}

bool check_place_in_packet(Reporter& reporter, const Value& value, const Place& place) {
  if (value.integer() != nullptr) return true;
  if (value.string() != nullptr && !value.string()->empty()) return true;
  reporter.report(place, value.line,
                  fmt::format("expected a byte offset or a field's name, not {}", describe(value)));
  return false;
}

void check_edit(Reporter& reporter, const Value& value, const Place& place) {
  const Object* members = check_object(reporter, value, place, edit_keys());
  if (members == nullptr) return;
  const auto has = [&](std::string_view key) { return value.find(key) != nullptr; };
  const int kinds = (has("set") ? 1 : 0) + (has("insert") ? 1 : 0) + (has("remove") ? 1 : 0) +
                    (has("cut") ? 1 : 0);
  if (kinds != 1) {
    reporter.report(place, value.line, "an edit has exactly one of set, insert, remove or cut");
  } else if (has("set") != has("to")) {
    reporter.report(place, value.line, "\"set\" and \"to\" go together");
  } else if (has("insert") != (has("before") != has("after")) || (has("before") && has("after"))) {
    reporter.report(place, value.line, "\"insert\" goes with one of \"before\" and \"after\"");
  }
  for (const auto& [key, member] : *members) {
    const Place at = place.member(key);
    if (key == "to" || key == "insert") {
      check_byte_notation(reporter, member, at);
    } else if (key == "keep_lengths") {
      if (member != Value(true)) reporter.report(at, member.line, "expected true, or no such key");
    } else if (contains(edit_keys(), key)) {
      check_place_in_packet(reporter, member, at);
    }
  }
}

void check_edits(Reporter& reporter, const Value& value, const Place& place) {
  const Array* edits = check_list(reporter, value, place, 1);
  if (edits == nullptr) return;
  for (std::size_t i = 0; i < edits->size(); ++i) {
    check_edit(reporter, (*edits)[i], place.element(i));
  }
}

}  // namespace

void check_subscriptions(Reporter& reporter, const Value& value, const Place& place) {
  if (!is_variable(value)) check_elements(reporter, value, place, check_subscription);
}

void check_topic_filters(Reporter& reporter, const Value& value, const Place& place) {
  if (!is_variable(value)) check_elements(reporter, value, place, check_bytes);
}

void check_packet_fields(Reporter& reporter, const PacketRow& packet, const Value& value,
                         const Place& place) {
  if (is_variable(value)) return;
  const std::string what(packet.name);
  if (packet.properties) {
    check_fields(reporter, what, with_properties(packet.fields), value, place);
  } else {
    check_fields(reporter, what, packet.fields, value, place);
  }
}

void check_packet(Reporter& reporter, const Value& value, const Place& place) {
  const std::vector<std::string_view> names = sendable_packets();
  if (is_variable(value)) return;
  if (const std::string* name = value.string()) {
    if (find_packet(*name) != nullptr) return;
    reporter.report(place, value.line,
                    fmt::format("{} is no packet{}", quoted(*name), did_you_mean(*name, names)));
    return;
  }
  const Object* members = value.object();
  if (members == nullptr) {
    reporter.report(place, value.line, fmt::format("expected a packet, not {}", describe(value)));
    return;
  }
  int packets = 0;
  for (const auto& [key, member] : *members) {
    const Place at = place.member(key);
    if (const PacketRow* packet = find_packet(key)) {
      ++packets;
      check_packet_fields(reporter, *packet, member, at);
    } else if (key == "bytes") {
      ++packets;
      check_byte_notation(reporter, member, at);
    } else if (key == "edits") {
      check_edits(reporter, member, at);
    } else {
      ++packets;
      reporter.report(at, member.line, "unknown packet" + did_you_mean(key, names));
    }
  }
  if (packets != 1) {
    reporter.report(
        place, value.line,
        fmt::format("expected one packet by its name, or \"bytes\"; there are {}", packets));
  }
}

}  // namespace mqttspec::scenario
