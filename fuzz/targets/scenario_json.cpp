// Any text as a scenario file: problems with their places, or a file that prints to itself.
#include "conformance/scenario/model.hpp"
#include "fuzz/targets/target.hpp"

namespace mqttspec::fuzz {

void test_one(BytesView input) {
  std::vector<scenario::Problem> problems;
  const auto file = scenario::parse_file(input, "input.json", problems);
  require(file.has_value() == problems.empty(), "a file is parsed exactly if nothing is wrong",
          std::string(input));
  for (const auto& problem : problems) {
    require(!problem.message.empty() && problem.line > 0, "a problem says what and where",
            scenario::to_string(problem));
  }
  if (!file) return;
  const auto printed = scenario::print_file(*file);
  std::vector<scenario::Problem> none;
  const auto again = scenario::parse_file(printed, "printed.json", none);
  require(again.has_value(), "what was printed parses",
          [&] { return scenario::to_string(none.front()) + "\n" + printed; });
  require(scenario::print_file(*again) == printed, "printing is a fixed point", printed);
  const auto shared = std::make_shared<const scenario::File>(*file);
  static_cast<void>(scenario::expand(shared, none));
}

}  // namespace mqttspec::fuzz
