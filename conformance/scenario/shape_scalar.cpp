#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// [a-z0-9]+(-[a-z0-9]+)*
bool is_dashed(std::string_view text) {
  bool after_dash = true;
  for (const char c : text) {
    if (c == '-' && after_dash) return false;
    if (c != '-' && !is_lower(c) && !is_digit(c)) return false;
    after_dash = c == '-';
  }
  return !after_dash;
}

// Takes as many characters as satisfy the predicate off the front.
template <class Predicate>
std::string_view take_while(std::string_view& text, Predicate predicate) {
  std::size_t length = 0;
  while (length < text.size() && predicate(text[length])) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "4.13.1-": digits and dots, at least one, then a dash.
bool take_section(std::string_view& text) {
  return !take_while(text, [](char c) { return is_digit(c) || c == '.'; }).empty() &&
         take(text, "-");
}

bool is_normative_number(std::string_view text) {  // 3.3.1-4
  for (int part = 0; part < 3; ++part) {
    if (take_while(text, is_digit).empty()) return false;
    if (!take(text, part < 2 ? "." : "-")) return false;
  }
  return !take_while(text, is_digit).empty() && text.empty();
}

}  // namespace

bool is_variable_text(std::string_view text) {
  return text.size() > 3 && text.starts_with("${") && text.ends_with('}') &&
         text.substr(2, text.size() - 3).find_first_of("{}") == std::string_view::npos;
}

bool is_variable(const Value& value) {
  return value.string() != nullptr && is_variable_text(*value.string());
}

bool is_slug(std::string_view text) {
  return is_dashed(text);
}

bool is_name(std::string_view text) {
  return !text.empty() && is_lower(text.front()) && is_dashed(text);
}

bool is_client_name(std::string_view text) {
  return is_name(text) && text.size() <= 11 && text.find('-') == std::string_view::npos;
}

bool is_duration(std::string_view text) {
  if (is_variable_text(text)) return true;
  const std::size_t end = text.starts_with("${") ? text.find('}') : std::string_view::npos;
  if (end != std::string_view::npos) {
    if (!is_variable_text(text.substr(0, end + 1))) return false;
    text.remove_prefix(end + 1);
  } else {
    if (take_while(text, is_digit).empty()) return false;
    if (take(text, ".") && take_while(text, is_digit).empty()) return false;
  }
  return text == "ms" || text == "s" || text == "min" || text == "h";
}

bool is_statement(std::string_view text) {
  if (is_variable_text(text)) return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !version_by_name(text.substr(0, colon))) return false;
  text.remove_prefix(colon + 1);
  if (take(text, "MQTT-")) return is_normative_number(text);
  if (take(text, "V31-")) return !take_while(text, is_digit).empty() && text.empty();
  if (!take(text, "V5-") && !take(text, "V311-")) return false;
  return take_section(text) && !take_while(text, is_lower).empty() && text.empty();
}

std::string describe(const Value& value) {
  if (value.is_null()) return "null";
  if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
  if (const std::int64_t* integer = value.integer()) return fmt::format("{}", *integer);
  if (const double* number = value.number()) return fmt::format("{}", *number);
  if (const std::string* text = value.string()) return quoted(*text);
  return value.array() != nullptr ? "a list" : "an object";
}

bool check_text(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr && !value.string()->empty()) return true;
  reporter.report(place, value.line, fmt::format("expected a text, not {}", describe(value)));
  return false;
}

bool check_duration(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr && is_duration(*value.string())) return true;
  reporter.report(place, value.line,
                  fmt::format("expected a duration with its unit, such as \"250ms\", \"3s\", "
                              "\"2min\" or \"1h\", not {}",
                              describe(value)));
  return false;
}

bool check_name(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr && is_name(*value.string())) return true;
  reporter.report(place, value.line,
                  fmt::format("expected a name of small letters, digits and single dashes that "
                              "begins with a letter, not {}",
                              describe(value)));
  return false;
}

bool check_client_name(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr && (is_client_name(*value.string()) || is_variable(value))) {
    return true;
  }
  reporter.report(place, value.line,
                  fmt::format("expected the name of a client (a small letter, then at most ten "
                              "small letters and digits), not {}",
                              describe(value)));
  return false;
}

bool check_word(Reporter& reporter, const Value& value, const Place& place,
                std::span<const std::string_view> words) {
  if (value.string() != nullptr && contains(words, *value.string())) return true;
  reporter.report(place, value.line,
                  fmt::format("expected {}, not {}{}", listed(words), describe(value),
                              value.string() != nullptr ? did_you_mean(*value.string(), words)
                                                        : std::string()));
  return false;
}

bool check_integer(Reporter& reporter, const Value& value, const Place& place) {
  if (value.integer() != nullptr && *value.integer() >= 0) return true;
  if (const std::string* text = value.string()) {
    const bool hex = text->size() > 2 && text->starts_with("0x") &&
                     std::all_of(text->begin() + 2, text->end(), is_hex_digit);
    if (hex || is_variable_text(*text)) return true;
  }
  reporter.report(place, value.line,
                  fmt::format("expected a number such as 7 or \"0x07\", not {}", describe(value)));
  return false;
}

bool check_boolean(Reporter& reporter, const Value& value, const Place& place) {
  if (value.boolean() != nullptr || is_variable(value)) return true;
  reporter.report(place, value.line,
                  fmt::format("expected true or false, not {}", describe(value)));
  return false;
}

bool check_byte_notation(Reporter& reporter, const Value& value, const Place& place) {
  if (value.string() != nullptr && !value.string()->empty()) return true;
  reporter.report(
      place, value.line,
      fmt::format("expected byte notation such as \"ED A0 80\" or \"s['text']\", not {}",
                  describe(value)));
  return false;
}

bool check_bytes(Reporter& reporter, const Value& value, const Place& place) {
  static constexpr std::string_view keys[] = {"bytes"};
  if (value.string() != nullptr || value.integer() != nullptr) return true;
  if (value.object() == nullptr) {
    reporter.report(
        place, value.line,
        fmt::format("expected a text or {{ \"bytes\": \"...\" }}, not {}", describe(value)));
    return false;
  }
  if (check_object(reporter, value, place, keys) == nullptr) return false;
  const Value* bytes = value.find("bytes");
  if (bytes == nullptr) {
    reporter.report(place, value.line, "\"bytes\" is missing");
    return false;
  }
  return check_byte_notation(reporter, *bytes, place.member("bytes"));
}

}  // namespace mqttspec::scenario
