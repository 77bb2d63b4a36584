// scenarios/README.md is the reference of the notation: it has to name all that the parser knows,
// to claim nothing else, and to show only what can be parsed.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/scenario/lint.hpp"
#include "conformance/scenario/test_files.hpp"
#include "conformance/scenario/vocabulary.hpp"
#include "reference/codec/reason_code.hpp"

namespace mqttspec::scenario {
namespace {

using Words = std::set<std::string, std::less<>>;

const std::string& readme() {
  static const std::string text = test::read_text(MQTTSPEC_SOURCE_DIR "/scenarios/README.md");
  return text;
}

// Names within a piece of text: "$schema", "topic_name", "repeat", "5ms".
Words words_in(std::string_view text) {
  Words out;
  std::string word;
  for (const char c : std::string(text) + ' ') {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '$' || c == '-';
    if (part) {
      word += c;
    } else if (!word.empty()) {
      out.insert(std::move(word));
      word.clear();
    }
  }
  return out;
}

// What stands between backticks on a line.
std::vector<std::string> code_spans(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t at = line.find('`'); at != std::string_view::npos; at = line.find('`', at + 1)) {
    const std::size_t end = line.find('`', at + 1);
    if (end == std::string_view::npos) break;
    out.emplace_back(line.substr(at + 1, end - at - 1));
    at = end;
  }
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == '\n') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

struct Block {
  std::size_t line = 0;
  std::string text;
};

// The ```json blocks.
std::vector<Block> blocks() {
  std::vector<Block> out;
  bool inside = false;
  const std::vector<std::string> lines = lines_of(readme());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("```")) {
      inside = lines[i] == "```json";
      if (inside) out.push_back({i + 2, ""});
    } else if (inside) {
      out.back().text += lines[i] + "\n";
    }
  }
  return out;
}

// All words that stand as code, in blocks or in lines.
const Words& code_words() {
  static const Words all = [] {
    Words out;
    for (const Block& block : blocks()) out.merge(words_in(block.text));
    for (const std::string& line : lines_of(readme())) {
      for (const std::string& span : code_spans(line)) out.merge(words_in(span));
    }
    return out;
  }();
  return all;
}

void expect_named(std::span<const std::string_view> words, const char* what) {
  for (const std::string_view word : words) {
    EXPECT_TRUE(code_words().contains(word)) << what << " " << word << " is not explained";
  }
}

TEST(Readme, NamesEveryKeyActionObservationAndCapability) {
  expect_named(file_keys(), "the key");
  expect_named(scenario_keys(), "the key");
  expect_named(check_keys(), "the key");
  expect_named(client_keys(), "the key");
  expect_named(step_keys(), "the key");
  expect_named(edit_keys(), "the key");
  expect_named(config_keys(), "the setting");
  expect_named(action_names(), "the action");
  expect_named(observation_names(), "the observation");
  expect_named(verify_kinds(), "the comparison");
  expect_named(grades(), "the grade");
  expect_named(transport_names(), "the transport");
  expect_named(capability_names(), "the capability");
}

TEST(Readme, NamesEveryPropertyReasonCodeAndMatcher) {
  for (const FieldRow& property : property_fields()) {
    EXPECT_TRUE(code_words().contains(property.name)) << property.name;
  }
  for (const codec::ReasonCodeRow& row : codec::reason_code_table()) {
    EXPECT_TRUE(code_words().contains(row.name)) << row.name;
  }
  for (const FieldKind kind : {FieldKind::integer, FieldKind::bytes, FieldKind::property_bytes}) {
    expect_named(matchers_of(kind), "the matcher");
  }
}

// The rows of tables: words of the first column, and code of the whole row.
struct Row {
  Words first;
  Words all;
};
std::vector<Row> rows_between(std::string_view from, std::string_view to) {
  const std::size_t begin = readme().find(from);
  const std::size_t end = readme().find(to);
  EXPECT_LT(begin, end);
  std::vector<Row> out;
  for (const std::string& line : lines_of(readme().substr(begin, end - begin))) {
    if (!line.starts_with("| ")) continue;
    Row row;
    row.first = words_in(line.substr(2, line.find(" |", 2) - 2));
    for (const std::string& span : code_spans(line)) row.all.merge(words_in(span));
    out.push_back(std::move(row));
  }
  return out;
}

TEST(Readme, NamesTheFieldsOfEachPacketInItsRow) {
  const std::vector<Row> rows = rows_between("## 4. Packets", "All have `flags`");
  for (const PacketRow& packet : packet_table()) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& r) { return r.first.contains(packet.name); });
    ASSERT_NE(row, rows.end()) << packet.name;
    for (const FieldRow& field : packet.fields) {
      EXPECT_TRUE(field.name == "flags" || row->all.contains(field.name)) << field.name;
    }
  }
  for (const auto fields : {will_fields(), subscription_fields()}) {
    for (const FieldRow& field : fields) EXPECT_TRUE(code_words().contains(field.name));
  }
  for (const std::string_view packet : expectable_packets()) {
    for (const FieldRow& field : pattern_fields(packet)) {
      EXPECT_TRUE(code_words().contains(field.name)) << packet << " " << field.name;
    }
  }
}

// Each row of a table explains something that there is.
TEST(Readme, ExplainsNoKeyThatDoesNotExist) {
  const auto expect_known = [](std::string_view from, std::string_view to,
                               std::span<const std::string_view> known) {
    std::size_t explained = 0;
    for (const Row& row : rows_between(from, to)) {
      const bool heading = row.first.contains("key") || row.first.contains("setting");
      for (const std::string& word : row.first) {
        EXPECT_TRUE(heading || contains(known, word)) << word;
      }
      if (!heading) ++explained;
    }
    EXPECT_GT(explained, 3U);
  };
  expect_known("| scenario key |", "A matrix value is", scenario_keys());
  expect_known("| setting |", "If a requirement fails", config_keys());
  expect_known("## 2. Clients", "CONNECT starts from", client_keys());
}

// --- blocks -------------------------------------------------------------------------------------

// The convention: a file is shown whole; steps stand one after the other, with or without commas; a
// fragment begins with its key, which tells whether it belongs to a step or is a client.
std::string as_file(const std::string& block) {
  const std::size_t start = block.find_first_not_of(" \n");
  std::string text = block.substr(start, block.find_last_not_of(" \n,") + 1 - start);
  if (text.find("\"scenarios\"") != std::string::npos) return text;
  std::string clients = R"("a": {}, "b": {})";
  std::string steps;
  if (text.starts_with('{')) {
    for (const std::string& line : lines_of(text)) {
      const bool begins_step = line.starts_with("{") && !steps.empty();
      if (begins_step && !steps.ends_with(",\n")) steps.insert(steps.size() - 1, ",");
      steps += line + "\n";
    }
  } else {
    const std::string key = text.substr(1, text.find('"', 1) - 1);
    if (contains(step_keys(), key)) {
      steps = R"({"client": "a", )" + text + "}";
    } else {
      clients = text;
    }
  }
  if (steps.empty()) steps = R"({"client": "sub", "connect": {}})";
  return R"({"$schema": "s", "theme": "t", "scenarios": [{"id": "x", "title": "what a block shows",
"versions": ["5.0"], "checks": {"c": {"level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"]}},
"clients": {)" +
         clients + R"(}, "steps": [)" + steps + "]}]}";
}

TEST(Readme, ShowsOnlyWhatCanBeParsed) {
  ASSERT_GE(blocks().size(), 8U);
  for (const Block& block : blocks()) {
    std::vector<Problem> problems;
    const std::optional<File> file = parse_file(as_file(block.text), "block", problems);
    EXPECT_TRUE(file) << "README.md:" << block.line << "\n" << as_file(block.text);
    for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  }
}

TEST(Readme, BeginsWithAScenarioThatLintAccepts) {
  std::vector<Problem> problems;
  const std::optional<File> file = parse_file(blocks().at(0).text, "README.md", problems);
  ASSERT_TRUE(file);
  for (const Problem& problem : lint(*file, {})) ADD_FAILURE() << to_string(problem);
}

}  // namespace
}  // namespace mqttspec::scenario
