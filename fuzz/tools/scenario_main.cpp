// Between inputs of broker_session and scenarios.
//   fuzz_scenario INPUT                writes the session as a scenario file to standard output
//   fuzz_scenario --seeds FILE FOLDER  writes each instance of a scenario file as an input
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iostream>

#include "fuzz/findings/program_of.hpp"
#include "fuzz/findings/scenario_of.hpp"
#include "fuzz/tools/pack.hpp"

namespace {

namespace fs = std::filesystem;
using namespace mqttspec;
using namespace mqttspec::fuzz;

std::string slug_of(const fs::path& input) {
  std::string slug = "found-";
  for (const char c : input.stem().string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      slug += static_cast<char>(std::tolower(byte));
    } else if (!slug.ends_with('-')) {
      slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

int print_scenario(const fs::path& input) {
  const std::string bytes = read_file(input);
  codec::ByteChoices choices(bytes);
  const auto scripted =
      scenario_of(make_program(choices),
                  {slug_of(input), "The broker stays faithful to everyone in this session",
                   "fuzz_scenario out of " + input.filename().string()});
  std::cout << scripted.text;
  for (const auto& what : scripted.left_out) std::cerr << "not asked: " << what << '\n';
  if (scripted.trouble.empty()) return 0;
  std::cerr << "fuzz_scenario: " << scripted.trouble << '\n';
  return 1;
}

int write_seeds(const fs::path& path, const fs::path& folder) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(read_file(path), path.string(), problems);
  std::vector<scenario::Instance> instances;
  if (file) {
    instances =
        scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
  }
  for (const auto& problem : problems) std::cerr << to_string(problem) << '\n';
  if (!problems.empty()) return 2;
  for (const auto& instance : instances) {
    const auto program = program_of(instance);
    if (!program) {
      std::cerr << instance.id << ": more clients than a program has\n";
      continue;
    }
    write_file(folder / slug_of(instance.id), encode_program(*program));
  }
  return 0;
}

int main_of(const std::vector<std::string>& arguments) {
  if (arguments.size() == 1 && !arguments[0].starts_with('-')) return print_scenario(arguments[0]);
  if (arguments.size() == 3 && arguments[0] == "--seeds") {
    return write_seeds(arguments[1], arguments[2]);
  }
  std::cerr
      << "usage: fuzz_scenario INPUT > FILE.json, or fuzz_scenario --seeds FILE.json FOLDER\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_of(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "fuzz_scenario: " << error.what() << '\n';
    return 2;
  }
}
