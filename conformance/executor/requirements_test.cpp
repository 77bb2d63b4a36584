// What excludes an instance, and with which verdict.
#include "conformance/executor/testing.hpp"

namespace mqttspec::executor::testing {
namespace {

using scenario::Value;
using ::testing::HasSubstr;

InstanceOutcome required(const std::string& keys, Capabilities capabilities,
                         const std::string& version = "5.0") {
  FakeBroker broker;
  RunOptions options;
  options.capabilities = std::move(capabilities);
  options.capabilities.emplace("persistence", Value(false));
  return run(broker, keys + R"("steps": [{ "client": "a", "connect": {}, "check": "must" }])",
             std::move(options), version);
}

TEST(Requirements, ALimitThatDoesNotSufficeMakesEveryCheckNotApplicable) {
  const std::string keys = R"("requires": ["maximum_qos >= 2"], "clients": {"a": {}}, )";
  EXPECT_EQ(verdict_of(required(keys, {{"maximum_qos", Value(2)}}), "must"), "pass");
  const auto lacking = required(keys, {{"maximum_qos", Value(1)}});
  EXPECT_EQ(verdict_of(lacking, "must"), "not applicable");
  EXPECT_EQ(verdict_of(lacking, "unasked"), "not asked");
  EXPECT_EQ(lacking.verdict, Verdict::not_applicable);
  EXPECT_THAT(lacking.reason, HasSubstr("maximum_qos >= 2"));
  EXPECT_TRUE(lacking.trace.empty()) << "nothing was done";
}

TEST(Requirements, LimitsThatAreNotNamedHaveTheStandardsDefaults) {
  EXPECT_EQ(
      verdict_of(
          required(
              R"("requires": ["maximum_qos >= 2", "retain_available"], "clients": {"a": {}}, )",
              {}),
          "must"),
      "pass");
  EXPECT_EQ(verdict_of(
                required(R"("requires": ["topic_alias_maximum >= 1"], "clients": {"a": {}}, )", {}),
                "must"),
            "not applicable");
}

TEST(Requirements, VariablesStandInThemAsWell) {
  const std::string keys =
      R"("vars": { "qos": 2 }, "requires": ["maximum_qos >= ${qos}"], "clients": {"a": {}}, )";
  EXPECT_EQ(verdict_of(required(keys, {{"maximum_qos", Value(1)}}), "must"), "not applicable");
  EXPECT_EQ(verdict_of(required(keys, {{"maximum_qos", Value(2)}}), "must"), "pass");
}

TEST(Requirements, EveryClientsVersionMustBeSpoken) {
  const Capabilities only_old = {{"versions", Value(scenario::Array{"3.1.1"})}};
  EXPECT_EQ(verdict_of(required(R"("clients": {"a": {}}, )", only_old), "must"), "not applicable");
  EXPECT_EQ(verdict_of(required(R"("clients": {"a": {}}, )", only_old, "3.1.1"), "must"), "pass");
  const auto mixed =
      required(R"("clients": {"a": {}, "b": { "version": "5.0" }}, )", only_old, "3.1.1");
  EXPECT_EQ(verdict_of(mixed, "must"), "not applicable");
  EXPECT_THAT(mixed.reason, HasSubstr("5.0"));
}

TEST(Requirements, ATransportThatAClientInsistsOnMustExist) {
  const std::string keys = R"("clients": {"a": { "transport": "tls" }}, )";
  EXPECT_EQ(verdict_of(required(keys, {}), "must"), "not applicable");
  EXPECT_EQ(
      verdict_of(required(keys, {{"transports", Value(scenario::Array{"tcp", "tls"})}}), "must"),
      "pass");
}

TEST(Requirements, ABrokerStepNeedsABrokerThatCanBeRestarted) {
  FakeBroker broker;
  RunOptions options;
  options.capabilities["restart"] = Value(false);
  const auto outcome = run(broker, R"("clients": {"a": {}}, "steps": [
      { "broker": "restart" }, { "client": "a", "connect": {}, "check": "must" }])",
                           options);
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
}

TEST(Requirements, NotRunGivesEveryAskedCheckTheVerdictAndTheReason) {
  const auto instances = instances_of(script(R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }])"));
  const auto outcome = not_run(instances.at(0), Verdict::not_applicable, "no such configuration");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
  EXPECT_EQ(check_of(outcome, "must").why, "no such configuration");
  EXPECT_EQ(verdict_of(outcome, "unasked"), "not asked");
  EXPECT_EQ(outcome.id, "x@5.0");
}

TEST(Namespace, IsTwelveLettersAndDigitsAndDiffersByRunAndInstance) {
  const std::string ns = make_ns("run", "x@5.0");
  EXPECT_THAT(ns, ::testing::MatchesRegex("[a-z0-9]+"));
  EXPECT_EQ(ns.size(), 12U);
  EXPECT_EQ(ns, make_ns("run", "x@5.0"));
  EXPECT_NE(ns, make_ns("run", "x@3.1.1"));
  EXPECT_NE(ns, make_ns("other", "x@5.0"));
  EXPECT_NE(make_ns("ab", "c"), make_ns("a", "bc"));
}

}  // namespace
}  // namespace mqttspec::executor::testing
