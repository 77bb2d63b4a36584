// Scenarios run on brokers that others use: what they have done is undone when they end.
#include <gtest/gtest.h>

#include "conformance/executor/hygiene.hpp"
#include "conformance/executor/virtual/suite.hpp"
#include "conformance/scenario/test_files.hpp"

namespace mqttspec::executor {
namespace {

std::vector<scenario::Instance> expand_text(const std::string& path, const std::string& text) {
  std::vector<scenario::Problem> problems;
  auto file = scenario::parse_file(text, path, problems);
  for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  if (!file) return {};
  return scenario::expand(std::make_shared<const scenario::File>(std::move(*file)), problems);
}

// All of it, or a sample where sanitizers make it slow (see CMakeLists.txt).
std::vector<scenario::Instance> whole_suite() {
  std::vector<scenario::Instance> instances;
  for (const auto& [path, text] : scenario::test::scenario_files()) {
    for (auto& instance : expand_text(path, text)) instances.push_back(std::move(instance));
  }
  std::size_t place = 0;
  std::erase_if(instances, [&](const auto&) { return place++ % MQTTSPEC_SAMPLE != 0; });
  return instances;
}

// "retained-messages: payload is "3", expected "0"", or "".
std::string remains(SharedNode& broker) {
  VirtualOptions options;
  options.shared = &broker;
  std::string found;
  for (const auto& instance : expand_text("hygiene.json", std::string(nothing_remains))) {
    const InstanceOutcome outcome = run_virtual(instance, options);
    const CheckOutcome& check = outcome.checks.at(0);
    if (check.verdict == Verdict::pass) continue;
    found += outcome.id + " " + std::string(to_string(check.verdict)) + ": " + check.why + "\n";
  }
  return found;
}

TEST(Hygiene, TheWholeSuiteTwiceOnOneBrokerPassesAndLeavesNothingBehind) {
  const auto instances = whole_suite();
  SharedNode broker;
  SuiteOptions options;
  options.instance.shared = &broker;
  for (int round = 1; round <= 2; ++round) {
    std::string before = remains(broker);
    std::size_t run = 0;
    for (std::size_t i = 0; i < instances.size(); ++i) {
      const InstanceOutcome outcome = run_virtual(instances[i], options.instance);
      run += outcome.verdict == Verdict::not_applicable ? 0 : 1;
      for (const CheckOutcome& check : outcome.checks) {
        EXPECT_GE(check.verdict, Verdict::pass)
            << "round " << round << ": " << outcome.id << "#" << check.name << ": " << check.why;
      }
      // To name the culprit costs time, so it is done where there is one.
      if (i % 100 != 99 && i + 1 != instances.size()) continue;
      const std::string now = remains(broker);
      EXPECT_EQ(now, before) << "after " << instances[i].id << " or one of the hundred before it";
      before = now;
    }
    EXPECT_GT(run, 900U / MQTTSPEC_SAMPLE);
    EXPECT_EQ(remains(broker), "") << "round " << round;
  }
}

TEST(Hygiene, WhatRemainsIsNoticed) {
  SharedNode broker;
  EXPECT_EQ(remains(broker), "");
  // A client that is no scenario's leaves a session with a subscription, and a retained message.
  const auto connection = broker.node.opened("somebody", "tcp", broker.now);
  codec::Connect connect;
  connect.client_identifier = "somebody";
  connect.clean_start = false;
  connect.properties = {{codec::PropertyId::session_expiry_interval, std::uint32_t{3600}}};
  codec::Subscribe subscribe;
  subscribe.packet_identifier = 1;
  subscribe.subscriptions = {{"t"}};
  codec::Publish publish;
  publish.topic_name = "t";
  publish.retain = true;
  publish.payload = "x";
  const codec::Version version = codec::Version::v5_0;
  const codec::Bytes bytes = codec::encode(connect, version) + codec::encode(subscribe, version) +
                             codec::encode(publish, version);
  broker.node.received(connection, bytes, broker.now);
  broker.node.closed(connection, broker.now);
  std::vector<node::Output> ignored;
  broker.node.take_output(ignored);
  const std::string found = remains(broker);
  for (const char* what : {"retained-messages", "subscriptions", "sessions", "absent-sessions"}) {
    EXPECT_NE(found.find(std::string("what=") + what), std::string::npos) << found;
  }
}

}  // namespace
}  // namespace mqttspec::executor
