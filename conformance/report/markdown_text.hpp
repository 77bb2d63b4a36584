// Text that stands in Markdown without meaning anything there.
#pragma once

#include <string>
#include <string_view>

namespace mqttspec::report {

// Text in a paragraph: nothing in it is markup, a link, a mention or a reference to an issue.
[[nodiscard]] std::string inline_text(std::string_view text);

// As code. Back-ticks serve for what cannot end them and means nothing to a careless renderer.
[[nodiscard]] std::string code(std::string_view text);

// `<pre>` instead of a fence: what is inside is escaped and cannot end it.
[[nodiscard]] std::string preformatted(const std::string& text);

}  // namespace mqttspec::report
