#include "fuzz/generators/reduce_program.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mqttspec::fuzz {
namespace {

using Kind = Operation::Kind;

Program program_of(std::uint64_t seed) {
  codec::SeededChoices choices(seed);
  return make_program(choices);
}

bool is_retained(const Operation& operation) {
  const auto* publish = std::get_if<codec::Publish>(&operation.packet);
  return operation.kind == Kind::send && publish != nullptr && publish->retain;
}

// Some client connects, then publishes a retained message.
bool shows_retained(const Program& program) {
  for (auto place = program.begin(); place != program.end(); ++place) {
    if (place->kind != Kind::connect) continue;
    const bool found = std::any_of(place, program.end(), [&](const Operation& later) {
      return later.client == place->client && is_retained(later);
    });
    if (found) return true;
  }
  return false;
}

TEST(ReduceProgram, LeavesOnlyWhatShowsIt) {
  int reduced = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Program program = program_of(seed);
    if (!shows_retained(program)) continue;
    ++reduced;
    const auto result = reduce(program, shows_retained);
    ASSERT_EQ(result.program.size(), 2U) << print(result.program);
    EXPECT_EQ(result.program[0].client, 0U);
    const auto& publish = std::get<codec::Publish>(result.program[1].packet);
    EXPECT_TRUE(publish.retain);
    EXPECT_EQ(publish.qos, 0);
    EXPECT_TRUE(publish.properties.empty());
    EXPECT_FALSE(std::get<codec::Connect>(result.program[0].packet).will.has_value());
  }
  EXPECT_GT(reduced, 10);
}

TEST(ReduceProgram, IsTheSameEachTime) {
  const Program program = program_of(2);
  ASSERT_TRUE(shows_retained(program));
  EXPECT_EQ(print(reduce(program, shows_retained).program),
            print(reduce(program, shows_retained).program));
}

TEST(ReduceProgram, ShortensRawBytes) {
  Operation raw;
  raw.kind = Kind::raw;
  raw.bytes = std::string(100, 'a') + "needle" + std::string(100, 'b');
  const auto shows = [](const Program& program) {
    return program.size() == 1 && program[0].bytes.find("needle") != std::string::npos;
  };
  EXPECT_EQ(reduce({raw}, shows).program[0].bytes, "needle");
}

TEST(ReduceProgram, AsksNoMoreThanItMay) {
  std::size_t asked = 0;
  const auto shows = [&](const Program&) {
    ++asked;
    return asked % 2 == 0;
  };
  const auto result = reduce(program_of(1), shows, 50);
  EXPECT_LE(asked, 50U);
  EXPECT_EQ(result.questions, asked);
}

}  // namespace
}  // namespace mqttspec::fuzz
