// The data inside the page: an index with all that its tables need, and blocks of instances with
// their traces, which the page unpacks when one is opened.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/report/render.hpp"
#include "conformance/report/result.hpp"

namespace mqttspec::report {

// Compressed JSON in base64.
struct PageData {
  std::string index;
  std::vector<std::string> blocks;
};

// If there is not room for all traces, those of the least grave instances are left out.
[[nodiscard]] PageData page_data(const RunResult& result, bool strict,
                                 std::size_t blocks_max = page_traces_max);

}  // namespace mqttspec::report
