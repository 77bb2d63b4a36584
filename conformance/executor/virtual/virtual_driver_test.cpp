// The virtual driver: a node of its own per instance, in virtual time, shaken by a seed.
#include "conformance/executor/virtual/virtual_driver.hpp"

#include "conformance/executor/testing.hpp"
#include "conformance/executor/virtual/suite.hpp"

namespace mqttspec::executor::testing {
namespace {

using scenario::Value;
using ::testing::Contains;
using ::testing::HasSubstr;

InstanceOutcome virtually(const std::string& rest, VirtualOptions options = {},
                          const std::string& version = "5.0") {
  const auto instances = instances_of(script(rest, version));
  return instances.empty() ? InstanceOutcome{} : run_virtual(instances.front(), options);
}

constexpr auto publish_and_receive = R"("clients": {"a": {}, "b": {}}, "steps": [
    { "client": "a", "connect": {} },
    { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 2 }] },
    { "client": "b", "connect": {} },
    { "client": "b", "publish": { "topic_name": "${ns}/t", "qos": 2, "payload": "x" } },
    { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/t", "payload": "x", "qos": 2 } }, "check": "must" },
    { "client": "a", "silence": "PUBLISH", "within": "1h", "check": "other" }])";

TEST(VirtualDriver, RunsAnInstanceAgainstANodeWithoutWaiting) {
  for (const std::string version : {"3.1", "3.1.1", "5.0"}) {
    const auto outcome = virtually(publish_and_receive, {}, version);
    if (version == "3.1") continue;  // its statement is not of that version: not asked
    EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
    EXPECT_EQ(verdict_of(outcome, "other"), "pass");
    EXPECT_GE(outcome.duration, 1h);
  }
}

std::string fingerprint(const InstanceOutcome& outcome) {
  std::string text = trace_of(outcome);
  for (const CheckOutcome& check : outcome.checks) text += to_string(check.verdict);
  return text;
}

TEST(VirtualDriver, IsDeterministic) {
  for (const std::uint64_t seed : {0U, 7U}) {
    VirtualOptions options;
    options.seed = seed;
    EXPECT_EQ(fingerprint(virtually(publish_and_receive, options)),
              fingerprint(virtually(publish_and_receive, options)));
  }
}

TEST(VirtualDriver, SeedsChangeTheInterleavingAndNotTheVerdicts) {
  std::set<std::string> traces;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    VirtualOptions options;
    options.seed = seed;
    const auto outcome = virtually(publish_and_receive, options);
    EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
    EXPECT_EQ(verdict_of(outcome, "other"), "pass");
    traces.insert(fingerprint(outcome));
  }
  EXPECT_GT(traces.size(), 1U);
}

TEST(VirtualDriver, LaysTheScenariosConfigOverItsOwn) {
  const auto outcome = virtually(R"("config": { "maximum_qos": 1, "server_keep_alive": 9 },
      "clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "expect": { "CONNACK": { "maximum_qos": 1, "server_keep_alive": 9 } }, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(VirtualDriver, ADenialNamesAClientOfTheScript) {
  const auto outcome = virtually(
      R"("config": { "deny": [{ "client": "a", "action": "publish", "topic_filter": "${ns}/#" }] },
      "clients": {"a": {}, "b": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "b", "connect": {} },
      { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "expect": { "PUBACK": { "reason_code": "not_authorized" } }, "check": "must" },
      { "client": "b", "publish": { "topic_name": "${ns}/t", "qos": 1 }, "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(VirtualDriver, WhatTheConfigTakesAwayMakesRequirementsFail) {
  VirtualOptions options;
  options.config.maximum_qos = 1;
  const auto outcome =
      virtually(R"("requires": ["maximum_qos >= 2"], "clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }])",
                options);
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
}

TEST(VirtualDriver, UsersOfTheConfigLetTheEpilogueInToo) {
  const auto outcome = virtually(R"("config": { "users": { "ann": "secret" } },
      "clients": {"a": { "connect": { "user_name": "ann", "password": "secret" } }}, "steps": [
      { "client": "a", "connect": {} },
      { "client": "a", "send": { "bytes": "C1 00" }, "illegal": "flags", "expect": "CLOSED", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(VirtualDriver, RestartTells5ClientsAndKeepsTheirSessions) {
  const std::string tail = R"(
      { "client": "a", "connect": { "clean_start": false, "session_expiry_interval": 60 },
        "expect": { "CONNACK": { "reason_code": "0x00", "session_present": true } }, "check": "other" }])";
  const std::string head = R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": { "session_expiry_interval": 60 } }, )";
  const auto restarted = virtually(head + R"({ "broker": "restart" },
      { "client": "a", "expect": { "CLOSED": { "reason_code": "server_shutting_down" } }, "check": "must" }, )" +
                                   tail);
  EXPECT_EQ(verdict_of(restarted, "must"), "pass") << trace_of(restarted);
  EXPECT_EQ(verdict_of(restarted, "other"), "pass");
  const auto killed = virtually(head + R"({ "broker": "kill" },
      { "client": "a", "expect": { "CLOSED": { "farewell": null } }, "check": "must" }, )" +
                                tail);
  EXPECT_EQ(verdict_of(killed, "must"), "pass") << trace_of(killed);
  EXPECT_EQ(verdict_of(killed, "other"), "pass");
  EXPECT_EQ(capabilities_of({}).at("persistence"), Value(true));
}

TEST(VirtualDriver, AHalfClosedClientIsClosedByTheBrokerAndItsWillComes) {
  const auto outcome = virtually(
      R"("clients": {"w": {}, "a": { "connect": { "will": { "will_topic": "${ns}/will", "will_payload": "w" } } }}, "steps": [
      { "client": "w", "connect": {} }, { "client": "w", "subscribe": ["${ns}/will"] },
      { "client": "a", "connect": {} },
      { "client": "a", "close": "half", "expect": "CLOSED", "check": "must" },
      { "client": "w", "expect": "PUBLISH", "check": "other" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
  EXPECT_EQ(verdict_of(outcome, "other"), "pass");
}

TEST(VirtualDriver, ClientsMayUseAWebSocketBesideOthersThatDoNot) {
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    VirtualOptions options;
    options.seed = seed;
    const auto outcome = virtually(
        R"("clients": {"a": { "transport": "ws" }, "b": { "transport": "tcp" }}, "steps": [
        { "client": "a", "connect": {}, "expect": { "CONNACK": { "reason_code": "0x00", "frame": "binary", "subprotocol": "mqtt" } }, "check": "must" },
        { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }] },
        { "client": "b", "connect": {}, "expect": { "CONNACK": { "reason_code": "0x00", "frame": null } }, "check": "should" },
        { "client": "b", "publish": { "topic_name": "${ns}/t", "qos": 1, "payload": "x" } },
        { "client": "a", "expect": { "PUBLISH": { "topic_name": "${ns}/t" } }, "check": "other" }])",
        options);
    for (const char* check : {"must", "should", "other"}) {
      EXPECT_EQ(verdict_of(outcome, check), "pass") << trace_of(outcome);
    }
  }
}

TEST(VirtualDriver, ThereIsNoTlsInVirtualTime) {
  const auto outcome = virtually(R"("clients": {"a": { "transport": "wss" }}, "steps": [
      { "client": "a", "connect": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "not applicable");
}

TEST(VirtualDriver, AResetLosesWhatTheClientHadNotRead) {
  const auto outcome = virtually(
      R"("clients": {"a": { "connect": { "session_expiry_interval": 60 } }, "b": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }] },
      { "client": "b", "connect": {} },
      { "client": "a", "set": { "reading": false } },
      { "client": "b", "publish": { "topic_name": "${ns}/t", "qos": 1, "payload": "x" } },
      { "client": "a", "expect": "PUBLISH", "check": "may" },
      { "client": "a", "close": "reset" },
      { "client": "a", "connect": { "clean_start": false }, "expect": { "CONNACK": { "session_present": true } } },
      { "client": "a", "expect": { "PUBLISH": { "payload": "x", "dup": true } }, "check": "must" }])");
  EXPECT_EQ(check_of(outcome, "may").answer, false) << "it does not read";
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

// The acknowledgement of what came last is still on its way when the client resets.
TEST(VirtualDriver, AResetLosesWhatTheClientHadNotSentOff) {
  const auto ending = [](const std::string& how) {
    return virtually(
        R"("clients": {"a": { "connect": { "session_expiry_interval": 60 } }, "b": {}}, "steps": [
        { "client": "a", "connect": {} }, { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }] },
        { "client": "b", "connect": {} },
        { "client": "b", "send": { "PUBLISH": { "topic_name": "${ns}/t", "payload": "x", "qos": 1 } } },
        { "client": "a", "expect": "PUBLISH" },
        { "client": "a", "close": ")" +
        how + R"(" },
        { "client": "a", "connect": { "clean_start": false } },
        { "client": "a", "expect": { "PUBLISH": { "payload": "x", "dup": true } }, "check": "may" }])");
  };
  EXPECT_EQ(check_of(ending("reset"), "may").answer, true);
  EXPECT_EQ(check_of(ending("fin"), "may").answer, false) << "it was acknowledged";
}

// Notes how many bytes the broker gets at a time.
class Scales : public node::Interceptor {
 public:
  void on_bytes_in(node::ConnectionId, codec::Bytes& bytes, node::Context&) override {
    sizes.push_back(bytes.size());
  }
  std::vector<std::size_t> sizes;
};

TEST(VirtualDriver, ASeedCutsPacketsInPieces) {
  const auto most_pieces = [](std::uint64_t first, std::uint64_t last) {
    std::size_t most = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
      Scales scales;
      VirtualOptions options;
      options.seed = seed;
      options.interceptor = &scales;
      EXPECT_EQ(verdict_of(virtually(publish_and_receive, options), "must"), "pass");
      most = std::max(most, scales.sizes.size());
    }
    return most;
  };
  const std::size_t whole = most_pieces(0, 0);
  EXPECT_GT(most_pieces(1, 5), whole);
}

TEST(VirtualDriver, PausesBetweenSegmentsTakeVirtualTime) {
  const auto outcome = virtually(R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {}, "mark": "start" },
      { "client": "a", "send": "PINGREQ", "segments": 1, "pause": "5s" },
      { "client": "a", "expect": { "PINGRESP": { "elapsed": { "min": "5s", "max": "5s" } } }, "since": "start", "within": "5s", "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "pass") << trace_of(outcome);
}

TEST(VirtualDriver, AnInstanceLongerThanADayIsInconclusive) {
  const auto outcome = virtually(R"("clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} }, { "wait": "25h" }, { "client": "a", "ping": {}, "check": "must" }])");
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive");
  EXPECT_THAT(outcome.reason, HasSubstr("24 hours"));
}

// Has something to do again and again, a nanosecond later each time.
class Restless : public node::Interceptor {
 public:
  [[nodiscard]] Instant next_deadline() const override { return next_; }
  void on_deadline(node::Context& context) override { next_ = context.now() + 1ns; }

 private:
  Instant next_{};
};

TEST(VirtualDriver, ABrokerThatNeverRestsIsInconclusiveInsteadOfEndless) {
  Restless restless;
  VirtualOptions options;
  options.interceptor = &restless;
  options.turns_max = 5000;
  const auto outcome = virtually(publish_and_receive, options);
  EXPECT_EQ(outcome.verdict, Verdict::inconclusive);
  EXPECT_THAT(outcome.reason, HasSubstr("no end after 5000 turns"));
}

TEST(VirtualDriver, AConfigThatTheBrokerCannotHaveIsAnErrorOfTheScript) {
  const auto error = apply_config({}, Value(scenario::Object{{"maximum_qus", Value(1)}}));
  ASSERT_FALSE(error.ok());
  EXPECT_THAT(error.error(), HasSubstr("config.maximum_qus"));
}

TEST(VirtualDriver, CapabilitiesFollowTheConfig) {
  broker::Config config;
  config.versions = {codec::Version::v5_0};
  config.topic_alias_maximum = 3;
  config.retain_available = false;
  config.maximum_packet_size = 500;
  const Capabilities capabilities = capabilities_of(config);
  EXPECT_EQ(capabilities.at("versions"), Value(scenario::Array{"5.0"}));
  EXPECT_EQ(capabilities.at("topic_alias_maximum"), Value(3));
  EXPECT_EQ(capabilities.at("retain_available"), Value(false));
  EXPECT_EQ(capabilities.at("maximum_packet_size"), Value(500));
  EXPECT_EQ(capabilities.at("transports"), (Value(scenario::Array{"tcp", "ws"})));
  EXPECT_EQ(capabilities.at("restart"), Value(true));
}

// Drops every PINGRESP.
class Mute : public node::Interceptor {
 public:
  void on_action(node::Actions& actions, node::Context&) override {
    std::erase_if(actions, [](const broker::Action& action) {
      const auto* send = std::get_if<broker::Send>(&action);
      return send != nullptr && std::holds_alternative<codec::Pingresp>(send->packet);
    });
  }
};

// Answers each PUBACK with another message, so that nothing ever comes to rest.
class AnswersForEver final : public node::Interceptor {
 public:
  void on_packet_in(node::ConnectionId connection, std::vector<codec::Packet>& packets,
                    node::Context& context) override {
    for (const auto& packet : packets) {
      if (!std::holds_alternative<codec::Puback>(packet)) continue;
      codec::Publish more;
      more.topic_name = "more";
      more.qos = 1;
      more.packet_identifier = std::uint16_t{1};
      context.send(connection, more);
    }
  }
};

constexpr auto endless = R"("clients": {"a": {}}, "steps": [
    { "client": "a", "connect": {} },
    { "client": "a", "subscribe": [{ "topic_filter": "${ns}/t", "qos": 1 }] },
    { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1, "payload": "x" } },
    { "client": "a", "silence": "PUBREC", "within": "1h", "check": "must" }])";

TEST(VirtualDriver, ABrokerThatAnswersForEverEndsTheInstance) {
  AnswersForEver interceptor;
  VirtualOptions options;
  options.interceptor = &interceptor;
  options.turns_max = 500;
  const auto outcome = virtually(endless, options);
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive") << trace_of(outcome);
  EXPECT_THAT(outcome.reason, HasSubstr("no end after 500 turns"));
}

TEST(VirtualDriver, AnInstanceWithoutEndCanBeInterrupted) {
  AnswersForEver interceptor;
  VirtualOptions options;
  options.interceptor = &interceptor;
  options.turns_max = 100'000;
  options.stop = [] { return true; };
  const auto outcome = virtually(endless, options);
  EXPECT_EQ(verdict_of(outcome, "must"), "inconclusive");
  EXPECT_EQ(outcome.reason, "interrupted");
}

TEST(Suite, RunsAllInOrderEachWithAnInterceptorOfItsOwnUntilStopped) {
  auto instances =
      instances_of(script(R"("matrix": { "n": [1, 2, 3] }, "clients": {"a": {}}, "steps": [
      { "client": "a", "connect": {} }, { "client": "a", "ping": {}, "check": "must" }])"));
  ASSERT_EQ(instances.size(), 3U);
  SuiteOptions options;
  const auto plain = run_suite(instances, options);
  ASSERT_EQ(plain.size(), 3U);
  EXPECT_EQ(plain[0].id, "x@5.0[n=1]");
  EXPECT_EQ(plain[2].id, "x@5.0[n=3]");
  EXPECT_EQ(verdict_of(plain[2], "must"), "pass");

  int made = 0;
  std::vector<std::size_t> progress;
  options.make_interceptor = [&made] {
    ++made;
    return std::make_unique<Mute>();
  };
  options.progress = [&](const InstanceOutcome& outcome, std::size_t finished, std::size_t total) {
    EXPECT_EQ(verdict_of(outcome, "must"), "fail");
    EXPECT_EQ(total, 3U);
    progress.push_back(finished);
  };
  options.stop = [&] { return progress.size() == 2; };
  EXPECT_EQ(run_suite(instances, options).size(), 2U);
  EXPECT_EQ(made, 2);
  EXPECT_THAT(progress, ::testing::ElementsAre(1U, 2U));
}

}  // namespace
}  // namespace mqttspec::executor::testing
