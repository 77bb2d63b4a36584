#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"
#include "reference/codec/reason_code.hpp"

namespace mqttspec::scenario {

bool check_reason_code(Reporter& reporter, const Value& value, const Place& place) {
  const std::string* text = value.string();
  if (text == nullptr) {
    reporter.report(place, value.line,
                    fmt::format("expected a reason code such as \"0x8E\" or "
                                "\"session_taken_over\", not {}",
                                describe(value)));
    return false;
  }
  const auto is_upper_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
  const bool hex = text->size() == 4 && text->starts_with("0x") && is_upper_hex((*text)[2]) &&
                   is_upper_hex((*text)[3]);
  if (hex || is_variable_text(*text) || codec::reason_code_by_name(*text)) return true;
  std::vector<std::string_view> names;
  for (const codec::ReasonCodeRow& row : codec::reason_code_table()) names.push_back(row.name);
  reporter.report(
      place, value.line,
      fmt::format("{} is no reason code{}{}", quoted(*text), did_you_mean(*text, names),
                  text->starts_with("0x") ? "; write two capital digits: \"0x8E\"" : ""));
  return false;
}

ShapeCheck single_value_check(FieldKind kind) {
  switch (kind) {
    case FieldKind::integer:
      return check_integer;
    case FieldKind::boolean:
      return check_boolean;
    case FieldKind::bytes:
      return check_bytes;
    case FieldKind::reason_code:
      return check_reason_code;
    default:
      return nullptr;
  }
}

bool check_pair(Reporter& reporter, const Value& value, const Place& place) {
  const Array* pair = value.array();
  if (pair == nullptr || pair->size() != 2) {
    reporter.report(place, value.line,
                    fmt::format("expected a pair [\"name\", \"value\"], not {}", describe(value)));
    return false;
  }
  return check_bytes(reporter, (*pair)[0], place.element(0)) &&
         check_bytes(reporter, (*pair)[1], place.element(1));
}

const Array* check_list(Reporter& reporter, const Value& value, const Place& place,
                        std::size_t minimum) {
  const Array* list = value.array();
  if (list == nullptr) {
    reporter.report(place, value.line, fmt::format("expected a list, not {}", describe(value)));
    return nullptr;
  }
  if (list->size() < minimum) {
    reporter.report(place, value.line,
                    minimum == 1 ? std::string("the list is empty")
                                 : fmt::format("the list has fewer than {} elements{}", minimum,
                                               list->empty() ? "" : "; write the one by itself"));
    return nullptr;
  }
  return list;
}

const Object* check_object(Reporter& reporter, const Value& value, const Place& place,
                           std::span<const std::string_view> keys) {
  const Object* members = value.object();
  if (members == nullptr) {
    reporter.report(place, value.line, fmt::format("expected an object, not {}", describe(value)));
    return nullptr;
  }
  for (const auto& [key, member] : *members) {
    if (contains(keys, key)) continue;
    std::string hint = did_you_mean(key, keys);
    if (hint.empty() && keys.empty()) hint = "; nothing may stand here";
    if (hint.empty() && keys.size() <= 8) hint = fmt::format("; known are {}", listed(keys));
    reporter.report(place.member(key), member.line, "unknown key" + hint);
  }
  return members;
}

void check_bounds(Reporter& reporter, const Value& value, const Place& place, ShapeCheck check) {
  static constexpr std::string_view keys[] = {"min", "max"};
  const Object* members = check_object(reporter, value, place, keys);
  if (members == nullptr) return;
  if (members->empty()) reporter.report(place, value.line, "\"min\" or \"max\" is missing");
  for (const auto& [key, bound] : *members) {
    if (contains(keys, key)) check(reporter, bound, place.member(key));
  }
}

void check_range(Reporter& reporter, const Value& value, const Place& place) {
  if (value.object() != nullptr) {
    check_bounds(reporter, value, place, check_integer);
  } else {
    check_integer(reporter, value, place);
  }
}

}  // namespace mqttspec::scenario
