// Wrong brokers, which the suite must catch, and legal variants, which it must spare. Each is an
// interceptor around the reference (or a Config), one table row each.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "reference/broker/config.hpp"
#include "reference/node/interceptor.hpp"

namespace mqttspec::mutants {

struct MutantRow {
  std::string_view slug;       // "qos2-forwards-duplicate"
  std::string_view statements; // ids that it violates, blank-separated: "5.0:MQTT-4.3.3-10 3.1.1:..."
  std::string_view sentence;   // what it does wrong, one line
  std::unique_ptr<node::Interceptor> (*make)();
};

struct VariantRow {
  std::string_view slug;      // "closes-without-disconnect"
  std::string_view sentence;  // which freedom it uses
  std::string_view section;   // where the standard leaves it
  std::unique_ptr<node::Interceptor> (*make)();  // may be null
  void (*configure)(broker::Config&);            // may be null
};

[[nodiscard]] std::span<const MutantRow> mutant_table();
[[nodiscard]] std::span<const VariantRow> variant_table();
// nullptr if there is no such slug.
[[nodiscard]] const MutantRow* find_mutant(std::string_view slug);
[[nodiscard]] const VariantRow* find_variant(std::string_view slug);

}  // namespace mqttspec::mutants
