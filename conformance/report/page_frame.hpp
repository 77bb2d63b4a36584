// What all pages have in common: one file that opens offline, runs its own script only, and holds
// its data as compressed islands that mean nothing to HTML.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/report/json_node.hpp"

namespace mqttspec::report {

struct Page {
  std::string title;                      // any text
  std::string_view without_scripts;       // where to read the same without scripts
  std::vector<std::string_view> scripts;  // assets, in the order in which they build on each other
  std::vector<std::string_view> styles;
  std::vector<std::pair<std::string, std::string>> islands;  // id and packed() data
  std::uint64_t seed = 0;                                    // of the nonce, beside the data
};
void write_page(const Page& page, std::ostream& out);

// Compressed and in base64, as an island holds it.
[[nodiscard]] std::string packed(const Json& json);

}  // namespace mqttspec::report
