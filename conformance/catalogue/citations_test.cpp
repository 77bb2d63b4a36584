// Every statement that is cited anywhere in the project (comments, tables, scenarios,
// documentation) is one of the catalogue.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
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

// Texts that people write; the catalogue itself and what is generated from runs stay out.
std::vector<fs::path> texts_of(const char* folder) {
  static const std::set<std::string> kinds = {".hpp", ".cpp", ".json", ".md", ".sh"};
  std::vector<fs::path> found;
  const fs::path top = fs::path(MQTTSPEC_SOURCE_DIR) / folder;
  if (!fs::exists(top)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const bool ours = entry.path().string().find("/conformance/catalogue/") != std::string::npos;
    if (entry.is_regular_file() && !ours && kinds.contains(entry.path().extension().string())) {
      found.push_back(entry.path());
    }
  }
  return found;
}

std::string line_of(const std::string& text, std::ptrdiff_t at) {
  return std::to_string(1 + std::count(text.begin(), text.begin() + at, '\n'));
}

bool known_in_some_version(const std::string& number) {
  const Catalogue& catalogue = Catalogue::embedded();
  for (const char* version : {"5.0:", "3.1.1:", "3.1:"}) {
    if (catalogue.find(version + number) != nullptr) return true;
  }
  return false;
}

// Tests and their helpers make up ids on purpose, to see them refused; what a test cites for real
// its subject does too.
bool is_test(const fs::path& path) {
  return path.string().ends_with("_test.cpp") || path.string().ends_with("testing.hpp");
}

void expect_citations_resolve(const char* folder) {
  static const std::regex whole(
      R"((3\.1\.1|3\.1|5\.0):(MQTT-\d+(?:\.\d+)*-\d+|V311-[\d.]+-[a-z]+|V31-\d+|V5-[\d.]+-[a-z]+))");
  static const std::regex bracket(R"(\[((?:MQTT-\d|V311-|V31-|V5-)[^\]\s]*)\])");
  const Catalogue& catalogue = Catalogue::embedded();
  for (const fs::path& path : texts_of(folder)) {
    if (is_test(path)) continue;
    const std::string text = read(path);
    const auto end = std::sregex_iterator();
    for (auto hit = std::sregex_iterator(text.begin(), text.end(), whole); hit != end; ++hit) {
      EXPECT_NE(catalogue.find(hit->str()), nullptr)
          << path.string() << ":" << line_of(text, hit->position()) << ": there is no statement "
          << hit->str() << "; did you mean " << catalogue.nearest(hit->str()) << "?";
    }
    for (auto hit = std::sregex_iterator(text.begin(), text.end(), bracket); hit != end; ++hit) {
      EXPECT_TRUE(known_in_some_version((*hit)[1]))
          << path.string() << ":" << line_of(text, hit->position())
          << ": no version has a statement " << hit->str() << "; did you mean "
          << catalogue.nearest((*hit)[1].str()) << "?";
    }
  }
}

TEST(Citations, OfTheReferenceBrokerResolve) {
  expect_citations_resolve("reference");
}
TEST(Citations, OfTheSuiteResolve) {
  expect_citations_resolve("conformance");
}
TEST(Citations, OfScenariosResolve) {
  expect_citations_resolve("scenarios");
}
TEST(Citations, OfFuzzersAndPropertiesResolve) {
  expect_citations_resolve("fuzz");
}

TEST(Citations, OfTheCodecsRulesResolve) {
  for (const codec::RuleRow& row : codec::rule_table()) {
    bool cited = false;
    for (const auto version :
         {codec::Version::v3_1, codec::Version::v3_1_1, codec::Version::v5_0}) {
      const std::string id = codec::statement_of(row.rule, version);
      if (id.empty()) continue;
      cited = true;
      EXPECT_NE(Catalogue::embedded().find(id), nullptr) << row.name << ": " << id;
    }
    // What the packet model cannot express is a limit of ours, not a rule of the standard.
    EXPECT_TRUE(cited || row.name == "not_expressible")
        << row.name << " rests on no statement of any version";
  }
}

TEST(Citations, OfThePropertyTableResolve) {
  for (const codec::PropertyRow& row : codec::property_table()) {
    if (row.statement.empty()) continue;
    EXPECT_NE(Catalogue::embedded().find("5.0:" + std::string(row.statement)), nullptr) << row.name;
  }
}

}  // namespace
}  // namespace mqttspec::catalogue
