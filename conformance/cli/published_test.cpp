// What is published in the project is whole, and tells nothing about a machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "conformance/catalogue/catalogue.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/page_reading.hpp"
#include "conformance/cli/results.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string published = MQTTSPEC_SOURCE_DIR "/reports/published";
constexpr const char* renew = "; reports/publish.sh makes all of it anew";

std::vector<fs::path> folders() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(published)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  return folders;
}

// Every text in it, wherever it stands.
void texts_of(const json& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.push_back(value);
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) texts_of(member, texts);
}

// Folders that only a machine has. One is put together from pieces, so that this file does not hold
// it itself.
bool names_a_machine(std::string_view text) {
  static const std::set<std::string, std::less<>> folders_of_machines = {
      "home", "root", "tmp",   "var",     "srv",
      "opt",  "mnt",  "Users", "private", "wo" + std::string("rk")};
  constexpr std::string_view before = " '\"=(";
  for (std::size_t at = 0; (at = text.find('/', at)) != text.npos; ++at) {
    if (at > 0 && before.find(text[at - 1]) == before.npos) continue;
    const std::size_t end = text.find('/', at + 1);
    if (end == text.npos || end + 1 == text.size() || text[end + 1] == ' ') continue;
    if (folders_of_machines.contains(text.substr(at + 1, end - at - 1))) return true;
  }
  return false;
}

TEST(Published, ATestOfItKnowsThePathOfAMachine) {
  EXPECT_TRUE(names_a_machine("--profile /tmp/x.json"));
  EXPECT_TRUE(names_a_machine(std::string("/ho") + "me/me"));
  EXPECT_FALSE(names_a_machine("a/tmp/b, /finance/x and /tmp alone"));
}

void expect_of_no_machine(const json& data, const std::string& where) {
  std::vector<std::string> texts;
  texts_of(data, texts);
  for (const std::string& text : texts) {
    EXPECT_FALSE(names_a_machine(text)) << where << ": " << text.substr(0, 400);
  }
}

TEST(Published, IndexListsEveryFolderAndNothingElse) {
  const json index = test::islands_of(read_file(published + "/index.html")).at(0);
  std::set<std::string> listed;
  for (const json& broker : index["brokers"]) listed.insert(broker["link"]);
  std::set<std::string> there;
  for (const fs::path& folder : folders()) {
    there.insert(folder.filename().string() + "/index.html");
    EXPECT_TRUE(fs::exists(folder / "index.html")) << folder << renew;
    EXPECT_TRUE(fs::exists(folder / "results.json.gz")) << folder << renew;
  }
  EXPECT_EQ(listed, there) << "mqttspec publish puts the index together anew";
  EXPECT_GE(there.size(), 2U);
}

TEST(Published, PagesAreWholeAndTellNothingAboutAMachine) {
  std::vector<std::string> pages = {published + "/index.html", published + "/kills.html"};
  for (const fs::path& folder : folders()) pages.push_back((folder / "index.html").string());
  for (const std::string& path : pages) {
    const std::string page = read_file(path);
    EXPECT_TRUE(page.starts_with("<!doctype html>")) << path << renew;
    EXPECT_TRUE(page.ends_with("</html>\n")) << path << renew;
    EXPECT_THAT(page, Not(HasSubstr("{{"))) << path;
    EXPECT_THAT(page, Not(HasSubstr(" src="))) << path;
    for (const json& island : test::islands_of(page)) expect_of_no_machine(island, path);
  }
}

TEST(Published, ResultsStillSpeakOfStatementsThatExist) {
  const catalogue::Catalogue& catalogue = catalogue::Catalogue::embedded();
  for (const fs::path& folder : folders()) {
    const report::RunResult run = read_results((folder / "results.json.gz").string());
    EXPECT_EQ(run.statements.size(), catalogue.all().size()) << folder << renew;
    for (const report::StatementResult& statement : run.statements) {
      EXPECT_NE(catalogue.find(statement.id), nullptr) << folder << ": " << statement.id << renew;
    }
    EXPECT_FALSE(run.broker.empty()) << folder;
    EXPECT_FALSE(run.interrupted) << folder;
  }
}

TEST(Published, BrokersTakeLittleRoom) {
  for (const fs::path& folder : folders()) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
    EXPECT_LE(bytes, 1'100'000U) << folder;
  }
}

}  // namespace
}  // namespace mqttspec::cli
