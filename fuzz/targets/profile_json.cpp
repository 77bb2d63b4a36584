// Any text as a broker's profile.
#include "conformance/profile/profile.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {

void test_one(BytesView input) {
  std::vector<scenario::Problem> problems;
  const auto profile = profile::parse_profile(input, "input.json", problems);
  require(profile.has_value() == problems.empty(),
          "a profile is parsed exactly if nothing is wrong", std::string(input));
  for (const auto& problem : problems) {
    require(!problem.message.empty() && problem.line > 0, "a problem says what and where",
            scenario::to_string(problem));
  }
}

}  // namespace mqttspec::fuzz
