// The parts of the table of mutants about who a client is and what its packets hold.
#pragma once

#include <vector>

#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {

[[nodiscard]] std::vector<MutantRow> client_identifier_mutants();
[[nodiscard]] std::vector<MutantRow> content_mutants();
[[nodiscard]] std::vector<MutantRow> copy_mutants();
[[nodiscard]] std::vector<MutantRow> effect_mutants();

}  // namespace mqttspec::mutants
