#include "conformance/report/markdown_text.hpp"

#include <cstddef>

#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

constexpr std::size_t text_most = 600;  // of one field: a broker's reason string may be 64 KiB

}  // namespace

std::string inline_text(std::string_view text) {
  std::string out;
  for (const char c : cut(printable(text), text_most)) {
    if (std::string_view("&<>\"'").find(c) != std::string_view::npos) {
      out += escape_markup({&c, 1});
      continue;
    }
    if (std::string_view("\\`*_{}[]()#!|~@:").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  const std::string inner = cut(printable(text), text_most);
  if (!inner.empty() && inner.find_first_of("`<>&|") == std::string::npos) {
    return "`" + inner + "`";
  }
  return "<code>" + inline_text(inner) + "</code>";
}

std::string preformatted(const std::string& text) {
  return "<pre>\n" + escape_markup(text) + "</pre>\n";
}

}  // namespace mqttspec::report
