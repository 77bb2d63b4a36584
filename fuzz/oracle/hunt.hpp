// Does the oracle see? Wrong brokers (conformance/mutants) are run against programs by number until
// the judge of sessions objects to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/mutants/mutant.hpp"
#include "fuzz/generators/program.hpp"
#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

// Where programs come from: the model's commands, the sessions that the target broker_session reads
// out of bytes, and the golden vectors, each sent by a client while another one watches.
enum class Source : std::uint8_t { model, broker_session, golden };
inline constexpr Source all_sources[] = {Source::golden, Source::model, Source::broker_session};
[[nodiscard]] std::string_view to_string(Source source);
[[nodiscard]] std::optional<Source> source_by_name(std::string_view name);

// A frame that a client sends in its version.
struct GoldenFrame {
  codec::Version version{};
  codec::Bytes bytes;
};
using GoldenFrames = std::vector<GoldenFrame>;

// The program of that number, the same for ever while generator and vectors stay as they are.
// Numbers begin with 1; those beyond the vectors have empty programs.
[[nodiscard]] Program numbered_program(Source source, std::uint64_t number,
                                       const GoldenFrames& golden = {});

// Brokers are judged as the suite judges them: with patience and with clocks that are coarse.
inline constexpr Tolerance live_tolerance{std::chrono::seconds(1), std::chrono::seconds(1)};

struct Kill {
  Source source = Source::model;
  std::uint64_t number = 0;  // of the program, counted from 1: how many were executed
  std::string fault;         // the first that was found
};

// What the judge objects to in that program; nothing if it is content.
[[nodiscard]] std::optional<Kill> judge_mutant(const mutants::MutantRow& row, Source source,
                                               std::uint64_t number, const GoldenFrames& golden);
// The first program that the mutant falls to, out of all golden vectors and `budget` of each other
// source in turn.
[[nodiscard]] std::optional<Kill> hunt(const mutants::MutantRow& row, std::uint64_t budget,
                                       const GoldenFrames& golden);

// Is it about sessions, delivery, retained messages, Wills, Shared Subscriptions or decoding? By
// the sections of the statements that it violates.
[[nodiscard]] bool concerns_the_model(const mutants::MutantRow& row);

}  // namespace mqttspec::fuzz
