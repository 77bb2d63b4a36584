#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

enum class Gives : std::uint8_t { allowed, refused };

using FieldCheck = void (*)(Reporter&, FieldKind, const Value&, const Place&);

void check_match_list(Reporter& reporter, FieldKind kind, const Value& value, const Place& place,
                      std::size_t minimum, FieldCheck check) {
  const Array* list = check_list(reporter, value, place, minimum);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    check(reporter, kind, (*list)[i], place.element(i));
  }
}

// One element of a list field: what `contains` and `same` hold.
void check_match_element(Reporter& reporter, FieldKind kind, const Value& value,
                         const Place& place) {
  switch (kind) {
    case FieldKind::reason_codes:
      check_match(reporter, FieldKind::reason_code, value, place);
      return;
    case FieldKind::property_bytes:
      check_bytes(reporter, value, place);
      return;
    case FieldKind::property_integer:
      check_integer(reporter, value, place);
      return;
    default:
      break;
  }
  check_pair(reporter, value, place);
}

void check_matcher(Reporter& reporter, FieldKind kind, const Value& value, const Place& place) {
  const std::vector<std::string_view> fitting = matchers_of(kind);
  static constexpr std::string_view every[] = {"min",    "max",      "one_of", "not",
                                               "prefix", "contains", "same",   "size"};
  if (value.object()->empty()) reporter.report(place, value.line, "the matcher is empty");
  for (const auto& [key, member] : *value.object()) {
    const Place at = place.member(key);
    if (!contains(fitting, key)) {
      reporter.report(at, member.line,
                      contains(every, key)
                          ? fmt::format("does not fit this field; what does: {}", listed(fitting))
                          : "unknown matcher" + did_you_mean(key, fitting));
    } else if (key == "min" || key == "max") {
      (kind == FieldKind::reason_code ? check_reason_code : check_integer)(reporter, member, at);
    } else if (key == "one_of") {
      check_match_list(reporter, kind, member, at, 1, check_match);
    } else if (key == "not") {
      check_match(reporter, kind, member, at);
    } else if (key == "prefix") {
      check_bytes(reporter, member, at);
    } else if (key == "size") {
      check_range(reporter, member, at);
    } else if (!is_variable(member)) {
      check_match_list(reporter, kind, member, at, 0, check_match_element);
    }
  }
}

void check_farewell(Reporter& reporter, const Value& value, const Place& place) {
  static constexpr std::string_view words[] = {"DISCONNECT", "CONNACK"};
  if (value.string() != nullptr && contains(words, *value.string())) return;
  reporter.report(
      place, value.line,
      fmt::format("expected \"DISCONNECT\", \"CONNACK\" or null, not {}", describe(value)));
}

void check_exact(Reporter& reporter, const Value& value, const Place& place) {
  if (value != Value(true)) reporter.report(place, value.line, "expected true, or no such key");
}

void check_stated_fields(Reporter& reporter, std::string_view what,
                         std::span<const FieldRow> fields, const Object& members,
                         const Place& place) {
  for (const auto& [name, member] : members) {
    if (const FieldRow* field = find_field(fields, name)) {
      check_match(reporter, field->kind, member, place.member(name));
      continue;
    }
    std::vector<std::string_view> names;
    for (const FieldRow& field : fields) names.push_back(field.name);
    reporter.report(place.member(name), member.line,
                    fmt::format("{} has no such field{}", what, did_you_mean(name, names)));
  }
}

void check_gives(Reporter& reporter, const Value& value, const Place& place) {
  const Object* members = value.object();
  if (members == nullptr || members->empty()) {
    reporter.report(place, value.line,
                    "expected grades by check, such as { \"code\": \"nonstrict\" }");
    return;
  }
  for (const auto& [check, grade] : *members) {
    if (!is_name(check)) reporter.report(place.member(check), grade.line, "is no name of a check");
    check_word(reporter, grade, place.member(check), grades());
  }
}

void check_pattern(Reporter& reporter, const Value& value, const Place& place, Gives gives) {
  const std::vector<std::string_view> names = expectable_packets();
  if (is_variable(value)) return;
  if (const std::string* name = value.string()) {
    if (contains(names, *name)) return;
    reporter.report(place, value.line,
                    find_packet(*name) != nullptr ? fmt::format("no server sends {}", *name)
                                                  : fmt::format("{} is no packet{}", quoted(*name),
                                                                did_you_mean(*name, names)));
    return;
  }
  const Object* members = value.object();
  if (members == nullptr) {
    reporter.report(place, value.line,
                    fmt::format("expected a packet that may come, not {}", describe(value)));
    return;
  }
  int packets = 0;
  for (const auto& [key, member] : *members) {
    const Place at = place.member(key);
    if (key == "gives") {
      check_gives(reporter, member, at);
      if (gives == Gives::refused) {
        reporter.report(at, member.line, "\"gives\" stands only in the alternatives of an expect");
      }
      continue;
    }
    ++packets;
    if (!contains(names, key)) {
      reporter.report(at, member.line,
                      find_packet(key) != nullptr ? "no server sends this packet"
                                                  : "unknown packet" + did_you_mean(key, names));
    } else if (member.object() != nullptr) {
      check_stated_fields(reporter, key, pattern_fields(key), *member.object(), at);
    } else if (!is_variable(member)) {
      reporter.report(
          at, member.line,
          fmt::format("expected the fields of {} as an object, not {}", key, describe(member)));
    }
  }
  if (packets != 1) {
    reporter.report(place, value.line,
                    fmt::format("expected one packet by its name; there are {}", packets));
  }
}

void check_alternatives(Reporter& reporter, const Value& value, const Place& place, Gives gives) {
  static constexpr std::string_view keys[] = {"any_of"};
  if (value.find("any_of") == nullptr) {
    check_pattern(reporter, value, place, Gives::refused);
    return;
  }
  check_object(reporter, value, place, keys);
  const Place at = place.member("any_of");
  const Array* list = check_list(reporter, *value.find("any_of"), at, 2);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    check_pattern(reporter, (*list)[i], at.element(i), gives);
  }
}

}  // namespace

void check_match(Reporter& reporter, FieldKind kind, const Value& value, const Place& place) {
  if (kind == FieldKind::exact) return check_exact(reporter, value, place);
  if (kind == FieldKind::elapsed && value.string() != nullptr) {
    check_duration(reporter, value, place);
    return;
  }
  if (kind == FieldKind::elapsed) return check_bounds(reporter, value, place, check_duration);
  if (kind == FieldKind::client) {
    check_client_name(reporter, value, place);
    return;
  }
  if (value.is_null()) return;
  if (value.object() != nullptr && value.find("bytes") == nullptr) {
    return check_matcher(reporter, kind, value, place);
  }
  if (kind == FieldKind::farewell) return check_farewell(reporter, value, place);
  if (const ShapeCheck check = single_value_check(kind)) {
    check(reporter, value, place);
    return;
  }
  const bool scalar_too = kind == FieldKind::property_integer || kind == FieldKind::property_bytes;
  if (scalar_too && value.array() == nullptr) {
    (kind == FieldKind::property_bytes ? check_bytes : check_integer)(reporter, value, place);
  } else if (!is_variable(value)) {
    check_match_list(reporter, kind, value, place, 0, check_match_element);
  }
}

void check_expectation(Reporter& reporter, const Value& value, const Place& place) {
  if (value.array() == nullptr) return check_alternatives(reporter, value, place, Gives::allowed);
  const Array* list = check_list(reporter, value, place, 2);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    check_alternatives(reporter, (*list)[i], place.element(i), Gives::allowed);
  }
}

void check_silence(Reporter& reporter, const Value& value, const Place& place) {
  check_alternatives(reporter, value, place, Gives::refused);
}

void check_verify_fields(Reporter& reporter, const Value& value, const Place& place) {
  if (value.object() == nullptr || value.object()->empty()) {
    reporter.report(place, value.line,
                    fmt::format("expected the fields to compare as an object, not {}",
                                value.object() != nullptr ? "{}" : describe(value)));
    return;
  }
  check_stated_fields(reporter, "what a server sends", verify_fields(), *value.object(), place);
}

}  // namespace mqttspec::scenario
