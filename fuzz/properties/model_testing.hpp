// What the properties of whole sessions share: commands that RapidCheck draws and shrinks, and runs
// by seed. For tests only; gtest has to be included before.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
// rapidcheck/gtest.h wants gtest before it.
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/findings/scenario_of.hpp"
#include "fuzz/model/commands.hpp"
#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

// Choices of so many commands; RapidCheck leaves out those that it can and makes the others
// plainer.
struct Commands {
  std::vector<codec::Bytes> choices;
  [[nodiscard]] Program program() const { return make_commands(choices); }
};

// RapidCheck prints counterexamples by this: as operations, and as a scenario for any broker.
inline void showValue(const Commands& commands, std::ostream& out) {
  const Program program = commands.program();
  out << "\n" << print(program);
  if (program.empty()) return;
  const auto scripted = scenario_of(program, {"found-by-the-model", "As the model found", "model"});
  out << "--- as a scenario\n" << scripted.text << scripted.trouble << "\n";
}

inline rc::Gen<Commands> any_commands(int most = 120) {
  const auto byte = rc::gen::map(rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 256)),
                                 [](int value) { return static_cast<char>(value); });
  const auto command = rc::gen::container<codec::Bytes>(command_bytes, byte);
  return rc::gen::map(
      rc::gen::resize(most, rc::gen::container<std::vector<codec::Bytes>>(command)),
      [](std::vector<codec::Bytes> choices) { return Commands{std::move(choices)}; });
}

// Fixed, so that a run is the same everywhere; MQTTSPEC_MODEL_SEED=N begins elsewhere.
inline std::uint64_t first_seed() {
  const char* text = std::getenv("MQTTSPEC_MODEL_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

// `property(commands)` returns what is wrong, "" if nothing. False if it does not always hold.
template <class Property>
bool holds(std::uint64_t seed, int runs, Property property) {
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description =
      ::testing::UnitTest::GetInstance()->current_test_info()->name();
  rc::detail::TestParams parameters;
  parameters.seed = seed;
  parameters.maxSuccess = runs;
  parameters.maxSize = rc::kNominalSize;
  const auto commands = any_commands();
  const auto result = rc::detail::checkTestable(
      [&] {
        const Commands drawn = *commands;
        const std::string wrong = property(drawn);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      metadata, parameters);
  if (result.template is<rc::detail::SuccessResult>()) return true;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  ADD_FAILURE() << "MQTTSPEC_MODEL_SEED=" << seed << "\n" << text.str();
  return false;
}

inline std::string evidence(const Verdict& verdict) {
  if (verdict.faults.empty()) return "";
  return fmt::format("{}\n--- what clients received\n{}\n", fmt::join(verdict.faults, "\n"),
                     fmt::join(verdict.transcript, "\n"));
}

}  // namespace mqttspec::fuzz
