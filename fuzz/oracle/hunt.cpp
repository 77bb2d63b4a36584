#include "fuzz/oracle/hunt.hpp"

#include <algorithm>
#include <array>

#include "fuzz/model/commands.hpp"

namespace mqttspec::fuzz {

namespace {

// Data representation and packet format; CONNECT with sessions and Wills; CONNACK as far as it
// speaks of sessions; PUBLISH and its acknowledgements; subscriptions; DISCONNECT; state, delivery,
// order, topics, Shared Subscriptions, flow control, errors.
constexpr std::array sections = {
    "1.5.", "2.1.", "2.2.", "2.3.", "3.1.2", "3.1.3", "3.1.4", "3.2.2-", "3.3.", "3.4.",
    "3.5.", "3.6.", "3.7.", "3.8.", "3.9.",  "3.10.", "3.11.", "3.14.",  "4.1.", "4.1-",
    "4.3.", "4.4.", "4.4-", "4.5.", "4.6.",  "4.7.",  "4.8.",  "4.9.",   "4.9-", "4.13.",
};

bool is_in_scope(std::string_view statement) {
  for (const std::string_view prefix : {":MQTT-", ":V5-", ":V311-"}) {
    const auto at = statement.find(prefix);
    if (at == std::string_view::npos) continue;
    const auto section = statement.substr(at + prefix.size());
    return std::any_of(sections.begin(), sections.end(),
                       [&](std::string_view each) { return section.starts_with(each); });
  }
  return false;
}

}  // namespace

std::string_view to_string(Source source) {
  return source == Source::model ? "model" : "broker_session";
}

std::optional<Source> source_by_name(std::string_view name) {
  for (const auto source : {Source::model, Source::broker_session}) {
    if (to_string(source) == name) return source;
  }
  return std::nullopt;
}

Program numbered_program(Source source, std::uint64_t number) {
  if (source == Source::model) return make_commands(number, 40 + number % 80);
  codec::SeededChoices choices(number);
  return make_program(choices);
}

std::optional<Kill> judge_mutant(const mutants::MutantRow& row, Source source,
                                 std::uint64_t number) {
  const auto interceptor = row.make();
  const auto verdict =
      run(numbered_program(source, number), {}, interceptor.get(), 0, live_tolerance);
  if (verdict.faults.empty()) return std::nullopt;
  return Kill{source, number, verdict.faults.front()};
}

std::optional<Kill> hunt(const mutants::MutantRow& row, std::uint64_t budget) {
  for (const auto source : {Source::model, Source::broker_session}) {
    for (std::uint64_t number = 1; number <= budget; ++number) {
      if (auto kill = judge_mutant(row, source, number)) return kill;
    }
  }
  return std::nullopt;
}

bool concerns_the_model(const mutants::MutantRow& row) {
  return std::any_of(row.statements.begin(), row.statements.end(), is_in_scope);
}

}  // namespace mqttspec::fuzz
