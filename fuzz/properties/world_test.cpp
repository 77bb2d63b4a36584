// The judge of whole sessions: it spares the reference broker, and it sees what is wrong with the
// others.
#include "fuzz/properties/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/mutants/mutant.hpp"

namespace mqttspec::fuzz {
namespace {

Program program_of(std::uint64_t seed) {
  codec::SeededChoices choices(seed);
  return make_program(choices);
}

TEST(World, FindsNothingWrongWithTheReferenceBroker) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto program = program_of(seed);
    const auto verdict = run(program);
    ASSERT_TRUE(verdict.faults.empty())
        << "seed " << seed << ": " << fmt::format("{}", fmt::join(verdict.faults, "\n")) << '\n'
        << print(program) << fmt::format("{}", fmt::join(verdict.transcript, "\n"));
  }
}

TEST(World, ADurableSessionOutlivesTheDeathOfTheBroker) {
  const auto connect = [](bool clean) {
    Operation operation;
    operation.kind = Operation::Kind::connect;
    operation.version = codec::Version::v3_1_1;
    operation.packet =
        codec::Connect{.protocol_version = 4, .clean_start = clean, .client_identifier = "a"};
    return operation;
  };
  Operation restart;
  restart.kind = Operation::Kind::restart;
  const auto verdict = run({connect(false), restart, connect(false), restart, connect(true)});
  EXPECT_TRUE(verdict.faults.empty()) << verdict.faults.front();
  EXPECT_EQ(verdict.transcript,
            (std::vector<std::string>{"0: CONNACK reason_code=0x00", "0: closed",
                                      "0: CONNACK session_present reason_code=0x00", "0: closed",
                                      "0: CONNACK reason_code=0x00", "0: PINGRESP", "0: closed"}));
}

TEST(World, EnoughHappensToBeJudged) {
  std::size_t deliveries = 0;
  std::size_t resumed = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    for (const auto& line : run(program_of(seed)).transcript) {
      deliveries += line.find(": PUBLISH") != std::string::npos ? 1 : 0;
      resumed += line.find("CONNACK session_present") != std::string::npos ? 1 : 0;
    }
  }
  EXPECT_GT(deliveries, 200U);
  EXPECT_GT(resumed, 10U);
}

// How many programs it takes until the judge objects to a broker; nothing if it never does.
std::optional<int> programs_until_caught(const mutants::MutantRow& row, int most) {
  for (int seed = 1; seed <= most; ++seed) {
    const auto interceptor = row.make();
    if (!run(program_of(static_cast<std::uint64_t>(seed)), {}, interceptor.get()).faults.empty()) {
      return seed;
    }
  }
  return std::nullopt;
}

class WrongBroker : public ::testing::TestWithParam<std::string_view> {};

TEST_P(WrongBroker, IsCaught) {
  const auto* row = mutants::find_mutant(GetParam());
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(programs_until_caught(*row, 400)) << row->sentence;
}

INSTANTIATE_TEST_SUITE_P(
    World, WrongBroker,
    ::testing::Values("connack-never-shows-a-session", "connack-always-shows-a-session",
                      "ping-goes-unanswered", "take-over-keeps-the-old-connection",
                      "session-survives-clean-start", "repetition-has-dup-0",
                      "puback-has-another-identifier", "puback-twice",
                      "delivery-ignores-the-granted-qos", "dup-is-passed-on",
                      "payload-loses-its-last-byte", "order-is-lost", "own-messages-come-back",
                      "suback-lacks-a-code", "suback-has-an-unknown-code",
                      "plus-covers-several-levels", "hash-does-not-cover-the-parent",
                      "maximum-packet-size-is-ignored", "topic-alias-is-sent-unasked",
                      "qos2-identifier-is-never-free-again"),
    [](const auto& test) {
      std::string name(test.param);
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace mqttspec::fuzz
