#include "conformance/scenario/match_value.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "conformance/scenario/field_values.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/packet_builder.hpp"

namespace mqttspec::scenario {
namespace {

using Mismatch = std::optional<std::string>;

constexpr std::string_view matcher_keys[] = {"min",    "max",      "one_of", "not",
                                             "prefix", "contains", "same",   "size"};

bool is_absent(const Value* value) {
  return value == nullptr || value->is_null();
}

std::optional<codec::Bytes> bytes_of(const Value& value) {
  if (value.boolean() != nullptr || value.is_null() || value.array() != nullptr)
    return std::nullopt;
  if (value.object() != nullptr && !is_bytes_object(value)) return std::nullopt;
  Result<codec::Bytes> bytes = read_bytes(value, std::numeric_limits<std::size_t>::max());
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

// A number as stated: also by the name of a reason code. Nothing if it is none here.
std::optional<Number> stated_number(const Value& value, const FieldContext& context) {
  if (const double* number = value.number()) return Number(*number);
  if (const std::optional<std::int64_t> integer = to_integer(value)) return Number(*integer);
  if (!context.code) return std::nullopt;
  const Result<std::uint8_t> code = parse_reason_code(value, context.type, context.version);
  return code ? std::optional(Number(static_cast<std::int64_t>(*code))) : std::nullopt;
}

bool equal_scalars(const Value& expected, const Value& actual, const FieldContext& context) {
  if (actual.boolean() != nullptr || expected.boolean() != nullptr) return expected == actual;
  if (actual.integer() != nullptr) {
    const std::optional<Number> number = stated_number(expected, context);
    return number && compare(*number, Number(*actual.integer())) == 0;
  }
  const std::optional<codec::Bytes> left = bytes_of(expected);
  const std::optional<codec::Bytes> right = bytes_of(actual);
  return left && right && *left == *right;
}

Mismatch differs(const Value& expected, const Value* actual, const FieldContext& context) {
  const bool absent = is_absent(actual);
  return fmt::format("is {}, expected {}", absent ? "absent" : in_words(*actual, context),
                     in_words(expected, context));
}

// A property that may repeat is a list even if it came once, and an absent one has no elements.
Array as_list(const Value* actual) {
  if (is_absent(actual)) return {};
  return actual->array() != nullptr ? *actual->array() : Array{*actual};
}

Mismatch compare_lists(const Array& expected, const Value& whole, const Value* actual,
                       const FieldContext& context) {
  if (is_absent(actual) && !expected.empty()) return differs(whole, actual, context);
  const Array list = as_list(actual);
  const bool equal =
      list.size() == expected.size() && std::equal(expected.begin(), expected.end(), list.begin(),
                                                   [&](const Value& stated, const Value& element) {
                                                     return !compare(stated, &element, context);
                                                   });
  return equal ? std::nullopt : differs(whole, actual, context);
}

Mismatch compare_bound(const std::string& key, const Value& bound, const Value* actual,
                       const FieldContext& context) {
  const Value* scalar = actual;
  const Array* list = actual == nullptr ? nullptr : actual->array();
  if (list != nullptr && list->size() == 1) scalar = &list->front();
  const std::optional<Number> limit = stated_number(bound, context);
  const std::optional<Number> number =
      is_absent(scalar) || scalar->string() != nullptr ? std::nullopt : to_number(*scalar);
  if (limit && number) {
    const int order = compare(*number, *limit);
    if (key == "min" ? order >= 0 : order <= 0) return std::nullopt;
  }
  return differs(Value(Object{{key, bound}}), actual, context);
}

Mismatch compare_size(const Value& expected, const Value* actual, const FieldContext& context) {
  const Array* list = actual == nullptr ? nullptr : actual->array();
  if (is_absent(actual)) {
    const Value nothing(0);
    if (!compare(expected, &nothing, {})) return std::nullopt;
    return differs(Value(Object{{"size", expected}}), actual, context);
  }
  const std::optional<codec::Bytes> bytes = list == nullptr ? bytes_of(*actual) : std::nullopt;
  if (list == nullptr && (!bytes || actual->integer() != nullptr)) {
    return differs(Value(Object{{"size", expected}}), actual, context);
  }
  const std::size_t size = list != nullptr ? list->size() : bytes->size();
  const Value measured(static_cast<std::int64_t>(size));
  if (!compare(expected, &measured, {})) return std::nullopt;
  const std::string_view unit =
      list != nullptr ? (size == 1 ? "element" : "elements") : (size == 1 ? "byte" : "bytes");
  return fmt::format("has {} {}, expected {}", size, unit, in_words(expected, {}));
}

Mismatch compare_prefix(const Value& prefix, const Value* actual, const FieldContext& context) {
  const Array list = as_list(actual);
  const std::optional<codec::Bytes> text = list.size() == 1 ? bytes_of(list.front()) : std::nullopt;
  const std::optional<codec::Bytes> start = bytes_of(prefix);
  if (text && start && text->starts_with(*start)) return std::nullopt;
  return differs(Value(Object{{"prefix", prefix}}), actual, context);
}

Mismatch compare_contains(const Value& expected, const Value* actual, const FieldContext& context) {
  const Array list = as_list(actual);
  std::size_t at = 0;
  for (const Value& wanted : as_list(&expected)) {
    const auto is_wanted = [&](const Value& element) {
      return !compare(wanted, &element, context);
    };
    const auto from = list.begin() + static_cast<std::ptrdiff_t>(at);
    const auto found = std::find_if(from, list.end(), is_wanted);
    if (found == list.end()) {
      const bool earlier = std::any_of(list.begin(), from, is_wanted);
      if (!earlier) return fmt::format("lacks {}", in_words(wanted, context));
      return fmt::format("has {} too seldom, or not in the order of {}", in_words(wanted, context),
                         in_words(expected, context));
    }
    at = static_cast<std::size_t>(found - list.begin()) + 1;
  }
  return std::nullopt;
}

// Finds a partner for expected[i], moving others to other partners where needed.
bool assign(std::size_t i, const std::vector<std::vector<bool>>& fits,
            std::vector<std::size_t>& partner_of, std::vector<bool>& tried) {
  for (std::size_t j = 0; j < partner_of.size(); ++j) {
    if (!fits[i][j] || tried[j]) continue;
    tried[j] = true;
    if (partner_of[j] == fits.size() || assign(partner_of[j], fits, partner_of, tried)) {
      partner_of[j] = i;
      return true;
    }
  }
  return false;
}

Mismatch compare_same(const Value& expected, const Value* actual, const FieldContext& context) {
  const Array wanted = as_list(&expected);
  const Array list = as_list(actual);
  // Elements may be matchers that fit several, so this is a matching, not a comparison of sets.
  std::vector<std::vector<bool>> fits(wanted.size(), std::vector<bool>(list.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (std::size_t j = 0; j < list.size(); ++j) {
      fits[i][j] = !compare(wanted[i], &list[j], context);
    }
  }
  std::vector<std::size_t> partner_of(list.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::vector<bool> tried(list.size());
    if (!assign(i, fits, partner_of, tried)) {
      return fmt::format("lacks {}", in_words(wanted[i], context));
    }
  }
  for (std::size_t j = 0; j < list.size(); ++j) {
    if (partner_of[j] != wanted.size()) continue;
    return fmt::format("has {} beyond the expected {}", in_words(list[j], context),
                       in_words(expected, context));
  }
  return std::nullopt;
}

Mismatch compare_condition(const std::string& key, const Value& condition, const Value* actual,
                           const FieldContext& context) {
  if (key == "min" || key == "max") return compare_bound(key, condition, actual, context);
  if (key == "size") return compare_size(condition, actual, context);
  if (key == "prefix") return compare_prefix(condition, actual, context);
  if (key == "contains") return compare_contains(condition, actual, context);
  if (key == "same") return compare_same(condition, actual, context);
  if (key == "not") {
    if (compare(condition, actual, context)) return std::nullopt;
    return differs(Value(Object{{key, condition}}), actual, context);
  }
  const Array alternatives = as_list(&condition);  // one_of
  const bool any =
      std::any_of(alternatives.begin(), alternatives.end(),
                  [&](const Value& alternative) { return !compare(alternative, actual, context); });
  return any ? std::nullopt : differs(Value(Object{{key, condition}}), actual, context);
}

}  // namespace

FieldContext context_of(std::string_view field, codec::PacketType type, codec::Version version) {
  return {field == "reason_code" || field == "reason_codes", type, version};
}

bool is_matcher(const Value& value) {
  const Object* object = value.object();
  if (object == nullptr || object->empty()) return false;
  return std::all_of(object->begin(), object->end(), [](const Member& member) {
    return std::find(std::begin(matcher_keys), std::end(matcher_keys), member.first) !=
           std::end(matcher_keys);
  });
}

Mismatch compare(const Value& expected, const Value* actual, const FieldContext& context) {
  if (expected.is_null()) {
    return is_absent(actual) ? std::nullopt : differs(expected, actual, context);
  }
  if (is_matcher(expected)) {
    for (const auto& [key, condition] : *expected.object()) {
      if (Mismatch mismatch = compare_condition(key, condition, actual, context)) return mismatch;
    }
    return std::nullopt;
  }
  if (const Array* list = expected.array()) {
    return compare_lists(*list, expected, actual, context);
  }
  if (is_absent(actual)) return differs(expected, actual, context);
  const Array list = as_list(actual);
  const bool equal = list.size() == 1 && equal_scalars(expected, list.front(), context);
  return equal ? std::nullopt : differs(expected, actual, context);
}

}  // namespace mqttspec::scenario
