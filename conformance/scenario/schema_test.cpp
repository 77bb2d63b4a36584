// The parser is the authority, the JSON Schema is for editors: here they are held against each
// other, snippet by snippet, and over thousands of damaged scenarios.
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "conformance/scenario/model.hpp"
#include "conformance/scenario/mutations.hpp"
#include "conformance/scenario/schema_snippets.hpp"
#include "conformance/scenario/test_files.hpp"
#include "conformance/scenario/vocabulary.hpp"
#include "reference/codec/reason_code.hpp"

namespace mqttspec::scenario {
namespace {

using test::Json;
using test::Pointer;
using test::whole_file;

class Schema {
 public:
  Schema() {
    const Json document =
        Json::parse(test::read_text(MQTTSPEC_SOURCE_DIR "/scenarios/schema/scenario.schema.json"));
    const nlohmann::json plain = document;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(plain), schema_);
  }
  [[nodiscard]] bool accepts(const Json& document) const {
    const nlohmann::json plain = document;
    return validator_.validate(schema_, valijson::adapters::NlohmannJsonAdapter(plain), nullptr);
  }

 private:
  valijson::Schema schema_;
  mutable valijson::Validator validator_;  // keeps the regular expressions that it has compiled
};

const Schema& schema() {
  static const Schema instance;
  return instance;
}

// Empty if the parser accepts the document.
std::string refusal(const Json& document) {
  std::vector<Problem> problems;
  if (parse_file(document.dump(), "x.json", problems)) return "";
  return problems.empty() ? "refused without a reason" : to_string(problems.front());
}

Json with_snippet(const Snippet& snippet) {
  const Json value = Json::parse(snippet.json);
  Json file = whole_file();
  Json& scenario = file["scenarios"][0];
  switch (snippet.where) {
    case Where::file:
      file.update(value);
      break;
    case Where::scenario:
      scenario.update(value);
      break;
    case Where::check:
      scenario["checks"]["c"].update(value);
      break;
    case Where::client:
      scenario["clients"]["a"].update(value);
      break;
    case Where::step:
      scenario["steps"].push_back(value);
      break;
    case Where::pattern:
      scenario["steps"].push_back({{"client", "a"}, {"expect", value}});
      break;
    case Where::packet:
      scenario["steps"].push_back({{"client", "a"}, {"send", value}});
      break;
  }
  return file;
}

TEST(Schema, AndParserAcceptEveryScenarioFile) {
  for (const auto& [path, text] : test::scenario_files()) {
    const Json document = Json::parse(text);
    EXPECT_TRUE(schema().accepts(document)) << path;
    EXPECT_EQ(refusal(document), "") << path;
  }
}

TEST(Schema, AndParserAgreeOnEverySnippet) {
  ASSERT_TRUE(schema().accepts(whole_file()));
  ASSERT_EQ(refusal(whole_file()), "");
  for (const Snippet& snippet : snippets()) {
    const Json document = with_snippet(snippet);
    EXPECT_EQ(schema().accepts(document), snippet.good) << "schema, " << snippet.json;
    EXPECT_EQ(refusal(document).empty(), snippet.good) << "parser, " << snippet.json << "\n"
                                                       << refusal(document);
  }
}

// Every key of the notation stands in a snippet that is accepted and in one that is refused.
TEST(Schema, SnippetsCoverEveryKey) {
  std::string accepted;
  std::string refused;
  for (const Snippet& snippet : snippets()) {
    (snippet.good ? accepted : refused) += snippet.json;
    (snippet.good ? accepted : refused) += '\n';
  }
  for (const auto keys : {file_keys(), scenario_keys(), check_keys(), client_keys(), step_keys(),
                          edit_keys(), config_keys()}) {
    for (const std::string_view key : keys) {
      const std::string text = "\"" + std::string(key) + "\":";
      const bool required = key == "clients" || key == "checks" || key == "scenarios";
      EXPECT_TRUE(required || accepted.find(text) != std::string::npos) << key;
      const bool free_limit = contains(config_keys(), key);  // all limits are one rule
      EXPECT_TRUE(free_limit || refused.find(text) != std::string::npos) << key;
    }
  }
}

// A value that fits a field, to be sent.
Json fitting(const FieldRow& field) {
  switch (field.kind) {
    case FieldKind::boolean:
      return true;
    case FieldKind::reason_code:
      return "0x80";
    case FieldKind::reason_codes:
      return Json::array({"0x80"});
    case FieldKind::subscriptions:
      return Json::array({{{"topic_filter", "a"}}});
    case FieldKind::topic_filters:
      return Json::array({"a"});
    case FieldKind::will:
      return Json::object();
    case FieldKind::property_pairs:
      return Json::array({Json::array({"a", "b"})});
    case FieldKind::elapsed:
      return {{"max", "1s"}};
    case FieldKind::client:
      return "a";
    case FieldKind::exact:
      return true;
    case FieldKind::farewell:
      return nullptr;
    default:
      return 1;
  }
}

void expect_accepted(Where where, const Json& value) {
  const std::string text = value.dump();
  const Json document = with_snippet({where, true, text});
  EXPECT_TRUE(schema().accepts(document)) << text;
  EXPECT_EQ(refusal(document), "") << text;
}

TEST(Schema, KnowsEveryPacketFieldPropertyAndReasonCodeOfTheTables) {
  for (const PacketRow& row : packet_table()) {
    Json fields = Json::object();
    for (const FieldRow& field : row.fields) fields[std::string(field.name)] = fitting(field);
    for (const FieldRow& property : property_fields()) {
      if (row.properties) fields[std::string(property.name)] = fitting(property);
    }
    expect_accepted(Where::packet, {{row.name, fields}});
  }
  for (const std::string_view packet : expectable_packets()) {
    Json fields = Json::object();
    for (const FieldRow& field : pattern_fields(packet)) {
      fields[std::string(field.name)] = fitting(field);
    }
    expect_accepted(Where::pattern, {{packet, fields}});
  }
  for (const FieldRow& field : verify_fields()) {
    expect_accepted(Where::step, {{"verify", "x"}, {"is", {{field.name, fitting(field)}}}});
    if (can_be_distinct(field)) {
      expect_accepted(Where::step, {{"verify", "x"}, {"distinct", field.name}});
    }
  }
  for (const codec::ReasonCodeRow& row : codec::reason_code_table()) {
    expect_accepted(Where::packet, {{"PUBACK", {{"reason_code", row.name}}}});
  }
}

TEST(Schema, AndParserAgreeOnDamagedScenarios) {
  std::size_t tried = 0;
  std::size_t refused = 0;
  std::set<std::string> disagreements;
  test::for_each_mutant(800, [&](const Json& mutant, const Pointer& start, const std::string& how) {
    const bool by_schema = schema().accepts(mutant);
    const std::string by_parser = refusal(mutant);
    ++tried;
    if (!by_schema) ++refused;
    if (by_schema == by_parser.empty() || !disagreements.insert(how).second) return;
    const std::string now = mutant.contains(start) ? mutant[start].dump() : "gone";
    ADD_FAILURE() << how << ": " << now.substr(0, 1000)
                  << (by_schema ? "\n  only the parser refuses: " + by_parser
                                : "\n  only the schema does");
  });
  EXPECT_GT(tried, 3000U);
  EXPECT_GT(refused, tried / 2);
}

// What the parser alone refuses, because a schema cannot say it.
TEST(Schema, CannotSeeWhatOnlyTheTextShows) {
  std::vector<Problem> problems;
  const std::string twice = R"({"$schema": "s", "$schema": "s", "theme": "t", "scenarios": []})";
  EXPECT_FALSE(parse_file(twice, "x.json", problems));
  EXPECT_EQ(to_string(problems.at(0)),
            "x.json:1: $schema: this key stands twice in the same object");
}

}  // namespace
}  // namespace mqttspec::scenario
