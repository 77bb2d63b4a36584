// Up to six clients and 64 operations in virtual time: the main target.
#include <fmt/format.h>

#include "fuzz/properties/world.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {

void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const Program program = make_program(choices);
  const auto before = allocated();
  const Verdict verdict = run(program);
  const auto evidence = [&] {
    return fmt::format("{}\n--- program\n{}--- transcript\n{}", fmt::join(verdict.faults, "\n"),
                       print(program), fmt::join(verdict.transcript, "\n"));
  };
  require(verdict.faults.empty(), "the broker stays faithful to everyone", evidence);
  require(allocated() - before < 64'000'000, "a session's memory is bounded", evidence);
}

}  // namespace mqttspec::fuzz
