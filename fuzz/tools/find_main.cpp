// Makes findings of broker_session small and keeps them.
//   fuzz_find INPUT NAME [FOLDER]           shrinks what the input shows, a crash too
//   fuzz_find --mutant SLUG [FOLDER]        looks for a session that shows the mutant first
// Written are FOLDER/inputs/NAME, the input, and FOLDER/NAME.json, the scenario; the folder is
// corpus/findings if none is named, and ctest plays what lies there.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>

#include "conformance/mutants/mutant.hpp"
#include "fuzz/findings/scenario_of.hpp"
#include "fuzz/findings/search.hpp"
#include "fuzz/tools/pack.hpp"

namespace {

namespace fs = std::filesystem;
using namespace mqttspec;
using namespace mqttspec::fuzz;

constexpr std::uint64_t programs_max = 20'000;
constexpr unsigned seconds_max = 20;

// Runs the oracle in a process of its own, so that a crash is something that can be shrunk.
std::optional<std::string> asked_apart(const Oracle& oracle, const Program& program) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe is to be had");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process is to be had");
  if (child == 0) {
    ::alarm(seconds_max);
    const std::string fault = oracle(program).value_or("");
    const bool written =
        ::write(ends[1], fault.data(), fault.size()) == static_cast<ssize_t>(fault.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string fault;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    fault.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return fmt::format("ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return "ended by a sanitizer or an exception";
  if (fault.empty()) return std::nullopt;
  return fault;
}

int keep(const Finding& finding, const std::string& name, const fs::path& folder,
         const std::string& origin) {
  fmt::print("{}\n{} operations after {} questions:\n{}", finding.fault, finding.program.size(),
             finding.questions, print(finding.program));
  std::fflush(stdout);
  write_file(folder / "inputs" / name, encode_program(finding.program));
  const auto scripted = scenario_of(
      finding.program, {"found-" + name, "The broker stays faithful to everyone in this session",
                        origin + ": " + finding.fault});
  if (scripted.text.empty()) {
    std::cerr << "fuzz_find: " << scripted.trouble << '\n';
    return 2;
  }
  write_file(folder / (name + ".json"), scripted.text);
  fmt::print("kept as {} and {}\n", (folder / (name + ".json")).string(),
             (folder / "inputs" / name).string());
  if (scripted.trouble.empty()) return 0;
  fmt::print(
      "The reference itself does not pass it ({}): once it does, write the scenario anew "
      "with\n  fuzz_scenario {}\n",
      scripted.trouble, (folder / "inputs" / name).string());
  return 1;
}

int find_mutant(const std::string& slug, const fs::path& folder) {
  const auto* row = mutants::find_mutant(slug);
  if (row == nullptr) throw std::runtime_error(slug + ": there is no such mutant");
  const auto finding = search(oracle_of(row->make), 1, programs_max);
  if (!finding) {
    fmt::print("{} programs show nothing\n", programs_max);
    return 1;
  }
  const int kept =
      keep(*finding, slug, folder, fmt::format("mutant {}, program {}", slug, finding->seed));
  if (kept != 0) return kept;
  const auto wrong = row->make();
  const auto scripted =
      scenario_of(finding->program, {"found-" + slug, "The broker stays faithful", ""});
  const bool caught = is_caught(play(scripted.file, wrong.get()));
  fmt::print("the scenario {} the mutant\n", caught ? "fails against" : "does not see");
  return caught ? 0 : 1;
}

int shrink_input(const fs::path& input, const std::string& name, const fs::path& folder) {
  const std::string bytes = read_file(input);
  codec::ByteChoices choices(bytes);
  const auto oracle = oracle_of({});
  const auto finding = shrink(make_program(choices),
                              [&](const Program& program) { return asked_apart(oracle, program); });
  if (!finding) {
    std::cerr << input.string() << ": shows nothing\n";
    return 1;
  }
  if (finding->fault.starts_with("ended by")) {
    write_file(folder / "inputs" / name, encode_program(finding->program));
    fmt::print("{}\n{}kept as {}; once it is mended, write the scenario with\n  fuzz_scenario {}\n",
               finding->fault, print(finding->program), (folder / "inputs" / name).string(),
               (folder / "inputs" / name).string());
    return 1;
  }
  return keep(*finding, name, folder, input.filename().string());
}

int main_of(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || arguments.size() > 3) {
    std::cerr << "usage: fuzz_find INPUT NAME [FOLDER], or fuzz_find --mutant SLUG [FOLDER]\n";
    return 2;
  }
  const fs::path folder = arguments.size() == 3 ? arguments[2] : "corpus/findings";
  if (arguments[0] == "--mutant") return find_mutant(arguments[1], folder);
  return shrink_input(arguments[0], arguments[1], folder);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_of(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "fuzz_find: " << error.what() << '\n';
    return 2;
  }
}
