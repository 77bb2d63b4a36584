// The same program twice, and once more with the clients' bytes cut elsewhere: every client gets
// the same packets in the same order.
#include <fmt/format.h>

#include "fuzz/properties/world.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {

void test_one(BytesView input) {
  codec::ByteChoices choices(input);
  const auto cuts = 1 + choices.below(255);
  const Program program = make_program(choices);
  const Verdict first = run(program);
  const auto compare = [&](const Verdict& other, std::string_view property) {
    require(first.transcript == other.transcript, property, [&] {
      return fmt::format("--- program\n{}--- first\n{}\n--- second\n{}", print(program),
                         fmt::join(first.transcript, "\n"), fmt::join(other.transcript, "\n"));
    });
  };
  compare(run(program), "a broker is deterministic");
  compare(run(program, {}, nullptr, cuts), "segmentation changes nothing");
}

}  // namespace mqttspec::fuzz
