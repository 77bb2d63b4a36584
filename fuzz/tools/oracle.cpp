// Writes which mutant falls to which program: fuzz_oracle PROJECT [--budget N] [--only TEXT]. In
// the project's fuzz/oracle survivors.json is read and mutants.json written. With --only nothing is
// written.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "fuzz/oracle/golden_frames.hpp"

namespace mqttspec::fuzz {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::filesystem::path folder;
  std::uint64_t budget = 300;
  std::string only;
};

std::map<std::string, std::string> read_reasons(const std::filesystem::path& file) {
  std::map<std::string, std::string> reasons;
  std::ifstream in(file);
  const auto json = Json::parse(in);
  for (const auto& group : json.at("survivors")) {
    for (const auto& slug : group.at("mutants")) {
      reasons[slug.get<std::string>()] = group.at("reason").get<std::string>();
    }
  }
  return reasons;
}

int hunt_all(const Options& options) {
  const auto reasons = read_reasons(options.folder / "fuzz/oracle/survivors.json");
  const auto golden = load_golden_frames(options.folder / "corpus/golden");
  Json rows = Json::array();
  std::map<std::string, std::size_t> totals;
  std::size_t unexplained = 0;
  for (const auto& row : mutants::mutant_table()) {
    if (!concerns_the_model(row)) continue;
    if (!options.only.empty() && row.slug.find(options.only) == std::string::npos) continue;
    const auto kill = hunt(row, options.budget, golden);
    Json entry = {{"mutant", row.slug}};
    if (kill) {
      entry["fell_to"] = to_string(kill->source);
      entry["executions"] = kill->number;
      ++totals[std::string(to_string(kill->source))];
    } else {
      const auto reason = reasons.find(row.slug);
      entry["survives"] = reason == reasons.end() ? "" : reason->second;
      unexplained += reason == reasons.end() ? 1 : 0;
      ++totals["survives"];
      fmt::print("{} survives: {} ({})\n", row.slug, row.sentence, entry["survives"].dump());
    }
    if (kill && !options.only.empty()) {
      fmt::print("{} falls to {} {}: {}\n", row.slug, to_string(kill->source), kill->number,
                 kill->fault);
    }
    rows.push_back(std::move(entry));
  }
  for (const auto& [what, count] : totals) fmt::print("{}: {}\n", what, count);
  fmt::print("{} mutants, {} programs of each source at most, {} survivors without a reason\n",
             rows.size(), options.budget, unexplained);
  if (!options.only.empty()) return EXIT_SUCCESS;
  // A row a line, so that changes can be read.
  std::string text = fmt::format("{{\"budget\": {}, \"mutants\": [\n", options.budget);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += "  " + rows[i].dump() + (i + 1 < rows.size() ? ",\n" : "\n");
  }
  std::ofstream(options.folder / "fuzz/oracle/mutants.json") << text << "]}\n";
  return unexplained == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace mqttspec::fuzz

int main(int argc, char** argv) {
  mqttspec::fuzz::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--budget" && i + 1 < argc) {
      options.budget = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--only" && i + 1 < argc) {
      options.only = argv[++i];
    } else {
      options.folder = word;
    }
  }
  if (options.folder.empty() || options.budget == 0) {
    fmt::print(stderr, "fuzz_oracle PROJECT [--budget N] [--only TEXT]\n");
    return 2;
  }
  return mqttspec::fuzz::hunt_all(options);
}
