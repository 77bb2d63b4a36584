#include "conformance/mutants/mutant.hpp"

#include <algorithm>
#include <iterator>

#include "conformance/mutants/behaviour_tables.hpp"
#include "conformance/mutants/content_tables.hpp"
#include "conformance/mutants/tables.hpp"

namespace mqttspec::mutants {
namespace {

template <class Row>
const Row* find_row(const std::vector<Row>& table, std::string_view slug) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Row& row) { return row.slug == slug; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<MutantRow>& mutant_table() {
  static const std::vector<MutantRow> table = [] {
    std::vector<MutantRow> all;
    for (auto part : {connect_mutants,
                      session_mutants,
                      publish_mutants,
                      qos2_mutants,
                      retained_mutants,
                      subscribe_mutants,
                      will_mutants,
                      limit_mutants,
                      malformed_mutants,
                      handshake_mutants,
                      identifier_mutants,
                      topic_mutants,
                      rule_mutants,
                      string_mutants,
                      property_mutants,
                      server_field_mutants,
                      server_property_mutants,
                      websocket_mutants,
                      authentication_mutants,
                      access_mutants,
                      store_mutants,
                      server_limit_mutants,
                      availability_mutants,
                      explanation_mutants,
                      connack_mutants,
                      acknowledgement_mutants,
                      retained_delivery_mutants,
                      delivery_mutants,
                      older_connect_mutants,
                      older_mutants,
                      subscription_state_mutants,
                      shared_mutants,
                      lifetime_mutants,
                      closing_mutants,
                      topic_shape_mutants,
                      will_rule_mutants,
                      exchange_rule_mutants,
                      client_identifier_mutants,
                      content_mutants,
                      copy_mutants,
                      effect_mutants}) {
      auto rows = part();
      std::move(rows.begin(), rows.end(), std::back_inserter(all));
    }
    return all;
  }();
  return table;
}

const MutantRow* find_mutant(std::string_view slug) {
  return find_row(mutant_table(), slug);
}
const VariantRow* find_variant(std::string_view slug) {
  return find_row(variant_table(), slug);
}

}  // namespace mqttspec::mutants
