// Values and matchers in words.
#include <fmt/format.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/field_values.hpp"
#include "conformance/scenario/match_value.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/packet_builder.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

std::string joined(const Array& values, const FieldContext& context, std::string_view divider,
                   std::string_view last_divider) {
  constexpr std::size_t most = 20;
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == most) return fmt::format("{}{}... ({} in all)", out, divider, values.size());
    if (i > 0) out += i + 1 == values.size() ? last_divider : divider;
    out += in_words(values[i], context);
  }
  return out;
}

std::string code_in_words(std::int64_t number, const FieldContext& context) {
  const std::string hex = fmt::format("0x{:02X}", number);
  // In 3.x the same numbers mean something else, or nothing.
  const bool has_name = number >= 0 && number <= 0xFF && context.version == codec::Version::v5_0;
  const std::string_view name =
      has_name ? codec::to_string(static_cast<codec::ReasonCode>(number), context.type) : "";
  return name.empty() ? hex : fmt::format("{} ({})", hex, name);
}

std::string bytes_in_words(const Value& value) {
  constexpr std::size_t most = 64;
  const Result<codec::Bytes> bytes = read_bytes(value, std::string::npos);
  if (!bytes) return "bytes that are wrong: " + bytes.error();
  if (bytes->size() <= most) return fmt::format("bytes {}", print_bytes(*bytes));
  return fmt::format("bytes {} ... ({} in all)", print_bytes(bytes->substr(0, most)),
                     bytes->size());
}

std::string condition_in_words(const std::string& key, const Value& value,
                               const FieldContext& context) {
  if (key == "min") return "at least " + in_words(value, context);
  if (key == "max") return "at most " + in_words(value, context);
  if (key == "not") return "anything but " + in_words(value, context);
  if (key == "prefix") return "something that begins with " + in_words(value, context);
  if (key == "contains") return "a list with " + in_words(value, context) + " in this order";
  if (key == "same") return "exactly " + in_words(value, context) + " in any order";
  if (key == "size") return "a size of " + in_words(value, {});
  return value.array() == nullptr ? in_words(value, context)
                                  : joined(*value.array(), context, ", ", " or ");
}

std::string matcher_in_words(const Value& matcher, const FieldContext& context) {
  const Value* min = matcher.find("min");
  const Value* max = matcher.find("max");
  std::string out;
  if (min != nullptr && max != nullptr) {
    out = fmt::format("{} to {}", in_words(*min, context), in_words(*max, context));
  }
  for (const auto& [key, value] : *matcher.object()) {
    const bool bound = key == "min" || key == "max";
    if (bound && min != nullptr && max != nullptr) continue;
    if (!out.empty()) out += " and ";
    out += condition_in_words(key, value, context);
  }
  return out;
}

}  // namespace

std::string in_words(const Value& value, const FieldContext& context) {
  if (value.is_null()) return "none";
  if (is_matcher(value)) return matcher_in_words(value, context);
  if (is_bytes_object(value)) return bytes_in_words(value);
  if (const Array* list = value.array()) {
    return "[" + joined(*list, context, ", ", ", ") + "]";
  }
  if (const Object* object = value.object()) {
    std::string out;
    for (const auto& [name, member] : *object) {
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, in_words(member, {}));
    }
    return "{" + out + "}";
  }
  if (context.code) {
    const Result<std::uint8_t> code = parse_reason_code(value, context.type, context.version);
    if (code) return code_in_words(*code, context);
    if (value.string() != nullptr) return *value.string();  // a name without meaning in 3.x
  }
  if (const std::string* text = value.string()) {
    const bool hex = to_integer(value).has_value();
    return hex ? *text : quoted(*text);
  }
  return text_of(value).value_or("none");
}

}  // namespace mqttspec::scenario
