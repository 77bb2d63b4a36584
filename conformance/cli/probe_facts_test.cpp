// Probing the built-in broker in virtual time: as it is, configured otherwise, and made wrong.
#include "conformance/cli/probe_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "conformance/cli/files.hpp"
#include "conformance/cli/probe_profile.hpp"
#include "conformance/cli/probe_tables.hpp"
#include "conformance/cli/suite.hpp"
#include "conformance/executor/virtual/suite.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/profile/profile.hpp"
#include "conformance/scenario/lint.hpp"
#include "embedded/probe_files.hpp"

namespace mqttspec::cli {
namespace {

using broker::Config;
using codec::Version;
using scenario::Value;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Suite& probing() {
  static const Suite suite = [] {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& file : mqttspec::embedded::probe_files()) {
      texts.emplace_back(file.path, file.content);
    }
    std::vector<scenario::Problem> problems;
    Suite parsed = parse_suite(texts, problems);
    for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
    return parsed;
  }();
  return suite;
}

Probe probe(const Config& config = {}, const std::string& mutant = "") {
  executor::SuiteOptions options;
  options.instance.tolerance = executor::Tolerance::live();
  options.instance.config = config;
  if (!mutant.empty()) {
    const mutants::MutantRow* row = mutants::find_mutant(mutant);
    if (row == nullptr) throw std::runtime_error("no mutant " + mutant);
    options.make_interceptor = row->make;
  }
  return conclude_probe(executor::run_suite(probing().instances, options));
}

std::string answer(const std::vector<ProbeFact>& facts, std::string_view subject) {
  for (const ProbeFact& fact : facts) {
    if (fact.subject == subject) return fact.answer;
  }
  return "nothing about it";
}

std::vector<std::string> broken(const Probe& probe) {
  std::vector<std::string> lines;
  for (const auto& finding : probe.findings) {
    lines.push_back(finding.statement + " " + finding.sentence);
  }
  return lines;
}

TEST(Probe, ScenariosAreInOrderAndAskEverythingThatTheTablesWant) {
  const auto& catalogue = catalogue::Catalogue::embedded();
  const scenario::LintContext context{
      [&](std::string_view id) -> std::optional<scenario::StatementInfo> {
        const auto* requirement = catalogue.find(id);
        if (requirement == nullptr) return std::nullopt;
        return scenario::StatementInfo{requirement->level, requirement->reaction};
      },
      {}};
  for (const auto& file : probing().files) {
    for (const auto& problem : scenario::lint(*file, context)) ADD_FAILURE() << to_string(problem);
  }
  const auto has_check = [](std::string_view scenario, std::string_view check,
                            std::string_view value) {
    return std::any_of(probing().instances.begin(), probing().instances.end(), [&](const auto& i) {
      if (i.scenario->id != scenario) return false;
      if (!value.empty() && !i.id.ends_with("=" + std::string(value) + "]")) return false;
      return std::any_of(i.checks.begin(), i.checks.end(), [&](const auto& c) {
        return c.name == check && c.level == scenario::Level::may;
      });
    });
  };
  const auto known = [&](std::string_view id) { return id.empty() || catalogue.find(id); };
  for (const auto& feature : probed_features()) {
    EXPECT_TRUE(has_check(feature.scenario, "works", feature.value)) << feature.subject;
    EXPECT_TRUE(known(feature.offered) && known(feature.unoffered) && known(feature.always))
        << feature.subject;
  }
  for (const auto& question : probed_questions()) {
    EXPECT_TRUE(has_check(question.scenario, question.check, question.value)) << question.subject;
    EXPECT_TRUE(known(question.against_yes) && known(question.against_no)) << question.subject;
  }
}

TEST(Probe, OfTheReferenceFindsEverythingAndNothingWrong) {
  const Probe found = probe();
  EXPECT_THAT(found.versions, ElementsAre(Version::v3_1, Version::v3_1_1, Version::v5_0));
  EXPECT_THAT(broken(found), IsEmpty());
  EXPECT_EQ(found.name, "mqttspec reference broker");
  for (const auto& feature : probed_features()) {
    EXPECT_EQ(answer(found.limits, feature.subject), "announced; works") << feature.subject;
  }
  EXPECT_EQ(answer(found.behaviour, "overlapping subscriptions"), "one copy of a message");
  EXPECT_EQ(answer(found.behaviour, "a QoS 2 message goes on"), "at PUBLISH");
  EXPECT_EQ(answer(found.behaviour, "statistics below $SYS"), "are published");
  // What `requires` would see of the configuration itself.
  const auto real = executor::capabilities_of({});
  for (const auto& [name, value] : found.capabilities) EXPECT_EQ(value, real.at(name)) << name;
}

struct Difference {
  const char* name;
  void (*change)(Config&);
  const char* capability;
  Value value;
};

void PrintTo(const Difference& difference, std::ostream* out) {
  *out << difference.name;
}

class ProbedLimits : public ::testing::TestWithParam<Difference> {};

TEST_P(ProbedLimits, AreTakenFromConnackAndHoldWhenTried) {
  Config config;
  GetParam().change(config);
  const Probe found = probe(config);
  EXPECT_EQ(found.capabilities.at(GetParam().capability), GetParam().value);
  EXPECT_THAT(broken(found), IsEmpty()) << "what is not announced has to be refused";
}

INSTANTIATE_TEST_SUITE_P(
    Broker, ProbedLimits,
    ::testing::Values(
        Difference{"QosOne", [](Config& c) { c.maximum_qos = 1; }, "maximum_qos", 1},
        Difference{"QosZero", [](Config& c) { c.maximum_qos = 0; }, "maximum_qos", 0},
        Difference{"NoRetain", [](Config& c) { c.retain_available = false; }, "retain_available",
                   false},
        Difference{"NoWildcards", [](Config& c) { c.wildcard_subscription_available = false; },
                   "wildcard_subscription_available", false},
        Difference{"NoIdentifiers", [](Config& c) { c.subscription_identifier_available = false; },
                   "subscription_identifier_available", false},
        Difference{"NoShared", [](Config& c) { c.shared_subscription_available = false; },
                   "shared_subscription_available", false},
        Difference{"NoAliases", [](Config& c) { c.topic_alias_maximum = 0; }, "topic_alias_maximum",
                   0},
        Difference{"ReceiveMaximum", [](Config& c) { c.receive_maximum = 3; }, "receive_maximum",
                   3},
        Difference{"SmallPackets", [](Config& c) { c.maximum_packet_size = 2000; },
                   "maximum_packet_size", 2000},
        Difference{"KeepAlive", [](Config& c) { c.server_keep_alive = std::uint16_t{7}; },
                   "server_keep_alive", 7},
        Difference{"SessionExpiry", [](Config& c) { c.session_expiry_interval = 600U; },
                   "session_expiry_interval", 600}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Probe, TellsHowTheBrokerUsesItsFreedoms) {
  Config config;
  config.one_copy_for_overlapping = false;
  config.forward_qos2_on_publish = false;
  config.queue_qos0_for_absent = true;
  config.maximum_granted_qos = 1;
  config.client_identifier_length_maximum = 100;
  config.assign_client_identifiers = false;
  config.sys_interval = std::chrono::milliseconds(0);
  config.system_topics.clear();
  const Probe found = probe(config);
  const auto of = [&](std::string_view subject) { return answer(found.behaviour, subject); };
  EXPECT_EQ(of("overlapping subscriptions"), "a copy for each");
  EXPECT_EQ(of("a QoS 2 message goes on"), "at PUBREL");
  EXPECT_EQ(of("QoS 0 messages for the absent"), "are kept");
  EXPECT_EQ(of("subscriptions at QoS 1"), "are granted");
  EXPECT_EQ(of("subscriptions at QoS 2"), "are granted less");
  EXPECT_EQ(of("Client Identifiers of 100 bytes"), "are accepted");
  EXPECT_EQ(of("Client Identifiers of 1000 bytes"), "are refused");
  EXPECT_EQ(of("an empty Client Identifier"), "is refused");
  EXPECT_EQ(of("statistics below $SYS"), "are not published");
  EXPECT_EQ(found.name, "");
  EXPECT_THAT(broken(found), IsEmpty());
}

TEST(Probe, OfABrokerWithoutFiveTakesWhatWorks) {
  Config config;
  config.versions = {Version::v3_1_1};
  config.wildcard_subscription_available = false;
  const Probe found = probe(config);
  EXPECT_THAT(found.versions, ElementsAre(Version::v3_1_1));
  EXPECT_EQ(found.capabilities.at("versions"), Value(scenario::Array{"3.1.1"}));
  EXPECT_EQ(found.capabilities.at("maximum_qos"), Value(2));
  EXPECT_EQ(found.capabilities.at("retain_available"), Value(true));
  EXPECT_EQ(found.capabilities.at("wildcard_subscription_available"), Value(false));
  EXPECT_FALSE(found.capabilities.contains("receive_maximum")) << "nobody has announced one";
  EXPECT_EQ(answer(found.limits, "wildcards in filters"), "does not work");
  EXPECT_EQ(answer(found.limits, "Shared Subscriptions"), "nothing about it") << "there are none";
  EXPECT_EQ(answer(found.behaviour, "the identifier assigned"), "nothing about it");
  EXPECT_THAT(broken(found), IsEmpty()) << "3.1.1 lets a server do without wildcards";
}

TEST(Probe, OfABrokerThatLetsNobodyInFindsNoVersion) {
  Config config;
  config.users.emplace()["anna"] = "secret";
  EXPECT_THAT(probe(config).versions, IsEmpty());
}

TEST(Probe, FindsTheOpenDoorBesideTheCredentials) {
  executor::SuiteOptions options;
  options.instance.tolerance = executor::Tolerance::live();
  options.instance.user_name = "anna";
  options.instance.password = "secret";
  options.instance.config.users.emplace()["anna"] = "secret";
  const auto closed = conclude_probe(executor::run_suite(probing().instances, options));
  EXPECT_EQ(answer(closed.behaviour, "clients without credentials"), "are refused");
  options.instance.config.allow_anonymous = true;
  const auto open = conclude_probe(executor::run_suite(probing().instances, options));
  EXPECT_EQ(answer(open.behaviour, "clients without credentials"), "are served");
}

// A wrong broker, perhaps with a limit that it does not keep.
struct Lie {
  const char* mutant;
  void (*change)(Config&);
  const char* finding;
};

void PrintTo(const Lie& lie, std::ostream* out) {
  *out << lie.mutant;
}

class ProbedLies : public ::testing::TestWithParam<Lie> {};

TEST_P(ProbedLies, AreFound) {
  Config config;
  if (GetParam().change != nullptr) GetParam().change(config);
  EXPECT_THAT(broken(probe(config, GetParam().mutant)), Contains(HasSubstr(GetParam().finding)));
}

INSTANTIATE_TEST_SUITE_P(
    Broker, ProbedLies,
    ::testing::Values(
        Lie{"qos-is-refused-without-being-denied", nullptr, "MQTT-3.2.2-9 PUBLISH at QoS 2"},
        Lie{"retain-is-refused-without-being-denied", nullptr, "5-c retained messages: announced"},
        Lie{"retained-is-not-stored", nullptr, "3.1.1:MQTT-3.3.1-5 retained messages"},
        Lie{"wildcards-are-refused-without-being-denied", nullptr, "11-d wildcards in filters"},
        Lie{"subscription-identifiers-are-refused-without-being-denied", nullptr,
            "11-d Subscription Identifiers"},
        Lie{"shared-subscriptions-are-granted-and-never-served", nullptr,
            "11-d Shared Subscriptions: announced, and does not work"},
        Lie{"topic-alias-is-not-taken", nullptr, "MQTT-3.3.2-12 Topic Aliases"},
        Lie{"assigned-identifier-is-not-told", nullptr, "MQTT-3.1.3-7 the identifier assigned"},
        Lie{"puback-has-another-identifier", nullptr, "MQTT-2.2.1-5"},
        Lie{"publish-above-maximum-qos-is-lowered", [](Config& c) { c.maximum_qos = 1; },
            "4-b PUBLISH at QoS 2: not announced, and taken"},
        Lie{"maximum-qos-is-not-announced", [](Config& c) { c.maximum_qos = 1; },
            "MQTT-3.2.2-9 PUBLISH at QoS 2: announced, and does not work"},
        Lie{"retain-is-cleared-where-it-is-unavailable",
            [](Config& c) { c.retain_available = false; }, "5-b retained messages: not announced"},
        Lie{"unavailable-wildcards-are-granted",
            [](Config& c) { c.wildcard_subscription_available = false; }, "11-b wildcards"},
        Lie{"unavailable-subscription-identifiers-are-dropped",
            [](Config& c) { c.subscription_identifier_available = false; }, "12-b Subscription"},
        Lie{"unavailable-shared-subscriptions-are-plain-topics",
            [](Config& c) { c.shared_subscription_available = false; }, "13-b Shared"},
        Lie{"topic-aliases-above-the-maximum-are-taken",
            [](Config& c) { c.topic_alias_maximum = 0; }, "3.2.2-18 Topic Aliases"}),
    [](const auto& each) {
      std::string name;
      for (const char c : std::string_view(each.param.mutant)) name += c == '-' ? '_' : c;
      return name;
    });

TEST(Probe, AnAnswerThatTheStandardForbidsIsAFinding) {
  executor::SuiteOptions options;
  options.instance.tolerance = executor::Tolerance::live();
  auto outcomes = executor::run_suite(probing().instances, options);
  for (auto& outcome : outcomes) {
    if (outcome.scenario == "probe-long-client-identifier-in-3-1") {
      outcome.checks.at(0).answer = true;  // as mosquitto says
    }
  }
  EXPECT_THAT(broken(conclude_probe(outcomes)),
              ElementsAre("3.1:V31-3 Client Identifiers of 24 characters are accepted by 3.1"));
}

TEST(Probe, WhatWasNotAskedIsToldAsThat) {
  executor::SuiteOptions options;
  options.instance.tolerance = executor::Tolerance::live();
  auto outcomes = executor::run_suite(probing().instances, options);
  for (auto& outcome : outcomes) {
    if (outcome.scenario != "probe-statistics") continue;
    outcome.verdict = executor::Verdict::not_asked;
    for (auto& check : outcome.checks) check.answer.reset();
  }
  EXPECT_EQ(answer(conclude_probe(outcomes).behaviour, "statistics below $SYS"),
            "not asked; --unsafe asks");
}

TEST(Probe, WritesAProfileThatIsOne) {
  TargetArgument target = *parse_target("mqtt://anna:secret@broker.example:1884");
  Probe found = probe();
  found.findings.push_back({"5.0:MQTT-3.2.2-9", "an \x1b[31mugly\" sentence"});
  const std::string text = profile_of(found, target, {});
  EXPECT_THAT(text, ::testing::Not(HasSubstr("secret")));
  std::vector<scenario::Problem> problems;
  const auto profile = profile::parse_profile(text, "p.json", problems);
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->name, "mqttspec reference broker");
  EXPECT_EQ(profile->address->host, "broker.example");
  EXPECT_EQ(profile->address->port, 1884);
  EXPECT_EQ(profile->user_name, "anna");
  EXPECT_THAT(profile->note, HasSubstr("overlapping subscriptions: one copy of a message;"));
  for (const auto& [name, value] : profile->capabilities) {
    EXPECT_EQ(value, found.capabilities.at(name)) << name;
  }
}

TEST(Probe, WritesAListenerForATransportThatIsNotTcp) {
  RunArguments broker;
  broker.ca = "ca.pem";
  const std::string text = profile_of(probe(), *parse_target("wss://[::1]:8443/m"), broker);
  std::vector<scenario::Problem> problems;
  const auto profile = profile::parse_profile(text, "p.json", problems);
  ASSERT_TRUE(profile) << to_string(problems.at(0));
  EXPECT_FALSE(profile->address);
  ASSERT_EQ(profile->listeners.size(), 1U);
  EXPECT_EQ(profile->listeners[0].transport, "wss");
  EXPECT_EQ(profile->listeners[0].host, "::1");
  EXPECT_EQ(profile->listeners[0].path, "/m");
  EXPECT_EQ(profile->listeners[0].ca, "ca.pem");
}

TEST(Probe, WritesWhatTheSchemaOfProfilesAllows) {
  const auto plain =
      nlohmann::json::parse(read_file(MQTTSPEC_SOURCE_DIR "/scenarios/schema/profile.schema.json"));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(plain), schema);
  for (const char* target : {"builtin:", "mqtt://h", "mqtts://h", "ws://h", "wss://u@h/x"}) {
    const auto json = nlohmann::json::parse(profile_of(probe(), *parse_target(target), {}));
    EXPECT_TRUE(valijson::Validator().validate(
        schema, valijson::adapters::NlohmannJsonAdapter(json), nullptr))
        << json;
  }
}

}  // namespace
}  // namespace mqttspec::cli
