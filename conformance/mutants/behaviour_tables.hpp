// The parts of the table about what a server does over a whole exchange, session or connection;
// those about single packets and what went before them are in tables.hpp.
#pragma once

#include "conformance/mutants/hooks.hpp"
#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {

[[nodiscard]] std::vector<MutantRow> server_limit_mutants();
[[nodiscard]] std::vector<MutantRow> availability_mutants();
[[nodiscard]] std::vector<MutantRow> explanation_mutants();
[[nodiscard]] std::vector<MutantRow> connack_mutants();
[[nodiscard]] std::vector<MutantRow> acknowledgement_mutants();
[[nodiscard]] std::vector<MutantRow> retained_delivery_mutants();
[[nodiscard]] std::vector<MutantRow> delivery_mutants();
[[nodiscard]] std::vector<MutantRow> older_connect_mutants();
[[nodiscard]] std::vector<MutantRow> older_mutants();
[[nodiscard]] std::vector<MutantRow> subscription_state_mutants();
[[nodiscard]] std::vector<MutantRow> shared_mutants();
[[nodiscard]] std::vector<MutantRow> lifetime_mutants();
[[nodiscard]] std::vector<MutantRow> closing_mutants();
[[nodiscard]] std::vector<MutantRow> topic_shape_mutants();
[[nodiscard]] std::vector<MutantRow> will_rule_mutants();
[[nodiscard]] std::vector<MutantRow> exchange_rule_mutants();

}  // namespace mqttspec::mutants
