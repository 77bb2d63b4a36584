#include "fuzz/generators/mutate_program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace mqttspec::fuzz {
namespace {

using Kind = Operation::Kind;

Program program_of(std::uint64_t seed) {
  codec::SeededChoices choices(seed);
  return make_program(choices);
}

Program read(codec::BytesView bytes) {
  codec::ByteChoices choices(bytes);
  return make_program(choices);
}

std::vector<std::string> lines_of(const Program& program) {
  std::vector<std::string> lines;
  const std::string text = print(program);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// How often the mutation works on a hundred programs; `holds` judges each result.
template <class Holds>
int successes(ProgramMutation mutation, Holds holds) {
  int changed = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    codec::SeededChoices choices(seed);
    const Program before = program_of(seed);
    Program after = before;
    if (!mutate(choices, mutation, after, program_of(seed + 1'000))) continue;
    ++changed;
    EXPECT_TRUE(holds(before, after)) << seed << '\n' << print(before) << "---\n" << print(after);
  }
  return changed;
}

bool longer(const Program& before, const Program& after) {
  return after.size() > before.size() || before.size() == operations_max;
}

TEST(MutateProgram, InsertsAndDuplicatesAndSplices) {
  EXPECT_GT(successes(ProgramMutation::insert, longer), 80);
  EXPECT_GT(successes(ProgramMutation::duplicate, longer), 80);
  EXPECT_GT(successes(ProgramMutation::splice, longer), 80);
}

TEST(MutateProgram, Removes) {
  EXPECT_GT(successes(ProgramMutation::remove,
                      [](const Program& before, const Program& after) {
                        return after.size() < before.size();
                      }),
            80);
}

TEST(MutateProgram, SwapsAndChangesNothingElse) {
  EXPECT_GT(successes(ProgramMutation::swap,
                      [](const Program& before, const Program& after) {
                        return before.size() == after.size();
                      }),
            80);
  Operation one;
  one.kind = Kind::connect;
  Operation other;
  other.kind = Kind::reset;
  Program program{one, other};
  codec::SeededChoices choices(1);
  ASSERT_TRUE(mutate(choices, ProgramMutation::swap, program));
  EXPECT_EQ(program[0].kind, Kind::reset);
  EXPECT_EQ(program[1].kind, Kind::connect);
}

TEST(MutateProgram, LetsTimePass) {
  const auto advances = [](const Program& program) {
    return std::count_if(program.begin(), program.end(),
                         [](const Operation& o) { return o.kind == Kind::advance; });
  };
  EXPECT_EQ(successes(ProgramMutation::advance,
                      [&](const Program& before, const Program& after) {
                        return advances(after) > advances(before) ||
                               before.size() == operations_max;
                      }),
            100);
}

// Of two programs of the same length: how many operations differ, and whether in this way only.
template <class Same>
bool one_differs(const Program& before, const Program& after, Same same) {
  int different = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!same(before[i], after[i])) ++different;
  }
  return before.size() == after.size() && different == 1;
}

TEST(MutateProgram, ChangesWhoDoesIt) {
  const auto by_the_same = [](const Operation& a, const Operation& b) {
    return a.client == b.client;
  };
  EXPECT_GT(successes(ProgramMutation::change_client,
                      [&](const Program& before, const Program& after) {
                        return one_differs(before, after, by_the_same);
                      }),
            80);
}

TEST(MutateProgram, ChangesTopicsAndPackets) {
  const auto same_packet = [](const Operation& a, const Operation& b) {
    return a.packet == b.packet;
  };
  const auto in_one_packet = [&](const Program& before, const Program& after) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i].packet.index() != after[i].packet.index()) return false;
    }
    return one_differs(before, after, same_packet);
  };
  EXPECT_GT(successes(ProgramMutation::change_topic, in_one_packet), 20);
  EXPECT_GT(successes(ProgramMutation::change_packet, in_one_packet), 40);
}

TEST(MutateProgram, WhatComesOutIsStillASession) {
  codec::SeededChoices choices(1);
  Program program = program_of(1);
  std::size_t operations = 0;
  for (int round = 0; round < 2'000; ++round) {
    const auto mutation = static_cast<ProgramMutation>(choices.below(program_mutations));
    static_cast<void>(mutate(choices, mutation, program, program_of(choices.below(50) + 1)));
    program = read(encode_program(program));
    ASSERT_LE(program.size(), operations_max);
    operations += program.size();
  }
  EXPECT_GT(operations, 20'000U) << "mutations wear programs out";
}

TEST(MutateProgram, CrossingTakesTheBeginningOfOneAndTheEndOfTheOther) {
  const Program first = program_of(1);
  const Program second = program_of(2);
  auto known = lines_of(first);
  const auto of_second = lines_of(second);
  known.insert(known.end(), of_second.begin(), of_second.end());
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    codec::SeededChoices choices(seed);
    const Program program = cross(choices, first, second);
    ASSERT_LE(program.size(), operations_max);
    if (program.empty()) continue;
    const std::string head = print({program.front()});
    EXPECT_TRUE(head == print({first.front()}) || program.size() <= second.size());
  }
}

}  // namespace
}  // namespace mqttspec::fuzz
