// Text that came from a broker, or through one, is data. Here it becomes harmless to read and to
// write: valid UTF-8, one line, nothing that a terminal, an XML reader or a browser would act on.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqttspec::report {

// Valid UTF-8 on one line. What does not print is shown as \n, \t, \xNN (bytes) or \u{NNNN}
// (invisible, direction-changing and non-characters). Printable text comes back as it was.
[[nodiscard]] std::string printable(std::string_view text);

// Is it printable() as it stands?
[[nodiscard]] bool is_printable(std::string_view text);

[[nodiscard]] std::string to_hex(std::string_view bytes);  // "10 0c" without the blank
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);

// For element content and quoted attributes of XML, SVG, HTML and Markdown: & < > " '
[[nodiscard]] std::string escape_markup(std::string_view text);

// At most `width` code points, the last of which is then an ellipsis. `text` is valid UTF-8.
[[nodiscard]] std::string cut(std::string_view text, std::size_t width);
// Code points of valid UTF-8.
[[nodiscard]] std::size_t width_of(std::string_view text);

// "0 ms", "4.2 ms", "812 ms", "1.20 s", "61.3 s", "4 min 3 s"
[[nodiscard]] std::string human(std::chrono::nanoseconds duration);
// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace mqttspec::report
