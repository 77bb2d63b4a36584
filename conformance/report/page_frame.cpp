#include "conformance/report/page_frame.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "conformance/report/deflate.hpp"
#include "conformance/report/json_model.hpp"
#include "conformance/report/text.hpp"
#include "embedded/report_assets.hpp"

namespace mqttspec::report {
namespace {

constexpr std::string_view assets = "conformance/report/assets/";

std::string_view asset(std::string_view name) {
  const embedded::File* file =
      embedded::find(embedded::report_assets(), std::string(assets) + std::string(name));
  return file != nullptr ? file->content : std::string_view();
}

// One function holds all scripts, so that nothing is global.
std::string script_of(const Page& page) {
  std::string text = "(() => {\n\"use strict\";\n";
  for (const std::string_view name : page.scripts) text += asset(name);
  return text + "})();\n";
}

// The page names one number that its own script and style carry; the browser refuses all others.
// It depends on the data, so that nobody who wrote the data could know it.
std::string nonce_of(const Page& page) {
  std::uint64_t hash = 14695981039346656037ULL ^ page.seed;
  for (const auto& [id, data] : page.islands) {
    for (const char c : data) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::string packed(const Json& json) {
  return to_base64(deflate(text_of(json)));
}

void write_page(const Page& page, std::ostream& out) {
  std::string islands;
  for (const auto& [id, data] : page.islands) {
    islands +=
        fmt::format("<script type=\"application/octet-stream\" id=\"{}\">{}</script>\n", id, data);
  }
  const std::string title = escape_markup(cut(printable(page.title), 120));
  const std::string nonce = nonce_of(page);
  const std::string code = script_of(page);
  std::string style;
  for (const std::string_view name : page.styles) style += asset(name);

  // Each place of the frame is filled once, from left to right: what is filled in is never looked
  // at again, so that a value cannot bring in another.
  std::string_view frame = asset("report.html");
  const auto value_of = [&](std::string_view name) -> std::string_view {
    if (name == "title") return title;
    if (name == "nonce") return nonce;
    if (name == "style") return style;
    if (name == "script") return code;
    if (name == "without") return page.without_scripts;
    if (name == "data") return islands;
    return {};
  };
  while (!frame.empty()) {
    const std::size_t open = frame.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : frame.find("}}", open);
    if (close == std::string_view::npos) break;
    out << frame.substr(0, open) << value_of(frame.substr(open + 2, close - open - 2));
    frame.remove_prefix(close + 2);
  }
  out << frame;
}

}  // namespace mqttspec::report
