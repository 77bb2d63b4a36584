// Wrong brokers, which the suite must catch, and legal variants, which it must spare. Each is an
// interceptor around the reference (or a Config), one table row each.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference/broker/config.hpp"
#include "reference/node/interceptor.hpp"

namespace mqttspec::mutants {

struct MutantRow {
  std::string slug;                     // "qos2-forwards-a-repeated-publish"
  std::vector<std::string> statements;  // that it violates: "5.0:MQTT-4.3.3-10"
  std::string sentence;                 // what it does wrong, one line
  std::function<std::unique_ptr<node::Interceptor>()> make;
  // Why it cannot be narrower, of one that turns more than a tenth of all checks.
  std::string explained = {};
};

struct VariantRow {
  std::string slug;      // "closes-without-disconnect"
  std::string sentence;  // which freedom it uses
  std::string section;   // where the standard leaves it: "5.0 4.13.1"
  std::function<std::unique_ptr<node::Interceptor>()> make;  // may be empty
  std::function<void(broker::Config&)> configure;            // may be empty
  // The freedom is one that a SHOULD advises against: SHOULD checks may then be nonstrict.
  bool against_a_should = false;
};

// Every mutant, by theme; slugs are unique.
[[nodiscard]] const std::vector<MutantRow>& mutant_table();
[[nodiscard]] const std::vector<VariantRow>& variant_table();
// nullptr if there is no such slug.
[[nodiscard]] const MutantRow* find_mutant(std::string_view slug);
[[nodiscard]] const VariantRow* find_variant(std::string_view slug);

}  // namespace mqttspec::mutants
