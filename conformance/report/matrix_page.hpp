// Several brokers side by side: one page, statement by statement.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "conformance/report/result.hpp"

namespace mqttspec::report {

struct MatrixColumn {
  const RunResult* run = nullptr;
  std::string link;  // of its own page, relative to this one; empty: there is none
};
// `kills_link`: of the page of render_kills(); empty: there is none. Runs may be of different
// versions of the suite: statements are those of all of them.
void render_matrix(std::span<const MatrixColumn> columns, std::string_view kills_link,
                   std::ostream& out);

}  // namespace mqttspec::report
