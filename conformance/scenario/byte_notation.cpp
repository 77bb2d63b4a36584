#include "conformance/scenario/byte_notation.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20U;
constexpr std::size_t deepest = 64;
constexpr std::size_t longest_string = 65535;  // what a two-byte length can say

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_integer(codec::Bytes& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  }
}

void append_variable_byte_integer(codec::Bytes& out, std::uint32_t value) {
  do {
    const std::uint32_t more = value > 0x7F ? 0x80U : 0U;
    out += static_cast<char>((value & 0x7FU) | more);
    value >>= 7U;
  } while (value > 0);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<codec::Bytes> parse() {
    codec::Bytes out;
    if (sequence(out, '\0')) return out;
    return Result<codec::Bytes>::failure(
        fmt::format("byte notation, at offset {}: {}", problem_at_, problem_));
  }

 private:
  bool fail(std::size_t offset, std::string problem) {
    problem_at_ = offset;
    problem_ = std::move(problem);
    return false;
  }

  bool append(codec::Bytes& out, std::string_view bytes, std::size_t offset) {
    if (bytes.size() > most_bytes - out.size()) {
      return fail(offset, fmt::format("more than {} MiB come out", most_bytes >> 20U));
    }
    out += bytes;
    return true;
  }

  // Tokens up to `close`, which is taken too; '\0' stands for the end of the text.
  bool sequence(codec::Bytes& out, char close) {
    const std::size_t opened_at = at_;
    while (true) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at_ == text_.size()) {
        if (close == '\0') return true;
        return fail(opened_at, fmt::format("what is opened here is not closed by '{}'", close));
      }
      if (text_[at_] == ']' || text_[at_] == ')') {
        if (text_[at_] != close)
          return fail(at_, fmt::format("this '{}' closes nothing", text_[at_]));
        ++at_;
        return true;
      }
      if (!token(out)) return false;
      const bool divided =
          at_ == text_.size() || is_blank(text_[at_]) || text_[at_] == ']' || text_[at_] == ')';
      if (!divided) return fail(at_, "a blank is missing between two tokens");
    }
  }

  bool token(codec::Bytes& out) {
    const std::string_view rest = text_.substr(at_);
    if (rest.front() == '\'') return text_token(out);
    if (rest.starts_with("s[") || rest.starts_with("v[")) return length_token(out);
    if (rest.starts_with("u8:")) return number_token(out, 3, 0xFF, 1);
    if (rest.starts_with("u16:")) return number_token(out, 4, 0xFFFF, 2);
    if (rest.starts_with("u32:")) return number_token(out, 4, 0xFFFFFFFF, 4);
    if (rest.starts_with("v:")) return number_token(out, 2, codec::variable_byte_integer_max, 0);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits > 0 && rest.substr(digits).starts_with("*(")) return repetition_token(out, digits);
    return hex_token(out);
  }

  bool hex_token(codec::Bytes& out) {
    const std::size_t start = at_;
    while (at_ < text_.size() && hex_digit(text_[at_]) >= 0) ++at_;
    const bool ends = at_ == text_.size() || is_blank(text_[at_]) || text_[at_] == ']' ||
                      text_[at_] == ')' || text_[at_] == '\'';
    if (!ends || at_ == start) {
      std::size_t end = at_;
      while (end < text_.size() && !is_blank(text_[end])) ++end;
      return fail(start,
                  fmt::format("{} is neither hex nor 'text', u8: u16: u32: v: with a number, "
                              "s[...], v[...] or 3*(...)",
                              quoted(text_.substr(start, end - start))));
    }
    const std::string_view digits = text_.substr(start, at_ - start);
    if (digits.size() % 2 != 0) {
      return fail(start, fmt::format("{} has an odd number of hex digits", quoted(digits)));
    }
    codec::Bytes bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      bytes += static_cast<char>(hex_digit(digits[i]) * 16 + hex_digit(digits[i + 1]));
    }
    return append(out, bytes, start);
  }

  bool text_token(codec::Bytes& out) {
    const std::size_t start = at_++;
    codec::Bytes bytes;
    while (true) {
      const std::size_t quote = text_.find('\'', at_);
      if (quote == std::string_view::npos)
        return fail(start, "the text that begins here has no end");
      bytes += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (at_ == text_.size() || text_[at_] != '\'') return append(out, bytes, start);
      bytes += '\'';
      ++at_;
    }
  }

  // A number that ends where a token may end; nothing if it is none or above `maximum`.
  std::optional<std::uint32_t> number(std::uint32_t maximum) {
    const bool hex = text_.substr(at_).starts_with("0x");
    const char* begin = text_.data() + at_ + (hex ? 2 : 0);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(begin, text_.data() + text_.size(), value, hex ? 16 : 10);
    if (error != std::errc() || value > maximum) return std::nullopt;
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  bool number_token(codec::Bytes& out, std::size_t prefix, std::uint32_t maximum, int bytes) {
    const std::size_t start = at_;
    const std::string_view name = text_.substr(start, prefix);
    at_ += prefix;
    const std::optional<std::uint32_t> value = number(maximum);
    if (!value) {
      return fail(start, fmt::format("{} takes a number from 0 to {}", name, maximum));
    }
    codec::Bytes encoded;
    if (bytes == 0) {
      append_variable_byte_integer(encoded, *value);
    } else {
      append_integer(encoded, *value, bytes);
    }
    return append(out, encoded, start);
  }

  bool nested(codec::Bytes& out, char close) {
    if (++depth_ > deepest) return fail(at_, fmt::format("more than {} levels", deepest));
    const bool good = sequence(out, close);
    --depth_;
    return good;
  }

  bool length_token(codec::Bytes& out) {
    const std::size_t start = at_;
    const bool two_bytes = text_[start] == 's';
    at_ += 2;
    codec::Bytes content;
    if (!nested(content, ']')) return false;
    codec::Bytes length;
    if (!two_bytes) {
      append_variable_byte_integer(length, static_cast<std::uint32_t>(content.size()));
    } else if (content.size() <= longest_string) {
      append_integer(length, static_cast<std::uint32_t>(content.size()), 2);
    } else {
      return fail(start, fmt::format("{} bytes do not fit a two-byte length; write the length "
                                     "itself, as in u16:65535",
                                     content.size()));
    }
    return append(out, length, start) && append(out, content, start);
  }

  bool repetition_token(codec::Bytes& out, std::size_t digits) {
    const std::size_t start = at_;
    const std::optional<std::uint32_t> times = number(0xFFFFFFFF);
    if (!times) return fail(start, "this number of repetitions is too large");
    at_ = start + digits + 2;
    codec::Bytes content;
    if (!nested(content, ')')) return false;
    if (content.empty()) return true;
    if (*times > most_bytes / content.size()) {
      return fail(start, fmt::format("more than {} MiB come out", most_bytes >> 20U));
    }
    const std::size_t size = content.size() * *times;
    content.reserve(size);
    // Doubling: a million single bytes take twenty steps.
    while (content.size() < size && size > 0) {
      content.append(content, 0, std::min(content.size(), size - content.size()));
    }
    return append(out, std::string_view(content).substr(0, size), start);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t problem_at_ = 0;
  std::string problem_;
};

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

}  // namespace

Result<codec::Bytes> parse_bytes(std::string_view notation) {
  return Parser(notation).parse();
}

std::string print_bytes(codec::BytesView bytes) {
  constexpr std::size_t worth_repeating = 16;
  std::string out;
  bool in_text = false;
  const auto leave_text = [&] {
    if (in_text) out += '\'';
    in_text = false;
    if (!out.empty()) out += ' ';
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t other = bytes.find_first_not_of(bytes[i], i);
    const std::size_t run = std::min(other, bytes.size()) - i;
    if (run >= worth_repeating) {
      leave_text();
      const bool text = is_printable(bytes[i]) && bytes[i] != '\'';
      out += text ? fmt::format("{}*('{}')", run, bytes[i])
                  : fmt::format("{}*({:02X})", run, static_cast<unsigned char>(bytes[i]));
      i += run;
      continue;
    }
    const char byte = bytes[i++];
    if (!is_printable(byte)) {
      leave_text();
      out += fmt::format("{:02X}", static_cast<unsigned char>(byte));
      continue;
    }
    // "${" would begin a variable, were the notation read back in a scenario.
    const bool variable = in_text && byte == '{' && out.back() == '$';
    if (!in_text || variable) {
      leave_text();
      out += '\'';
      in_text = true;
    }
    out += byte;
    if (byte == '\'') out += '\'';
  }
  if (in_text) out += '\'';
  return out;
}

}  // namespace mqttspec::scenario
