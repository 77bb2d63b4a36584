// The judge spares what the standard leaves free: each legal variant, singly.
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "fuzz/oracle/hunt.hpp"
#include "fuzz/properties/model_testing.hpp"

namespace mqttspec::fuzz {
namespace {

constexpr std::uint64_t programs_each = sanitized ? 3 : 40;

class LegalVariant : public ::testing::TestWithParam<std::size_t> {};

TEST_P(LegalVariant, IsSpared) {
  const auto& row = mutants::variant_table()[GetParam()];
  SCOPED_TRACE(row.slug);
  for (const auto source : {Source::model, Source::broker_session}) {
    for (std::uint64_t number = 1; number <= programs_each; ++number) {
      broker::Config config;
      if (row.configure) row.configure(config);
      const auto interceptor = row.make ? row.make() : nullptr;
      const auto program = numbered_program(source, number);
      const auto verdict = run(program, config, interceptor.get(), 0, live_tolerance);
      ASSERT_TRUE(verdict.faults.empty()) << to_string(source) << " " << number << "\n"
                                          << print(program) << evidence(verdict);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Oracle, LegalVariant,
                         ::testing::Range<std::size_t>(0, mutants::variant_table().size()),
                         [](const auto& test) {
                           std::string name = mutants::variant_table()[test.param].slug;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace mqttspec::fuzz
