// The data inside the page: an index with all that its tables need, and blocks of instances with
// their traces, which the page unpacks when one is opened.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

// What all blocks together may take; the page stays below 5 MB.
inline constexpr std::size_t page_blocks_max = 4'000'000;

// Compressed JSON in base64.
struct PageData {
  std::string index;
  std::vector<std::string> blocks;
};

// If there is not room for all traces, those of the least grave instances are left out.
[[nodiscard]] PageData page_data(const RunResult& result, bool strict,
                                 std::size_t blocks_max = page_blocks_max);

}  // namespace mqttspec::report
