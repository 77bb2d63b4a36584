// The parts of the tables, one a theme; mutant.cpp puts them together.
#pragma once

#include "conformance/mutants/hooks.hpp"
#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {

[[nodiscard]] std::vector<MutantRow> connect_mutants();
[[nodiscard]] std::vector<MutantRow> session_mutants();
[[nodiscard]] std::vector<MutantRow> store_mutants();
[[nodiscard]] std::vector<MutantRow> publish_mutants();
[[nodiscard]] std::vector<MutantRow> qos2_mutants();
[[nodiscard]] std::vector<MutantRow> retained_mutants();
[[nodiscard]] std::vector<MutantRow> subscribe_mutants();
[[nodiscard]] std::vector<MutantRow> will_mutants();
[[nodiscard]] std::vector<MutantRow> limit_mutants();
[[nodiscard]] std::vector<MutantRow> malformed_mutants();
[[nodiscard]] std::vector<MutantRow> handshake_mutants();
[[nodiscard]] std::vector<MutantRow> identifier_mutants();
[[nodiscard]] std::vector<MutantRow> topic_mutants();
[[nodiscard]] std::vector<MutantRow> rule_mutants();
[[nodiscard]] std::vector<MutantRow> string_mutants();
[[nodiscard]] std::vector<MutantRow> property_mutants();
[[nodiscard]] std::vector<MutantRow> server_field_mutants();
[[nodiscard]] std::vector<MutantRow> server_property_mutants();
[[nodiscard]] std::vector<MutantRow> websocket_mutants();
[[nodiscard]] std::vector<MutantRow> authentication_mutants();
[[nodiscard]] std::vector<MutantRow> access_mutants();

[[nodiscard]] std::vector<VariantRow> trace_variants();

}  // namespace mqttspec::mutants
