// Does the oracle see? Wrong brokers (conformance/mutants) are run against programs by number until
// the judge of sessions objects to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/mutants/mutant.hpp"
#include "fuzz/generators/program.hpp"
#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

// Where programs come from: the model's commands, or the sessions that the target broker_session
// reads out of bytes.
enum class Source : std::uint8_t { model, broker_session };
[[nodiscard]] std::string_view to_string(Source source);
[[nodiscard]] std::optional<Source> source_by_name(std::string_view name);

// The program of that number, the same for ever while the generator stays as it is.
[[nodiscard]] Program numbered_program(Source source, std::uint64_t number);

// Brokers are judged as the suite judges them: with patience and with clocks that are coarse.
inline constexpr Tolerance live_tolerance{std::chrono::seconds(1), std::chrono::seconds(1)};

struct Kill {
  Source source = Source::model;
  std::uint64_t number = 0;  // of the program, counted from 1: how many were executed
  std::string fault;         // the first that was found
};

// What the judge objects to in that program; nothing if it is content.
[[nodiscard]] std::optional<Kill> judge_mutant(const mutants::MutantRow& row, Source source,
                                               std::uint64_t number);
// The first program of each source, in turn, that the mutant falls to, out of `budget` each.
[[nodiscard]] std::optional<Kill> hunt(const mutants::MutantRow& row, std::uint64_t budget);

// Is it about sessions, delivery, retained messages, Wills, Shared Subscriptions or decoding? By
// the sections of the statements that it violates.
[[nodiscard]] bool concerns_the_model(const mutants::MutantRow& row);

}  // namespace mqttspec::fuzz
