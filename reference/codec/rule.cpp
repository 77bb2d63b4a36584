#include "reference/codec/rule.hpp"

namespace mqttspec::codec {

namespace {

constexpr RuleRow rows[] = {
#define RULE(name, reason, v3_1, v3_1_1, v5_0, sentence) \
  {Rule::name, #name, sentence, ReasonCode::reason, v3_1, v3_1_1, v5_0},
#include "reference/codec/rules.def"
#undef RULE
};
static_assert(std::size(rows) < 256, "a RuleSet has 256 places");

}  // namespace

std::span<const RuleRow> rule_table() {
  return rows;
}

const RuleRow& row_of(Rule rule) {
  return rows[static_cast<std::size_t>(rule)];
}

std::optional<Rule> rule_by_name(std::string_view name) {
  for (const auto& row : rows) {
    if (row.name == name) return row.rule;
  }
  return std::nullopt;
}

std::string statement_of(Rule rule, Version version) {
  const auto& row = row_of(rule);
  std::string_view statement;
  switch (version) {
    case Version::v3_1:
      statement = row.statement_v3_1;
      break;
    case Version::v3_1_1:
      statement = row.statement_v3_1_1;
      break;
    case Version::v5_0:
      statement = row.statement_v5_0;
      break;
  }
  if (statement.empty()) return {};
  return std::string(to_string(version)) + ":" + std::string(statement);
}

}  // namespace mqttspec::codec
