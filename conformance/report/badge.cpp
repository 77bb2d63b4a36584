// An SVG badge without any outside reference: a label, and what came of the checks.
#include <fmt/format.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "conformance/report/render.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

// Widths of Verdana's printable characters at 11 px, in tenths, from blank on. The text is
// stretched to the sum (textLength), so that another font fits as well.
constexpr std::array<std::uint8_t, 95> widths = {
    39, 43,  50, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50,  40, 50, 70, 70,  70,
    70, 70,  70, 70, 70, 70,  70, 50, 50, 90, 90, 90, 60, 110, 75, 75, 77, 85,  70,
    63, 85,  83, 46, 50, 76,  61, 93, 82, 87, 66, 87, 76, 75,  68, 81, 75, 109, 75,
    68, 75,  50, 50, 50, 90,  70, 70, 66, 69, 57, 69, 66, 39,  69, 70, 30, 38,  65,
    30, 107, 70, 67, 69, 69,  47, 57, 43, 70, 65, 90, 65, 65,  58, 70, 50, 70,  90};

unsigned text_width(std::string_view text) {
  unsigned tenths = 0;
  for (const char c : text) {
    const auto place = static_cast<std::size_t>(static_cast<unsigned char>(c)) - 0x20U;
    tenths += place < widths.size() ? widths[place] : 70U;
  }
  return tenths / 10 + 1;
}

std::uint64_t count_of(const Counts& counts, Verdict verdict) {
  const auto found = counts.find(verdict);
  return found == counts.end() ? 0 : found->second;
}

std::string label_of(const RunResult& result) {
  std::set<codec::Version> versions;
  for (const auto& instance : result.instances) versions.insert(instance.version);
  std::string label = "MQTT";
  for (const codec::Version version : versions) label += " " + std::string(to_string(version));
  return label;
}

}  // namespace

void render_badge(const RunResult& result, std::ostream& out, bool strict) {
  const Counts checks = summarise(result).checks;
  const std::uint64_t passed = count_of(checks, Verdict::pass);
  std::uint64_t judged = passed + count_of(checks, Verdict::nonstrict);
  for (const auto& [verdict, count] : checks) {
    if (verdict <= Verdict::inconclusive) judged += count;
  }
  const int code = exit_code(result, strict);
  const std::string_view colour = code == 1          ? "#c0392b"
                                  : code == 2        ? "#777"
                                  : passed == judged ? "#2a8a4a"
                                                     : "#6a8a2a";
  const std::string label = label_of(result);
  const std::string message =
      passed == 0        ? "no result"
      : passed == judged ? fmt::format("{} checks passed", grouped(passed))
                         : fmt::format("{} of {} checks", grouped(passed), grouped(judged));
  const unsigned left = text_width(label) + 12;
  const unsigned right = text_width(message) + 12;
  const unsigned width = left + right;
  const auto text = [&](unsigned x, unsigned box, const std::string& words) {
    return fmt::format(R"svg(<text x="{}" y="14" textLength="{}">{}</text>)svg", x + 6, box - 12,
                       escape_markup(words));
  };
  out << fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20" role="img" aria-label="{1}: {2}"><title>{1}: {2}</title>)svg"
      R"svg(<clipPath id="r"><rect width="{0}" height="20" rx="3"/></clipPath>)svg"
      R"svg(<g clip-path="url(#r)"><rect width="{3}" height="20" fill="#444"/><rect x="{3}" width="{4}" height="20" fill="{5}"/></g>)svg"
      R"svg(<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">)svg",
      width, escape_markup(label), escape_markup(message), left, right, colour);
  out << text(0, left, label) << text(left, right, message) << "</g></svg>\n";
}

}  // namespace mqttspec::report
