// What is wrong with the statements that checks cite: there is no such statement, or the check
// judges more strictly than they do.
#pragma once

#include <vector>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/cli/suite.hpp"

namespace mqttspec::cli {

void lint_citations(const Suite& suite, const catalogue::Catalogue& catalogue,
                    std::vector<scenario::Problem>& problems);

}  // namespace mqttspec::cli
