// The page: its assets, and the run's data between them.
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "conformance/report/page_data.hpp"
#include "conformance/report/render.hpp"
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

// In the order in which they build on each other. One function holds them all, so that nothing is
// global.
std::string script() {
  std::string text = "(() => {\n\"use strict\";\n";
  for (const std::string_view name : {"dom.js", "data.js", "state.js", "summary.js", "tables.js",
                                      "hex.js", "diagram.js", "detail.js", "main.js"}) {
    text += asset(name);
  }
  return text + "})();\n";
}

// The page names one number that its own script and style carry; the browser refuses all others.
// It depends on the data, so that nobody who wrote the data could know it.
std::string nonce_of(const PageData& data, std::uint64_t seed) {
  std::uint64_t hash = 14695981039346656037ULL ^ seed;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  mix(data.index);
  for (const std::string& block : data.blocks) mix(block);
  return fmt::format("{:016x}", hash);
}

}  // namespace

void render_html(const RunResult& result, std::ostream& out, bool strict) {
  const PageData data = page_data(result, strict);
  std::string islands = fmt::format(
      "<script type=\"application/octet-stream\" id=\"index\">{}</script>\n", data.index);
  for (std::size_t i = 0; i < data.blocks.size(); ++i) {
    islands +=
        fmt::format("<script type=\"application/octet-stream\" id=\"block-{}\">{}</script>\n", i,
                    data.blocks[i]);
  }
  const std::string broker = result.broker.empty() ? result.target : result.broker;
  const std::string title = escape_markup(cut(printable(broker), 120));
  const std::string nonce = nonce_of(data, result.seed);
  const std::string code = script();
  const std::string style = std::string(asset("report.css")) + std::string(asset("detail.css"));

  // Each place of the frame is filled once, from left to right: what is filled in is never looked
  // at again, so that a value cannot bring in another.
  std::string_view frame = asset("report.html");
  const auto value_of = [&](std::string_view name) -> std::string_view {
    if (name == "title") return title;
    if (name == "nonce") return nonce;
    if (name == "style") return style;
    if (name == "script") return code;
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
