#include "fuzz/findings/program_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/scenario/test_files.hpp"
#include "fuzz/findings/scenario_of.hpp"
#include "fuzz/properties/world.hpp"

namespace mqttspec::fuzz {
namespace {

std::vector<scenario::Instance> instances_of(const std::string& path) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(
      scenario::test::read_text(std::filesystem::path(MQTTSPEC_SOURCE_DIR) / path), path, problems);
  if (!file) return {};
  return scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
}

TEST(ProgramOf, ScenariosBecomeSessionsInWhichTheReferenceIsFaithful) {
  std::size_t programs = 0;
  std::size_t structured = 0;
  std::size_t raw = 0;
  for (const char* path :
       {"scenarios/publish/qos1.json", "scenarios/will/will.json",
        "scenarios/session/sessions.json", "scenarios/subscribe/shared-subscriptions.json"}) {
    for (const auto& instance : instances_of(path)) {
      const auto program = program_of(instance);
      if (!program) continue;
      ++programs;
      EXPECT_EQ(run(*program).faults, std::vector<std::string>()) << instance.id << '\n'
                                                                  << print(*program);
      const auto bytes = encode_program(*program);
      codec::ByteChoices again(bytes);
      for (const auto& operation : make_program(again)) {
        ++(operation.kind == Operation::Kind::raw ? raw : structured);
      }
    }
  }
  EXPECT_GT(programs, 20U);
  EXPECT_GT(structured, 5 * raw) << "the encoding has words for most of what scenarios do";
}

TEST(ProgramOf, AProgramThatWasAScenarioIsTheSameSession) {
  codec::SeededChoices seeded(4);
  const Program program = make_program(seeded);
  const auto scripted =
      scenario_of(program, {"found-x", "The broker stays faithful to everyone", "seed 4"});
  ASSERT_EQ(scripted.trouble, "");
  const auto back = program_of(play(scripted.file), "no namespace");
  ASSERT_TRUE(back.has_value());
  const auto publications = [](const Program& p) {
    return std::count_if(p.begin(), p.end(), [](const Operation& o) {
      return o.kind == Operation::Kind::send && std::holds_alternative<codec::Publish>(o.packet);
    });
  };
  EXPECT_GT(publications(*back), 0);
  EXPECT_LE(publications(*back), publications(program));
}

}  // namespace
}  // namespace mqttspec::fuzz
