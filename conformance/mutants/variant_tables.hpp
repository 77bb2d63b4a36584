// Parts of the table of variants about single messages, clients and exchanges; variants.cpp puts
// all together.
#pragma once

#include <vector>

#include "conformance/mutants/mutant.hpp"

namespace mqttspec::mutants {

// What it may do with single messages, topics, subscriptions and clients.
[[nodiscard]] std::vector<VariantRow> message_variants();
// What it may do in the course of exchanges.
[[nodiscard]] std::vector<VariantRow> exchange_variants();

}  // namespace mqttspec::mutants
