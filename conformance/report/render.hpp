// Everything a run is reported as. All of it is made from a RunResult alone, so that a results.json
// read back gives the same reports.
//
// What a broker sent is data: text has been made printable (text.hpp) wherever it goes.
#pragma once

#include <cstddef>
#include <istream>
#include <ostream>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// results.json, as conformance/report/results.schema.json describes it; one instance a line.
void write_json(const RunResult& result, std::ostream& out);
// The RunResult that write_json was given (text made printable, frames above 64 KiB cut). Throws
// std::runtime_error that says what is wrong and where.
[[nodiscard]] RunResult read_json(std::istream& in);

// JUnit XML: one suite a scenario file, one case a check of an instance (not asked ones aside). A
// listed deviation is skipped; with `strict` a nonstrict check is a failure.
void render_junit(const RunResult& result, std::ostream& out, bool strict = false);

// A comment for a pull request, at most 65,000 bytes.
void render_markdown(const RunResult& result, std::ostream& out, bool strict = false);

// A flat SVG badge: "MQTT 3.1.1 5.0 | 412 of 415 checks".
void render_badge(const RunResult& result, std::ostream& out, bool strict = false);

// What the traces in a page may take; the page then stays below 5 MB.
inline constexpr std::size_t page_traces_max = 4'000'000;
// One self-contained page that opens offline. Where its traces take more than `traces_max` bytes,
// those of the least grave instances are left out.
void render_html(const RunResult& result, std::ostream& out, bool strict = false,
                 std::size_t traces_max = page_traces_max);

}  // namespace mqttspec::report
