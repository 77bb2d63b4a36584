#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "conformance/profile/profile.hpp"
#include "conformance/scenario/json_reader.hpp"
#include "conformance/scenario/reporter.hpp"

namespace mqttspec::profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

std::vector<std::string> problems_in(std::string_view text) {
  std::vector<scenario::Problem> problems;
  const auto profile = parse_profile(text, "p.json", problems);
  EXPECT_EQ(profile.has_value(), problems.empty());
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

TEST(ProfileLoader, ReadsEveryKey) {
  std::vector<scenario::Problem> problems;
  const auto profile = parse_profile(R"({
    "$schema": "s", "name": "broker", "version": "1.0", "note": "n",
    "address": { "host": "::1", "port": 8883 }, "user_name": "u", "password": "p",
    "start": { "prepare": [["make", "keys"]], "command": ["b", "-p", "${port}"], "files": { "b.conf": ["a", { "when_root": "r" }] },
               "environment": { "K": "V" }, "ready_within": "3s", "stop_within": "250ms",
               "at_once": 4, "ports": ["epmd"] },
    "config": { "deny": { "files": { "acl": [{ "each": "deny ${topic_filter}",
                                               "where": { "action": ["publish", null] } }] },
                          "prepare": [["true"]], "only": [1] } },
    "capabilities": { "persistence": true },
    "tolerance": { "patience": "1s", "quiet": "5ms", "granularity": "0s", "lateness": "2s" },
    "deviations": [{ "instance": "i", "check": "c", "statement": "s", "reason": "r" }]
  })",
                                     "p.json", problems);
  ASSERT_TRUE(profile) << to_string(problems.at(0));
  EXPECT_EQ(profile->name, "broker");
  EXPECT_EQ(profile->version, "1.0");
  EXPECT_EQ(profile->address->host, "::1");
  EXPECT_EQ(profile->address->port, 8883);
  EXPECT_EQ(profile->user_name, "u");
  EXPECT_EQ(profile->password, "p");
  EXPECT_THAT(profile->start->prepare.at(0), ElementsAre("make", "keys"));
  EXPECT_THAT(profile->start->command, ElementsAre("b", "-p", "${port}"));
  EXPECT_EQ(profile->start->files.at(0).lines.at(1).kind, Line::Kind::when_root);
  EXPECT_EQ(profile->start->environment.at(0).second, "V");
  EXPECT_EQ(profile->start->ready_within, seconds(3));
  EXPECT_EQ(profile->start->stop_within, milliseconds(250));
  EXPECT_EQ(profile->start->at_once, 4U);
  EXPECT_THAT(profile->start->ports, ElementsAre("epmd"));
  EXPECT_EQ(profile->config.at(0).files.at(0).lines.at(0).where.at(0).second.size(), 2U);
  EXPECT_EQ(profile->config.at(0).prepare.size(), 1U);
  EXPECT_EQ(profile->config.at(0).only.size(), 1U);
  EXPECT_EQ(profile->capabilities.at(0).first, "persistence");
  EXPECT_EQ(profile->tolerance.quiet, milliseconds(5));
  EXPECT_EQ(profile->deviations.at(0).reason, "r");
}

TEST(ProfileLoader, ReadsWhereTheBrokerListensBesideTcp) {
  std::vector<scenario::Problem> problems;
  const auto profile = parse_profile(R"({ "name": "b", "transports": {
    "tls": { "host": "broker.example", "port": 8883, "ca": "ca.pem", "cert": "c.pem", "key": "k.pem" },
    "wss": { "port": 443, "path": "/ws", "insecure": true } } })",
                                     "p.json", problems);
  ASSERT_TRUE(profile) << to_string(problems.at(0));
  const Listener& tls = profile->listeners.at(0);
  EXPECT_EQ(tls.transport + " " + tls.host + " " + std::to_string(tls.port),
            "tls broker.example 8883");
  EXPECT_EQ(tls.ca + tls.certificate + tls.key, "ca.pemc.pemk.pem");
  EXPECT_FALSE(tls.insecure);
  const Listener& wss = profile->listeners.at(1);
  EXPECT_EQ(wss.path, "/ws");
  EXPECT_TRUE(wss.insecure);
}

TEST(ProfileLoader, AListenersMistakesAreNamed) {
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "tcp": { "port": 1 } } })"),
              ElementsAre(testing::HasSubstr("what \"address\" and ${port} are for")));
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "wws": { "port": 1 } } })"),
              ElementsAre(testing::HasSubstr("no such transport")));
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "ws": { "port": 1, "ca": "x" } } })"),
              ElementsAre(testing::HasSubstr("unknown key")));
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "ws": { "port": 1, "path": "x" } } })"),
              ElementsAre(testing::HasSubstr("does not begin with /")));
}

TEST(ProfileLoader, OnlyABrokerThatIsStartedGetsItsPortsByItself) {
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "ws": {} } })"),
              ElementsAre(testing::HasSubstr("transports.ws.port is missing")));
  EXPECT_THAT(problems_in(R"({ "name": "b", "start": { "command": ["b", "${ws_port}"] },
                               "transports": { "ws": { "port": 80 } } })"),
              ElementsAre(testing::HasSubstr("gets a free port, ${ws_port}")));
  EXPECT_THAT(problems_in(R"({ "name": "b", "transports": { "ws": {} },
                               "start": { "command": ["b", "${ws_port}"] } })"),
              testing::IsEmpty());
}

TEST(ProfileLoader, AFurtherPortHasANameOfItsOwn) {
  const auto ports = [](const std::string& names) {
    return problems_in(R"({ "name": "b", "start": { "command": ["b"], "ports": )" + names + "} }");
  };
  EXPECT_THAT(ports(R"(["tls"])"), ElementsAre(testing::HasSubstr("of this name already")));
  EXPECT_THAT(ports(R"(["a", "a"])"), ElementsAre(testing::HasSubstr("of this name already")));
  EXPECT_THAT(ports(R"(["A1"])"), ElementsAre(testing::HasSubstr("made of small letters")));
}

TEST(ProfileLoader, AnUnknownKeyIsNamedWithItsPlaceAndTheNearestOne) {
  EXPECT_THAT(problems_in("{\n \"name\": \"b\",\n \"start\": { \"comand\": [\"b\"] }\n}"),
              ElementsAre("p.json:3: start.comand: unknown key; did you mean command?",
                          "p.json:3: start: the key \"command\" is missing"));
}

TEST(ProfileLoader, AValueOfTheWrongKindIsToldWithWhatWasExpected) {
  EXPECT_THAT(
      problems_in("{\"name\": \"b\", \"tolerance\": {\"quiet\": 5}}"),
      ElementsAre("p.json:1: tolerance.quiet: this is a number; expected a duration such as "
                  "\"2s\" or \"100ms\""));
  EXPECT_THAT(problems_in("{\"name\": \"b\", \"address\": {\"port\": 70000}}"),
              ElementsAre("p.json:1: address.port: this is not between 1 and 65535"));
}

TEST(ProfileLoader, AConfigurationKeyThatNoScenarioCanAskForIsAnError) {
  EXPECT_THAT(
      problems_in(R"({"name": "b", "start": {"command": ["b"]},
                              "config": {"maximun_qos": {"files": {}}}})"),
      ElementsAre("p.json:2: config.maximun_qos: scenarios have no such key in \"config\"; did "
                  "you mean maximum_qos?"));
}

TEST(ProfileLoader, AFileOutsideTheBrokersDirectoryIsRefused) {
  EXPECT_THAT(
      problems_in(R"({"name": "b", "start": {"command": ["b"], "files": {"../x": []}}})"),
      ElementsAre("p.json:1: start.files[\"../x\"]: a file's name is relative to the broker's own "
                  "directory"));
}

TEST(ProfileLoader, ConfigWithoutStartIsAnError) {
  EXPECT_EQ(problems_in(R"({"name": "b", "config": {"queue": {"files": {}}}})").size(), 1U);
}

TEST(ProfileLoader, TextThatIsNoJsonIsAProblemAndNoCrash) {
  EXPECT_EQ(problems_in("{\"name\": ").size(), 1U);
  EXPECT_EQ(problems_in("").size(), 1U);
  EXPECT_EQ(problems_in("[]").size(), 1U);
}

TEST(ProfileLoader, AFileThatIsNotThereIsAProblem) {
  std::vector<scenario::Problem> problems;
  EXPECT_FALSE(load_profile("/no/such/profile.json", problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "cannot be read: No such file or directory");
}

// All that stands under "properties" anywhere in a JSON Schema.
void collect_keys(const scenario::Value& schema, std::set<std::string>& keys) {
  if (const auto* list = schema.array()) {
    for (const scenario::Value& element : *list) collect_keys(element, keys);
  }
  const auto* object = schema.object();
  if (object == nullptr) return;
  for (const auto& [name, value] : *object) {
    collect_keys(value, keys);
    if (name != "properties") continue;
    for (const auto& [key, unused] : *value.object()) keys.insert(key);
  }
}

std::string text_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(ProfileReadme, ExplainsEveryKeyOfTheSchemaAndNamesEveryProfile) {
  const std::filesystem::path scenarios = MQTTSPEC_SOURCE_DIR "/scenarios";
  const std::string page = text_of(scenarios / "profiles/README.md");
  std::vector<scenario::Problem> problems;
  scenario::Reporter reporter("schema", problems);
  const auto schema =
      scenario::read_json(text_of(scenarios / "schema/profile.schema.json"), reporter);
  ASSERT_TRUE(schema);
  std::set<std::string> keys;
  collect_keys(*schema, keys);
  keys.erase("$schema");
  EXPECT_GT(keys.size(), 30U);
  for (const std::string& key : keys) {
    EXPECT_TRUE(page.find("`" + key + "`") != std::string::npos ||
                page.find("\"" + key + "\"") != std::string::npos)
        << key;
  }
  for (const auto& entry : std::filesystem::directory_iterator(scenarios / "profiles")) {
    if (entry.path().extension() != ".json") continue;
    EXPECT_NE(page.find(entry.path().filename()), std::string::npos) << entry.path();
  }
}

TEST(ProfileLoader, TheProfilesOfTheProjectLoad) {
  std::size_t found = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MQTTSPEC_SOURCE_DIR "/scenarios/profiles")) {
    if (entry.path().extension() != ".json") continue;
    ++found;
    std::vector<scenario::Problem> problems;
    const auto profile = load_profile(entry.path(), problems);
    EXPECT_TRUE(profile) << to_string(problems.at(0));
  }
  EXPECT_GE(found, 5U);
}

}  // namespace
}  // namespace mqttspec::profile
