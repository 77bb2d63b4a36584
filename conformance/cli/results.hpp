// Results of earlier runs, and the pages that are made of several of them.
#pragma once

#include <string>

#include "conformance/report/kills_page.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::cli {

// results.json, or that compressed (results.json.gz). Throws std::runtime_error that names the
// file.
[[nodiscard]] report::RunResult read_results(const std::string& path);

// What is known of the suite itself: the embedded scenarios, proofs, kills and mutants.
[[nodiscard]] report::KillsPage kills_page();

}  // namespace mqttspec::cli
