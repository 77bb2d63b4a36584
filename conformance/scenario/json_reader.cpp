#include "conformance/scenario/json_reader.hpp"

#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>
#include <unordered_set>

#include <fmt/format.h>

#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<double> read_double(std::string_view text) {
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  double number = 0;
  in >> number;
  if (in.fail() || !std::isfinite(number)) return std::nullopt;
  return number;
}

// One pass over the text. Every read_* returns false after a syntax error, which has then been
// reported; the depth limit bounds the recursion.
class Reader {
 public:
  Reader(std::string_view text, Reporter& reporter) : text_(text), reporter_(reporter) {}

  std::optional<Value> document() {
    const Place root;
    Value value;
    skip_blanks();
    if (at_end()) {
      error(root, "the file is empty");
      return std::nullopt;
    }
    if (!read_value(value, root, 1)) return std::nullopt;
    skip_blanks();
    if (!at_end()) {
      error(root, fmt::format("{} stands behind the end of the document", here()));
      return std::nullopt;
    }
    return value;
  }

 private:
  [[nodiscard]] bool at_end() const { return offset_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[offset_]; }

  [[nodiscard]] std::string here() const {
    if (at_end()) return "the end of the file";
    std::size_t length = 1;
    while (offset_ + length < text_.size() &&
           (static_cast<unsigned char>(text_[offset_ + length]) & 0xC0U) == 0x80U) {
      ++length;
    }
    return quoted(text_.substr(offset_, length));
  }

  bool error(const Place& place, const std::string& message) {
    reporter_.report(place, line_,
                     fmt::format("{} (column {})", message, offset_ - line_start_ + 1));
    return false;
  }

  void skip_blanks() {
    for (; !at_end(); ++offset_) {
      const char c = text_[offset_];
      if (c == '\n') {
        ++line_;
        line_start_ = offset_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  bool read_value(Value& out, const Place& place, std::size_t depth) {
    out.line = line_;
    switch (peek()) {
      case '{':
        return read_object(out, place, depth);
      case '[':
        return read_array(out, place, depth);
      case '"': {
        std::string text;
        if (!read_string(text, place)) return false;
        out.data = std::move(text);
        return true;
      }
      case 't':
        return read_word("true", Value(true), out, place);
      case 'f':
        return read_word("false", Value(false), out, place);
      case 'n':
        return read_word("null", Value(nullptr), out, place);
      default:
        return read_number(out, place);
    }
  }

  bool read_word(std::string_view word, Value value, Value& out, const Place& place) {
    if (text_.substr(offset_, word.size()) != word) {
      return error(place, fmt::format("expected a value, found {}", here()));
    }
    offset_ += word.size();
    out.data = std::move(value.data);
    return true;
  }

  bool read_array(Value& out, const Place& place, std::size_t depth) {
    if (depth > json_depth_max) return error(place, too_deep());
    ++offset_;
    Array elements;
    skip_blanks();
    while (peek() != ']' || at_end()) {
      const Place element = place.element(elements.size());
      if (!elements.empty()) {
        if (peek() != ',') {
          return error(place, fmt::format("expected \",\" or \"]\", found {}", here()));
        }
        ++offset_;
        skip_blanks();
      }
      elements.emplace_back();
      if (!read_value(elements.back(), element, depth + 1)) return false;
      skip_blanks();
    }
    ++offset_;
    out.data = std::move(elements);
    return true;
  }

  bool read_object(Value& out, const Place& place, std::size_t depth) {
    if (depth > json_depth_max) return error(place, too_deep());
    ++offset_;
    Object members;
    std::unordered_set<std::string> keys;
    skip_blanks();
    while (peek() != '}' || at_end()) {
      if (!members.empty()) {
        if (peek() != ',') {
          return error(place, fmt::format("expected \",\" or \"}}\", found {}", here()));
        }
        ++offset_;
        skip_blanks();
      }
      if (!read_member(members, keys, place, depth)) return false;
      skip_blanks();
    }
    ++offset_;
    out.data = std::move(members);
    return true;
  }

  bool read_member(Object& members, std::unordered_set<std::string>& keys, const Place& place,
                   std::size_t depth) {
    if (peek() != '"') {
      return error(place, fmt::format("expected a key in quotes, found {}", here()));
    }
    const std::uint32_t key_line = line_;
    std::string key;
    if (!read_string(key, place)) return false;
    const Place member = place.member(key);
    if (!keys.insert(key).second) {
      reporter_.report(member, key_line, "this key stands twice in the same object");
    }
    skip_blanks();
    if (peek() != ':') return error(member, fmt::format("expected \":\", found {}", here()));
    ++offset_;
    skip_blanks();
    Value value;
    if (!read_value(value, member, depth + 1)) return false;
    members.emplace_back(std::move(key), std::move(value));
    return true;
  }

  bool read_string(std::string& out, const Place& place) {
    ++offset_;
    for (;;) {
      const std::size_t start = offset_;
      while (!at_end() && text_[offset_] != '"' && text_[offset_] != '\\' &&
             static_cast<unsigned char>(text_[offset_]) >= 0x20) {
        ++offset_;
      }
      out.append(text_.substr(start, offset_ - start));
      if (at_end()) return error(place, "the string is not closed");
      if (text_[offset_] == '"') {
        ++offset_;
        return true;
      }
      if (text_[offset_] != '\\') {
        return error(place,
                     fmt::format("the control character {} in a string has to be escaped", here()));
      }
      if (!read_escape(out, place)) return false;
    }
  }

  bool read_escape(std::string& out, const Place& place) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    ++offset_;
    const std::size_t which = at_end() ? std::string_view::npos : letters.find(peek());
    if (which != std::string_view::npos) {
      out += meanings[which];
      ++offset_;
      return true;
    }
    if (peek() != 'u') return error(place, fmt::format("\\ before {} means nothing", here()));
    ++offset_;
    std::uint32_t code_point = 0;
    if (!read_hex4(code_point, place)) return false;
    if (code_point >= 0xD800 && code_point <= 0xDBFF && text_.substr(offset_, 2) == "\\u") {
      offset_ += 2;
      std::uint32_t low = 0;
      if (!read_hex4(low, place)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return error(place, lone_surrogate());
      code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (low - 0xDC00);
    }
    if (code_point >= 0xD800 && code_point <= 0xDFFF) return error(place, lone_surrogate());
    append_utf8(out, code_point);
    return true;
  }

  bool read_hex4(std::uint32_t& out, const Place& place) {
    const std::string_view digits = text_.substr(offset_, 4);
    const char* end = digits.data() + digits.size();
    const auto [stop, code] = std::from_chars(digits.data(), end, out, 16);
    if (digits.size() != 4 || code != std::errc() || stop != end) {
      return error(place, "\\u needs four hexadecimal digits");
    }
    offset_ += 4;
    return true;
  }

  bool read_number(Value& out, const Place& place) {
    const std::size_t start = offset_;
    const auto digits = [this] {
      const std::size_t first = offset_;
      while (!at_end() && is_digit(peek())) ++offset_;
      return offset_ - first;
    };
    if (peek() == '-') ++offset_;
    const bool leading_zero = peek() == '0';
    const std::size_t whole = digits();
    if (whole == 0 && offset_ == start) {
      return error(place, fmt::format("expected a value, found {}", here()));
    }
    bool well_formed = whole > 0 && (!leading_zero || whole == 1);
    bool integer = true;
    if (!at_end() && peek() == '.') {
      integer = false;
      ++offset_;
      well_formed = digits() > 0 && well_formed;
    }
    if (!at_end() && (peek() == 'e' || peek() == 'E')) {
      integer = false;
      ++offset_;
      if (peek() == '+' || peek() == '-') ++offset_;
      well_formed = digits() > 0 && well_formed;
    }
    const std::string_view text = text_.substr(start, offset_ - start);
    if (!well_formed) return error(place, fmt::format("{} is no number in JSON", quoted(text)));
    return integer ? store_integer(text, out, place) : store_double(text, out, place);
  }

  bool store_integer(std::string_view text, Value& out, const Place& place) {
    std::int64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec != std::errc()) {
      return error(place, fmt::format("the number {} is too large", quoted(text)));
    }
    out.data = number;
    return true;
  }

  bool store_double(std::string_view text, Value& out, const Place& place) {
    const std::optional<double> number = read_double(text);
    if (!number) return error(place, fmt::format("the number {} is too large", quoted(text)));
    out.data = *number;
    return true;
  }

  static std::string too_deep() {
    return fmt::format("more than {} levels of lists and objects", json_depth_max);
  }
  static std::string lone_surrogate() {
    return "half of a surrogate pair is no character; ill-formed UTF-8 is written in byte "
           "notation";
  }

  std::string_view text_;
  Reporter& reporter_;
  std::size_t offset_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
};

std::uint32_t line_of(std::string_view text, std::size_t offset) {
  std::uint32_t line = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') ++line;
  }
  return line;
}

}  // namespace

std::optional<Value> read_json(std::string_view text, Reporter& reporter) {
  if (text.size() > json_text_max) {
    reporter.report(
        "", 0,
        fmt::format("the file has {} bytes, {} are allowed; split it", text.size(), json_text_max));
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    reporter.report("", 1, "the file begins with a byte order mark; remove it");
    return std::nullopt;
  }
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid != std::string_view::npos) {
    reporter.report("", line_of(text, invalid),
                    fmt::format("the byte 0x{:02X} at offset {} is not UTF-8",
                                static_cast<unsigned char>(text[invalid]), invalid));
    return std::nullopt;
  }
  const bool clean_before = reporter.clean();
  std::optional<Value> value = Reader(text, reporter).document();
  if (clean_before && !reporter.clean()) return std::nullopt;
  return value;
}

}  // namespace mqttspec::scenario
