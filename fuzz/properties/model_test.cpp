// The model against the reference broker, in virtual time.
#include <gtest/gtest.h>

#include <regex>

#include "conformance/mutants/mutant.hpp"
#include "fuzz/properties/model_testing.hpp"

namespace mqttspec::fuzz {
namespace {

constexpr std::size_t commands_wanted = sanitized ? 10'000 : 100'000;
constexpr Tolerance live{std::chrono::seconds(1), std::chrono::seconds(1)};

// Clients connect, take over, leave, drop, subscribe, publish, repeat, acknowledge, wait, stall and
// break rules; whatever they do, the broker does what it owes, and nothing that it may not.
TEST(Model, TheReferenceBrokerDoesWhatItOwesAndNothingElse) {
  std::size_t executed = 0;
  std::uint64_t seed = first_seed();
  for (; executed < commands_wanted; ++seed) {
    const bool good = holds(seed, 50, [&](const Commands& commands) {
      const Program program = commands.program();
      executed += program.size();
      return evidence(run(program, {}, nullptr, 0, seed % 2 == 0 ? live : Tolerance{}));
    });
    if (!good) break;
  }
  std::cout << fmt::format("{} commands, seeds {} to {}\n", executed, first_seed(), seed - 1);
  EXPECT_GE(executed, commands_wanted);
}

TEST(Model, CuttingTheBytesElsewhereChangesNothing) {
  holds(first_seed(), sanitized ? 20 : 200, [&](const Commands& commands) {
    const Program program = commands.program();
    const auto whole = run(program);
    const auto cut = run(program, {}, nullptr, 1 + program.size());
    if (whole.transcript == cut.transcript) return std::string();
    return fmt::format("--- whole\n{}\n--- cut\n{}\n", fmt::join(whole.transcript, "\n"),
                       fmt::join(cut.transcript, "\n"));
  });
}

// That a wrong broker is found and what is printed then is short enough to be read.
TEST(Model, AWrongBrokerIsFoundAndItsCounterexampleIsShrunk) {
  const auto* row = mutants::find_mutant("qos0-comes-twice");
  ASSERT_NE(row, nullptr);
  rc::detail::TestParams parameters;
  parameters.seed = 1;
  parameters.maxSuccess = 400;
  const auto commands = any_commands();
  const auto result = rc::detail::checkTestable(
      [&] {
        const Commands drawn = *commands;
        const auto interceptor = row->make();
        const auto wrong = evidence(run(drawn.program(), {}, interceptor.get()));
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      rc::detail::TestMetadata{}, parameters);
  ASSERT_TRUE(result.is<rc::detail::FailureResult>());
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  // An operation begins with its client; the transcript has a colon behind it.
  static const std::regex operation("\n[0-5] [a-z]+");
  const std::string shown = text.str();
  EXPECT_LT(std::distance(std::sregex_iterator(shown.begin(), shown.end(), operation),
                          std::sregex_iterator()),
            15)
      << shown;
  EXPECT_NE(shown.find("a message"), std::string::npos) << shown;
}

}  // namespace
}  // namespace mqttspec::fuzz
