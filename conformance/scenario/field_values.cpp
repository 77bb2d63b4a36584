#include "conformance/scenario/field_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/byte_notation.hpp"
#include "conformance/scenario/numbers.hpp"
#include "conformance/scenario/spelling.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::scenario {
namespace {

std::uint32_t largest(codec::PropertyType type) {
  switch (type) {
    case codec::PropertyType::byte:
      return 0xFF;
    case codec::PropertyType::two_byte_integer:
      return 0xFFFF;
    case codec::PropertyType::variable_byte_integer:
      return codec::variable_byte_integer_max;
    default:
      return 0xFFFFFFFF;
  }
}

std::optional<std::string> append_pair(const codec::PropertyRow& row, const Value& value,
                                       codec::Properties& properties) {
  const Array* pair = value.array();
  if (pair == nullptr || pair->size() != 2) {
    return fmt::format(
        "{} is no pair; expected a list of pairs, as in [[\"name\", \"value\"]]",
        pair == nullptr ? std::string(kind_of(value)) : fmt::format("a list of {}", pair->size()));
  }
  Result<codec::Bytes> name = read_bytes((*pair)[0], longest_string);
  if (!name) return "[0]: " + name.error();
  Result<codec::Bytes> content = read_bytes((*pair)[1], longest_string);
  if (!content) return "[1]: " + content.error();
  properties.push_back({row.id, codec::StringPair(std::move(*name), std::move(*content))});
  return std::nullopt;
}

std::optional<std::string> append_one(const codec::PropertyRow& row, const Value& value,
                                      codec::Properties& properties) {
  switch (row.type) {
    case codec::PropertyType::utf8_string_pair:
      return append_pair(row, value, properties);
    case codec::PropertyType::utf8_string:
    case codec::PropertyType::binary_data: {
      Result<codec::Bytes> bytes = read_bytes(value, longest_string);
      if (!bytes) return bytes.error();
      properties.push_back({row.id, std::move(*bytes)});
      return std::nullopt;
    }
    default: {
      const Result<std::uint32_t> integer = read_integer(value, largest(row.type));
      if (!integer) return integer.error();
      properties.push_back({row.id, *integer});
      return std::nullopt;
    }
  }
}

Value property_value(const codec::PropertyValue& value) {
  if (const auto* integer = std::get_if<std::uint32_t>(&value)) {
    return Value(static_cast<std::int64_t>(*integer));
  }
  if (const auto* text = std::get_if<std::string>(&value)) return bytes_value(*text);
  const auto& pair = std::get<codec::StringPair>(value);
  return Value(Array{bytes_value(pair.first), bytes_value(pair.second)});
}

// Is it a list in this packet even if it came once?
bool may_repeat(const codec::PropertyRow& row, codec::PacketType type) {
  // A Subscription Identifier repeats in PUBLISH, never in SUBSCRIBE (section 3.8.2.1.2).
  return row.repeatable && (row.id != codec::PropertyId::subscription_identifier ||
                            type == codec::PacketType::publish);
}

}  // namespace

Result<std::uint32_t> read_integer(const Value& value, std::uint32_t maximum) {
  using Answer = Result<std::uint32_t>;
  const std::optional<std::int64_t> integer = to_integer(value);
  if (!integer) {
    const std::string* text = value.string();
    return Answer::failure(
        fmt::format("{} is no number; expected one like 7 or \"0x07\"",
                    text == nullptr ? std::string(kind_of(value)) : quoted(*text)));
  }
  if (*integer < 0 || *integer > static_cast<std::int64_t>(maximum)) {
    return Answer::failure(fmt::format("{} is out of range; it takes 0 to {}", *integer, maximum));
  }
  return static_cast<std::uint32_t>(*integer);
}

Result<bool> read_flag(const Value& value) {
  if (const bool* flag = value.boolean()) return *flag;
  return Result<bool>::failure(
      fmt::format("{} is no flag; expected true or false", kind_of(value)));
}

bool is_bytes_object(const Value& value) {
  const Object* object = value.object();
  return object != nullptr && object->size() == 1 && object->front().first == "bytes";
}

Result<codec::Bytes> read_bytes(const Value& value, std::size_t longest) {
  using Answer = Result<codec::Bytes>;
  const auto bounded = [longest](codec::Bytes bytes) -> Answer {
    if (bytes.size() <= longest) return bytes;
    return Answer::failure(
        fmt::format("{} bytes are too many: a two-byte length holds at most {}; "
                    "an edit can set it to something else",
                    bytes.size(), longest));
  };
  if (is_bytes_object(value)) {
    const std::string* notation = value.object()->front().second.string();
    if (notation == nullptr) return Answer::failure("\"bytes\" takes byte notation in a string");
    Answer bytes = parse_bytes(*notation);
    return bytes ? bounded(std::move(*bytes)) : bytes;
  }
  const std::optional<std::string> text =
      value.boolean() == nullptr ? text_of(value) : std::nullopt;
  if (text) return bounded(*text);
  return Answer::failure(
      fmt::format("{} is no string; expected text, a number or {{\"bytes\": "
                  "\"...\"}}",
                  kind_of(value)));
}

Value bytes_value(codec::BytesView bytes) {
  const bool plain = (codec::is_plain_ascii(bytes) || !codec::find_utf8_fault(bytes)) &&
                     bytes.find("${") == codec::BytesView::npos;
  if (plain) return Value(std::string(bytes));
  return Value(Object{{"bytes", Value(print_bytes(bytes))}});
}

std::optional<std::string> append_property(const codec::PropertyRow& row, const Value& value,
                                           codec::Properties& properties) {
  const Array* list = value.array();
  if (row.type == codec::PropertyType::utf8_string_pair && list == nullptr) {
    return fmt::format("{} is no list of pairs; write [[\"name\", \"value\"]]", kind_of(value));
  }
  if (list == nullptr) return append_one(row, value, properties);
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (const auto problem = append_one(row, (*list)[i], properties)) {
      return fmt::format("[{}]{}{}", i, problem->starts_with('[') ? "" : ": ", *problem);
    }
  }
  return std::nullopt;
}

void append_properties(const codec::Properties& properties, codec::PacketType type,
                       Object& fields) {
  const std::size_t first_property = fields.size();
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const codec::Property& property = properties[i];
    const codec::PropertyRow* row = codec::find_property(static_cast<std::uint32_t>(property.id));
    if (row == nullptr) continue;  // a tolerant decoder met an id that 5.0 does not define
    const auto known =
        std::find_if(fields.begin() + static_cast<std::ptrdiff_t>(first_property), fields.end(),
                     [row](const Member& member) { return member.first == row->name; });
    Value value = property_value(property.value);
    if (known != fields.end()) {
      std::get<Array>(known->second.data).push_back(std::move(value));
      continue;
    }
    const bool list = may_repeat(*row, type) || codec::count(properties, property.id) > 1;
    fields.emplace_back(std::string(row->name), list ? Value(Array{std::move(value)}) : value);
  }
}

}  // namespace mqttspec::scenario
