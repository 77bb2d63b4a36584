#include "conformance/scenario/printer.hpp"

#include <fmt/format.h>

#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

// Code points that leave no mark on the page, or turn the text around: a reader must see them.
bool is_invisible(std::uint32_t c) {
  return (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF0 && c <= 0xFFFB);
}

// The code point that begins at `offset`; text from a parsed file is always well formed, any other
// byte stands for itself.
std::uint32_t code_point_at(std::string_view text, std::size_t offset, std::size_t& length) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0U;
  };
  const std::uint32_t lead = byte(0);
  length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1) return lead;
  std::uint32_t code_point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code_point = (code_point << 6U) | (byte(i) & 0x3FU);
  return code_point;
}

void print_object(std::string& out, const Object& object);

void print_into(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    out += fmt::format("{}", *integer);
  } else if (const double* number = value.number()) {
    const std::string text = fmt::format("{}", *number);
    // A whole number keeps its point, so that it comes back as what it was.
    out += text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  } else if (const std::string* text = value.string()) {
    out += print_string(*text);
  } else if (const Array* array = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      print_into(out, (*array)[i]);
    }
    out += ']';
  } else {
    print_object(out, *value.object());
  }
}

void print_object(std::string& out, const Object& object) {
  if (object.empty()) {
    out += "{}";
    return;
  }
  out += "{ ";
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (i > 0) out += ", ";
    out += print_string(object[i].first) + ": ";
    print_into(out, object[i].second);
  }
  out += " }";
}

void add(Object& out, std::string_view key, const std::string& text) {
  if (!text.empty()) out.emplace_back(key, text);
}

void add_value(Object& out, std::string_view key, const Value& value) {
  if (!value.is_null()) out.emplace_back(key, value);
}

// One name by itself, several as a list.
void add_names(Object& out, std::string_view key, const std::vector<std::string>& names) {
  if (names.size() == 1) {
    out.emplace_back(key, names.front());
  } else if (!names.empty()) {
    out.emplace_back(key, Array(names.begin(), names.end()));
  }
}

Array to_array(const std::vector<Step>& steps) {
  Array out;
  for (const Step& step : steps) out.push_back(to_value(step));
  return out;
}

void add_action(Object& out, const Step& step) {
  if (step.action == ActionKind::none) return;
  if (step.action == ActionKind::parallel) {
    Array lanes;
    for (const std::vector<Step>& lane : step.lanes) lanes.emplace_back(to_array(lane));
    out.emplace_back("parallel", std::move(lanes));
  } else {
    out.emplace_back(to_string(step.action), step.argument);
  }
  add(out, "illegal", step.illegal);
  add_value(out, "segments", step.segments);
  add(out, "pause", step.pause);
  add(out, "frame", step.frame);
}

void add_observation(Object& out, const Step& step) {
  switch (step.observation) {
    case ObservationKind::none:
      return;
    case ObservationKind::expect:
      out.emplace_back("expect", step.pattern);
      break;
    case ObservationKind::silence:
      out.emplace_back("silence", step.pattern);
      break;
    case ObservationKind::verify:
      out.emplace_back("verify", step.verify);
      out.emplace_back(step.verify_kind, step.verify_argument);
      break;
  }
  add_value(out, "count", step.count);
}

}  // namespace

std::string print_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t offset = 0, length = 0; offset < text.size(); offset += length) {
    const std::uint32_t c = code_point_at(text, offset, length);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (c < 0x20 || is_invisible(c)) {
          out += fmt::format("\\u{:04x}", c);
        } else {
          out += text.substr(offset, length);
        }
    }
  }
  return out + "\"";
}

std::string print_value(const Value& value) {
  std::string out;
  print_into(out, value);
  return out;
}

Value to_value(const Step& step) {
  Object out;
  add(out, "note", step.note);
  add(out, "when", step.when);
  add_names(out, "client", step.clients);
  add_action(out, step);
  add_observation(out, step);
  add(out, "since", step.since);
  add(out, "within", step.within);
  add(out, "as", step.as);
  add(out, "mark", step.mark);
  add_names(out, "check", step.checks);
  if (!step.steps.empty()) out.emplace_back("steps", to_array(step.steps));
  Value value(std::move(out));
  value.line = step.line;
  return value;
}

}  // namespace mqttspec::scenario
