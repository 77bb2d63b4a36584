#include "conformance/report/paint.hpp"

#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::red:
      return "\x1b[31m";
    case Ink::green:
      return "\x1b[32m";
    case Ink::yellow:
      return "\x1b[33m";
    case Ink::blue:
      return "\x1b[34m";
    case Ink::magenta:
      return "\x1b[35m";
    case Ink::cyan:
      return "\x1b[36m";
  }
  return "";
}

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::crash:
    case Verdict::fail:
      return Ink::red;
    case Verdict::flaky:
    case Verdict::blocked:
      return Ink::magenta;
    case Verdict::inconclusive:
    case Verdict::nonstrict:
      return Ink::yellow;
    case Verdict::pass:
      return Ink::green;
    case Verdict::info:
      return Ink::blue;
    case Verdict::not_applicable:
    case Verdict::not_asked:
      return Ink::dim;
  }
  return Ink::dim;
}

}  // namespace

std::string Paint::operator()(Ink ink, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  return std::string(code_of(ink)) + std::string(text) + "\x1b[0m";
}

std::string Paint::operator()(Verdict verdict, std::string_view text) const {
  return (*this)(ink_of(verdict), text);
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    const std::size_t size = width_of(word);
    if (used > 0 && used + 1 + size > width) {
      out += '\n' + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += size;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t size = width_of(text);
  return std::string(text) + std::string(size < width ? width - size : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t width) {
  const std::size_t size = width_of(text);
  return std::string(size < width ? width - size : 0, ' ') + std::string(text);
}

}  // namespace mqttspec::report
