// Runs made up for the tests of the renderers: every verdict, every version, long traces, and text
// and bytes as an evil broker would send them.
#pragma once

#include <cstddef>
#include <string_view>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// A small run in which every verdict occurs. All its text is printable.
[[nodiscard]] RunResult sample_run();

// Text that breaks out of whatever does not escape it: markup, scripts, XML, terminals, Markdown.
inline constexpr std::string_view hostile_text =
    "</script><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
    "]]><!--&amp;'\"`|\\*[x](javascript:alert(1))\x1b[2J\x07\r\n\t\x01\x7f\xc2\x9b"
    "31m\xe2\x80\xae\xff\xfe\xed\xa0\x80";
// sample_run() with hostile text in every place that text can come from.
[[nodiscard]] RunResult hostile_run();

// As many instances as asked for, each with a trace of its own; one in fifty fails.
[[nodiscard]] RunResult large_run(std::size_t instances);

}  // namespace mqttspec::report
