// Are all reports of a run well-formed, whatever a broker has sent?
#pragma once

#include <optional>
#include <string>

#include "conformance/report/result.hpp"

namespace mqttspec::fuzz {

// A run of these instances alone, described as `mqttspec run` would.
[[nodiscard]] report::RunResult run_of(const std::vector<scenario::Instance>& instances,
                                       std::vector<executor::InstanceOutcome> outcomes);

// What is wrong with a report, as a sentence, or nothing. JSON, JUnit, Markdown, badge and
// terminal.
[[nodiscard]] std::optional<std::string> fault_in_texts(const report::RunResult& result);
// The page, which takes a hundred times as long.
[[nodiscard]] std::optional<std::string> fault_in_page(const report::RunResult& result);

// The parts of them that judge a text by itself.
[[nodiscard]] std::optional<std::string> fault_in_json(const std::string& text);
[[nodiscard]] std::optional<std::string> fault_in_xml(const std::string& text);
// One script of the page's own; all others are data, in base64; no markup that no clean page has.
[[nodiscard]] std::optional<std::string> fault_in_html(const std::string& page,
                                                       const std::string& clean_page);
// Text for people: valid UTF-8 without control characters other than line feeds.
[[nodiscard]] std::optional<std::string> fault_in_text(const std::string& text);

}  // namespace mqttspec::fuzz
