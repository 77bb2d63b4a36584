// Every statement that binds a server stands directly above the code of reference/ that keeps it,
// or in unplaced.json with the reason why no line can.
//
// How code names a statement: in a comment, in brackets, [V5-...], [V311-...] and [V31-...] as they
// are. A number of the standard needs its version where 3.1.1 and 5.0 both have it: "5.0 [...]",
// "3.1.1 [...]" or "3.1.1 and 5.0 [...]", which holds for what follows in the same comment, or
// "[...] in 5.0" for one. What the codec checks stands in its tables.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "conformance/catalogue/catalogue.hpp"
#include "reference/codec/property.hpp"
#include "reference/codec/rule.hpp"

namespace mqttspec::catalogue {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Named {
  std::vector<std::string> ids;     // with their version
  std::vector<std::string> faults;  // names that no statement has, or that two have
};

bool exists(const std::string& id) {
  return Catalogue::embedded().find(id) != nullptr;
}

// `versions` as the comment gave them: "5.0", "3.1.1", "3.1.1 and 5.0" or "".
void resolve(const std::string& number, const std::string& versions, Named& named) {
  std::vector<std::string> candidates;
  if (number.starts_with("V5-")) {
    candidates = {"5.0:" + number};
  } else if (number.starts_with("V311-")) {
    candidates = {"3.1.1:" + number};
  } else if (number.starts_with("V31-")) {
    candidates = {"3.1:" + number};
  } else if (versions == "5.0" || versions == "3.1.1") {
    candidates = {versions + ":" + number};
  } else {
    candidates = {"3.1.1:" + number, "5.0:" + number};
    if (versions.empty()) {
      std::erase_if(candidates, [](const std::string& id) { return !exists(id); });
      if (candidates.size() != 1) {
        named.faults.push_back(number + (candidates.empty()
                                             ? " is in no version"
                                             : " is in 3.1.1 and in 5.0: say which"));
        return;
      }
    }
  }
  for (const auto& id : candidates) {
    exists(id) ? named.ids.push_back(id) : named.faults.push_back(id + " does not exist");
  }
}

// What one comment names.
void read_comment(const std::string& text, Named& named) {
  static const std::regex form(
      R"((?:(3\.1\.1 and 5\.0|5\.0|3\.1\.1) )?\[((?:MQTT|V5|V311)-[\d.]+-\w+|V31-\d+)\])"
      R"((?: in (5\.0|3\.1\.1))?)");
  std::string versions;
  for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
    if ((*at)[1].matched) versions = (*at)[1];
    resolve((*at)[2], (*at)[3].matched ? (*at)[3].str() : versions, named);
  }
}

// Comments of the code: lines with "//" that follow each other are one.
Named named_in(const std::string& code) {
  Named named;
  std::string comment;
  std::istringstream lines(code);
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find("//");
    if (start == std::string::npos) {
      read_comment(comment, named);
      comment.clear();
    } else {
      comment += " " + line.substr(std::min(line.size(), line.find_first_not_of("/ ", start)));
    }
  }
  read_comment(comment, named);
  return named;
}

// Quoted ids of the codec's tables of 5.0.
void read_table(const fs::path& path, std::set<std::string>& placed) {
  static const std::regex quoted(R"re("((?:MQTT|V5)-[\d.]+-\w+)")re");
  const std::string text = read(path);
  for (std::sregex_iterator at(text.begin(), text.end(), quoted), end; at != end; ++at) {
    placed.insert("5.0:" + (*at)[1].str());
  }
}

bool is_code(const fs::path& path) {
  const std::string name = path.filename();
  return (name.ends_with(".cpp") || name.ends_with(".hpp")) && !name.ends_with("_test.cpp") &&
         !name.ends_with("testing.hpp");
}

const fs::path& reference() {
  static const fs::path folder = fs::path(MQTTSPEC_SOURCE_DIR) / "reference";
  return folder;
}

std::set<std::string> placed_statements() {
  std::set<std::string> placed;
  for (const auto& entry : fs::recursive_directory_iterator(reference())) {
    if (!entry.is_regular_file() || !is_code(entry.path())) continue;
    const Named named = named_in(read(entry.path()));
    placed.insert(named.ids.begin(), named.ids.end());
    for (const auto& fault : named.faults) ADD_FAILURE() << entry.path() << ": " << fault;
  }
  for (const auto& row : codec::rule_table()) {
    const std::pair<const char*, std::string_view> columns[] = {{"3.1:", row.statement_v3_1},
                                                                {"3.1.1:", row.statement_v3_1_1},
                                                                {"5.0:", row.statement_v5_0}};
    for (const auto& [version, number] : columns) {
      if (!number.empty()) placed.insert(version + std::string(number));
    }
  }
  read_table(reference() / "codec/statement.cpp", placed);
  read_table(reference() / "codec/property_rows.hpp", placed);
  return placed;
}

struct Unplaced {
  std::map<std::string, std::string> reasons;     // slug -> sentence
  std::map<std::string, std::string> statements;  // id -> slug
};

Unplaced unplaced() {
  const auto json = nlohmann::json::parse(
      read(fs::path(MQTTSPEC_SOURCE_DIR) / "conformance/catalogue/unplaced.json"));
  Unplaced result{json.at("reasons").get<std::map<std::string, std::string>>(), {}};
  for (const auto& row : json.at("statements")) {
    EXPECT_FALSE(row.at("why").get<std::string>().empty()) << row;
    result.statements[row.at("statement")] = row.at("reason");
  }
  return result;
}

TEST(Placement, ACommentNamesStatementsWithTheirVersion) {
  const Named named = named_in(
      "// [V5-2.4-a], 5.0 [MQTT-3.1.0-1], [MQTT-3.1.0-2] words,\n"
      "//   3.1.1 and 5.0 [MQTT-3.3.1-2]\n"
      "code();  // [MQTT-3.1.2-13] in 3.1.1, [V31-4]\n"
      "more();\n"
      "// [MQTT-3.15.1-1]\n");
  const std::vector<std::string> expected = {
      "5.0:V5-2.4-a",     "5.0:MQTT-3.1.0-1",    "5.0:MQTT-3.1.0-2", "3.1.1:MQTT-3.3.1-2",
      "5.0:MQTT-3.3.1-2", "3.1.1:MQTT-3.1.2-13", "3.1:V31-4",        "5.0:MQTT-3.15.1-1"};
  EXPECT_EQ(named.ids, expected);
  EXPECT_TRUE(named.faults.empty());
}

TEST(Placement, ANameThatIsNoneOrLeavesTheVersionOpenIsAFault) {
  EXPECT_EQ(named_in("// [MQTT-3.1.0-1]\n").faults.size(), 1U);
  EXPECT_EQ(named_in("// 5.0 [MQTT-3.1.0-99]\n").faults.size(), 1U);
  EXPECT_EQ(named_in("// [V5-3.1.0-zz]\n").faults.size(), 1U);
  EXPECT_EQ(named_in("// 5.0 is ahead. [MQTT-3.1.0-1]\n").faults.size(), 1U);
}

TEST(Placement, EveryStatementThatBindsAServerStandsInItsCode) {
  const auto placed = placed_statements();
  const auto excused = unplaced();
  std::string missing;
  std::size_t bound = 0;
  std::size_t found = 0;
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    if (requirement.actor == "client") continue;
    ++bound;
    if (placed.contains(requirement.id)) {
      ++found;
    } else if (!excused.statements.contains(requirement.id)) {
      missing += fmt::format("\n  {}: {}", requirement.id, requirement.summary);
    }
  }
  fmt::print("{} statements bind a server: {} stand in reference/, {} have a reason why not\n",
             bound, found, excused.statements.size());
  EXPECT_EQ(missing, "") << "Name each above the code that keeps it, in brackets.";
}

// The list of reasons may only shrink: what has found its place goes out.
TEST(Placement, NoReasonIsOutOfDate) {
  const auto placed = placed_statements();
  const auto excused = unplaced();
  constexpr std::size_t most = 6;
  EXPECT_LE(excused.statements.size(), most) << "this list only ever gets shorter";
  std::set<std::string> used;
  for (const auto& [id, reason] : excused.statements) {
    EXPECT_TRUE(exists(id)) << "no such statement: " << id;
    EXPECT_TRUE(excused.reasons.contains(reason)) << id << ": no such reason: " << reason;
    EXPECT_FALSE(placed.contains(id))
        << id << " stands in reference/: take it out of unplaced.json";
    used.insert(reason);
  }
  EXPECT_EQ(used.size(), excused.reasons.size()) << "a reason that nobody gives";
}

}  // namespace
}  // namespace mqttspec::catalogue
