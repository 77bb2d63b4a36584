#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "conformance/report/labels.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;

std::string written(const RunResult& result) {
  std::ostringstream out;
  write_json(result, out);
  return out.str();
}

RunResult read(const std::string& text) {
  std::istringstream in(text);
  return read_json(in);
}

std::string refusal(const std::string& text) {
  try {
    (void)read(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "read without an error";
}

std::string schema_errors(const std::string& text) {
  std::ifstream file(MQTTSPEC_SOURCE_DIR "/conformance/report/results.schema.json");
  const nlohmann::json schema_json = nlohmann::json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  const nlohmann::json document = nlohmann::json::parse(text);
  valijson::ValidationResults results;
  valijson::Validator validator;
  std::string errors;
  if (!validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) {
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& part : error.context) errors += part;
      errors += ": " + error.description + "\n";
    }
  }
  return errors;
}

// Equal in all that Evidence, traces and the rest hold: compared as the text that is written.
TEST(ResultsJson, ReadsBackWhatWasWritten) {
  RunResult result = sample_run();
  result.deviations = {{"qos1-*", "repeated", "5.0:MQTT-4.4.0-1", "known since 2.0", true}};
  const RunResult back = read(written(result));
  EXPECT_EQ(written(back), written(result));
  EXPECT_EQ(back.seed, result.seed);
  EXPECT_EQ(back.wall, result.wall);
  EXPECT_EQ(back.capabilities, result.capabilities);
  ASSERT_EQ(back.instances.size(), result.instances.size());
  const auto& trace = result.instances[2].trace;
  const auto& trace_back = back.instances[2].trace;
  ASSERT_EQ(trace_back.size(), trace.size());
  for (std::size_t i = 0; i < trace.size(); ++i) {
    EXPECT_EQ(trace_back[i].bytes, trace[i].bytes);
    EXPECT_EQ(trace_back[i].at, trace[i].at);
    EXPECT_EQ(trace_back[i].kind, trace[i].kind);
    EXPECT_EQ(trace_back[i].version, trace[i].version);
  }
  ASSERT_EQ(back.instances[3].checks.size(), result.instances[3].checks.size());
  EXPECT_EQ(back.instances[3].checks[1].evidence[0].elapsed,
            result.instances[3].checks[1].evidence[0].elapsed);
  EXPECT_EQ(back.instances[3].checks[1].evidence[0].trace,
            result.instances[3].checks[1].evidence[0].trace);
}

TEST(ResultsJson, KeepsAnEntryOfAnotherVersion) {
  RunResult result = sample_run();
  result.instances[0].trace[1].version = codec::Version::v5_0;
  EXPECT_EQ(read(written(result)).instances[0].trace[1].version, codec::Version::v5_0);
}

TEST(ResultsJson, FollowsThePublishedSchema) {
  RunResult result = sample_run();
  result.deviations = {{"*", "", "", "", false}};
  EXPECT_EQ(schema_errors(written(result)), "");
  EXPECT_EQ(schema_errors(written(hostile_run())), "");
  EXPECT_EQ(schema_errors(written(RunResult{})), "");
}

TEST(ResultsJson, SchemaRefusesAVerdictThatDoesNotExist) {
  std::string text = written(sample_run());
  const std::string word = "\"verdict\":\"nonstrict\"";
  text.replace(text.find(word), word.size(), "\"verdict\":\"maybe\"");
  EXPECT_NE(schema_errors(text), "");
}

TEST(ResultsJson, MakesHostileTextPrintableAndKeepsBytes) {
  const RunResult result = hostile_run();
  const std::string text = written(result);
  for (const char c : text) {
    ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
  const RunResult back = read(text);
  EXPECT_EQ(back.instances[0].trace[1].bytes, result.instances[0].trace[1].bytes);
  EXPECT_EQ(back.instances[0].trace[1].text, printable(result.instances[0].trace[1].text));
  EXPECT_EQ(written(back), text);
}

TEST(ResultsJson, CutsAHugeFrameAndTellsItsSize) {
  RunResult result = sample_run();
  result.instances[0].trace[1].bytes.assign(1'000'000, 'x');
  const std::string text = written(result);
  EXPECT_THAT(text, HasSubstr("\"size\":1000000"));
  EXPECT_EQ(schema_errors(text), "");
  EXPECT_EQ(read(text).instances[0].trace[1].bytes.size(), 64U * 1024U);
}

TEST(ResultsJson, LeavesDefaultsOut) {
  RunResult result = sample_run();
  result.instances.resize(1);
  result.instances[0].trace.resize(1);
  const std::string text = written(result);
  EXPECT_EQ(text.find("\"problem\""), std::string::npos);
  EXPECT_EQ(text.find("\"illegal\""), std::string::npos);
  EXPECT_EQ(text.find("\"interrupted\""), std::string::npos);
}

TEST(ResultsJson, SaysWhereSomethingIsWrong) {
  std::string text = written(sample_run());
  const std::string word = "\"kind\":\"opened\"";
  text.replace(text.find(word), word.size(), "\"kind\":\"ajar\"");
  EXPECT_EQ(refusal(text),
            "results.json: instances[0].trace[0].kind: \"ajar\" is no kind of trace entry");
}

TEST(ResultsJson, RefusesWhatItCannotRead) {
  EXPECT_THAT(refusal("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("[]"), HasSubstr("an object is expected"));
  EXPECT_THAT(refusal("{}"), HasSubstr("\"format\" is missing"));
  EXPECT_THAT(refusal("{\"format\":\"mqttspec-results/9\"}"), HasSubstr("this version reads"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("nested too deep"));
}

// Every prefix and every text with one byte changed is read or refused, never more.
TEST(ResultsJson, SurvivesDamage) {
  RunResult result = sample_run();
  result.instances.resize(1);
  result.statements.resize(1);
  const std::string text = written(result);
  for (std::size_t at = 0; at < text.size(); at += 7) {
    (void)refusal(text.substr(0, at));
    std::string damaged = text;
    damaged[at] = at % 2 == 0 ? '1' : '"';
    (void)refusal(damaged);
  }
}

}  // namespace
}  // namespace mqttspec::report
