#include "conformance/scenario/printer.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "conformance/scenario/json_reader.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario {
namespace {

std::string problems_of(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += to_string(problem) + "\n";
  return out;
}

File parsed(const std::string& text, const std::string& path = "x.json") {
  std::vector<Problem> problems;
  std::optional<File> file = parse_file(text, path, problems);
  EXPECT_TRUE(file) << problems_of(problems);
  return file ? *file : File{};
}

Value json(const std::string& text) {
  std::vector<Problem> problems;
  Reporter reporter("x.json", problems);
  return read_json(text, reporter).value_or(Value());
}

// The keys of the notation in one order, wherever the author put them. What stands within packets,
// vars and the like keeps its order, for there it has a meaning.
Value sorted(const Value& value, int levels) {
  if (levels == 0) return value;
  if (const Array* array = value.array()) {
    Array out;
    for (const Value& element : *array) out.push_back(sorted(element, levels));
    return out;
  }
  if (value.object() == nullptr) return value;
  Object out;
  for (const auto& [key, member] : *value.object()) {
    const bool structure = key == "scenarios" || key == "checks" || key == "steps" ||
                           key == "parallel" || key == "clients";
    out.emplace_back(key, structure ? sorted(member, levels) : member);
  }
  std::sort(out.begin(), out.end(),
            [](const Member& a, const Member& b) { return a.first < b.first; });
  return out;
}

TEST(Printer, SaysOfEveryScenarioFileWhatItSaid) {
  const auto files = test::scenario_files();
  ASSERT_GE(files.size(), 14U);
  for (const auto& [path, text] : files) {
    const std::string printed = print_file(parsed(text, path));
    EXPECT_EQ(print_value(sorted(json(printed), 9)), print_value(sorted(json(text), 9))) << path;
  }
}

TEST(Printer, ChangesNothingThatItPrintedItself) {
  for (const auto& [path, text] : test::scenario_files()) {
    const std::string printed = print_file(parsed(text, path));
    EXPECT_EQ(print_file(parsed(printed, path)), printed) << path;
  }
}

TEST(Printer, WritesOneStepALineAndOpensRepeatAndParallel) {
  const std::string text = R"({
  "$schema": "s.json",
  "theme": "t",
  "scenarios": [
    {
      "id": "a",
      "title": "a good broker does so",
      "versions": ["5.0"],
      "matrix": {
        "case": [
          { "name": "one", "n": 1.5 },
          { "name": "two", "n": 2.0 }
        ],
        "qos": [0, 1]
      },
      "checks": {
        "c": { "level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"] }
      },
      "clients": {
        "a": { "acks": "manual", "connect": { "keep_alive": 2 } },
        "b": {}
      },
      "steps": [
        { "client": "a", "connect": {} },
        { "repeat": 3, "as": "n", "steps": [
          { "when": "n == 1", "client": "a", "ping": {} }
        ] },
        { "parallel": [
          [
            { "wait": "1s" }
          ],
          [
            { "client": ["a", "b"], "silence": "PUBLISH", "within": "2s", "check": "c" }
          ]
        ] }
      ]
    }
  ]
}
)";
  EXPECT_EQ(print_file(parsed(text)), text);
}

TEST(Printer, EscapesWhatNobodyCanSee) {
  EXPECT_EQ(print_string("a\xEF\xBB\xBF\n\"\\\x01\xE2\x80\xAE"), R"("a\ufeff\n\"\\\u0001\u202e")");
  EXPECT_EQ(print_string("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(Printer, KeepsWholeNumbersWithAPointApartFromIntegers) {
  const Value value = json("[1, 1.0, -2, 1e300, 0.1]");
  EXPECT_EQ(json(print_value(value)), value);
}

}  // namespace
}  // namespace mqttspec::scenario
