#include "conformance/executor/live/live_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "conformance/executor/live/live_suite.hpp"
#include "conformance/executor/live/test_scenario.hpp"
#include "conformance/executor/live/tiny_broker.hpp"

namespace mqttspec::executor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kill_steps =
    R"({ "client": "a", "connect": {} },
       { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1, "payload": "die" },
         "check": "c" })";
const std::string wait_steps =
    R"({ "client": "a", "connect": {} },
       { "client": "a", "silence": "CLOSED", "within": "200ms", "check": "c" })";

std::vector<std::string> verdicts(const LiveResult& result) {
  std::vector<std::string> lines;
  for (const InstanceOutcome& outcome : result.instances) {
    lines.push_back(outcome.scenario + " " + std::string(to_string(outcome.verdict)));
  }
  return lines;
}

class LiveDriver : public testing::Test {
 protected:
  void SetUp() override {
    options_.tolerance = {seconds(2), milliseconds(5), seconds(1), milliseconds(0)};
  }
  void add(const std::string& id, const std::string& steps, const std::string& more = "") {
    texts_ += (texts_.empty() ? "" : ",\n") + scenario_text(id, steps, more);
  }
  // Against a tiny broker in a thread.
  LiveResult run(TinyBroker broker = TinyBroker()) {
    const ThreadedTestServer server(broker.handler());
    options_.target = Target{"127.0.0.1", server.port()};
    return run_without_broker();
  }
  LiveResult run_without_broker() {
    return run_live(instances_of(scenario_file(texts_), "test.json"), options_);
  }
  LiveOptions options_;
  std::string texts_;
};

TEST_F(LiveDriver, GivesOutcomesInTheOrderOfTheInstances) {
  add("slow", wait_steps);
  add("quick", ping_steps);
  const LiveResult result = run();
  EXPECT_EQ(result.trouble, "");
  EXPECT_THAT(verdicts(result), ElementsAre("slow pass", "quick pass"));
  EXPECT_EQ(result.longest_wait, milliseconds(200));
}

TEST_F(LiveDriver, WaitsOverlap) {
  for (int i = 0; i < 20; ++i) add("waits-" + std::to_string(i), wait_steps);
  const LiveResult result = run();
  EXPECT_THAT(verdicts(result), testing::Each(HasSubstr("pass")));
  EXPECT_LT(result.wall, seconds(2));  // one after the other: 4 s
}

TEST_F(LiveDriver, RunsNoMoreSideBySideThanAllowed) {
  for (int i = 0; i < 6; ++i) add("s" + std::to_string(i), ping_steps);
  options_.parallel = 2;
  std::size_t most = 0;
  options_.progress = [&](const Progress& progress) { most = std::max(most, progress.running); };
  const LiveResult result = run();
  EXPECT_EQ(result.instances.size(), 6U);
  EXPECT_LE(most, 2U);
}

TEST_F(LiveDriver, WhatNeedsTheBrokerAloneRunsWhenAllOthersAreThrough) {
  add("alone", ping_steps, R"("exclusive": "a test",)");
  add("shared", wait_steps);
  std::vector<std::string> order;
  options_.progress = [&](const Progress& progress) {
    order.push_back(progress.outcome->scenario);
  };
  (void)run();
  EXPECT_THAT(order, ElementsAre("shared", "alone"));
}

TEST_F(LiveDriver, WhatTheBrokerLacksIsNotApplicable) {
  add("config", ping_steps, R"("config": { "maximum_qos": 1 },)");
  add("requires", ping_steps, R"("requires": ["topic_alias_maximum >= 1"],)");
  add("restarts", std::string(ping_steps) + R"(, { "broker": "restart" })");
  const LiveResult result = run();
  EXPECT_THAT(verdicts(result), ElementsAre("config not applicable", "requires not applicable",
                                            "restarts not applicable"));
  EXPECT_THAT(result.instances[0].reason, HasSubstr("a configuration of its own"));
  EXPECT_THAT(result.instances[2].reason, HasSubstr("cannot be restarted"));
}

TEST_F(LiveDriver, WhatWaitsForTooLongIsNotAskedAndThatIsSaid) {
  add("slow", wait_steps);
  add("quick", ping_steps);
  options_.wait_limit = milliseconds(200);
  const LiveResult result = run();
  EXPECT_THAT(verdicts(result), ElementsAre("slow not asked", "quick pass"));
  EXPECT_THAT(result.instances.at(0).reason, HasSubstr("not run without --slow"));
  EXPECT_THAT(result.notes, Contains(HasSubstr("1 instance with a wait of")));
  EXPECT_EQ(result.longest_wait, milliseconds(0));
}

TEST_F(LiveDriver, WhatOthersCouldNoticeIsNotAskedOnASharedBroker) {
  add("alone", ping_steps, R"("exclusive": "a test",)");
  add("reads-all", R"({ "client": "a", "connect": {} },
                      { "client": "a", "publish": { "topic_name": "t" } },
                      { "client": "a", "ping": {}, "check": "c" })");
  add("quiet", ping_steps);
  options_.safe = true;
  const LiveResult result = run();
  EXPECT_THAT(verdicts(result),
              ElementsAre("alone not asked", "reads-all not asked", "quiet pass"));
  EXPECT_THAT(result.instances.at(1).reason,
              HasSubstr("it publishes to \"t\", which is not its own"));
  EXPECT_THAT(result.notes, Contains(HasSubstr("2 instances that others on the broker could")));
}

TEST_F(LiveDriver, NothingUsableIsTroubleAndNoRun) {
  add("x", ping_steps);
  std::uint16_t port = 0;
  {
    boost::asio::io_context loop;
    port = TestServer(loop).port();
  }
  options_.target = Target{"127.0.0.1", port};
  const LiveResult result = run_without_broker();
  EXPECT_THAT(result.trouble, HasSubstr("nobody accepts connections"));
  EXPECT_THAT(result.instances, IsEmpty());
}

TEST_F(LiveDriver, WithoutAnyBrokerToRunAgainstTheTroubleSaysWhatToGive) {
  add("x", ping_steps);
  EXPECT_THAT(run_without_broker().trouble, HasSubstr("give its address, or a profile"));
}

TEST_F(LiveDriver, ABrokerThatIsGoneForGoodIsACrashAndTheRestIsBlocked) {
  add("killer", kill_steps);
  add("never-run", ping_steps);
  options_.parallel = 1;
  boost::asio::io_context loop;
  std::unique_ptr<TestServer> server;
  TinyBroker broker([&](TestServer::Peer&, const std::string&) { server->die(); });
  server = std::make_unique<TestServer>(loop, broker.handler());
  std::thread thread([&] { loop.run(); });
  options_.target = Target{"127.0.0.1", server->port()};
  const LiveResult result = run_without_broker();
  loop.stop();
  thread.join();
  EXPECT_THAT(verdicts(result), ElementsAre("killer crash", "never-run blocked"));
  EXPECT_THAT(result.instances[0].reason, HasSubstr("takes no new connection"));
}

TEST_F(LiveDriver, StoppingReturnsWhatThereIs) {
  add("long", R"({ "client": "a", "connect": {} },
                 { "client": "a", "silence": "CLOSED", "within": "1h", "check": "c" })");
  add("quick", ping_steps);
  add("after", ping_steps, R"("exclusive": "a test",)");
  bool stop = false;
  options_.progress = [&](const Progress& progress) {
    stop = stop || progress.outcome->scenario == "quick";
  };
  options_.stop = [&] { return stop; };
  const LiveResult result = run();
  EXPECT_TRUE(result.interrupted);
  EXPECT_THAT(verdicts(result), ElementsAre("long blocked", "quick pass"));
  EXPECT_THAT(result.instances[0].reason, HasSubstr("interrupted"));
}

TEST_F(LiveDriver, WhenWeWereKeptFromRunningTimedChecksProveNothing) {
  add("timed", R"({ "client": "a", "connect": {} },
                  { "client": "a", "expect": "PUBLISH", "within": "100ms", "check": "c" })");
  add("quick", ping_steps);
  options_.tolerance = {milliseconds(50), milliseconds(5), milliseconds(100), milliseconds(0)};
  options_.progress = [](const Progress& progress) {
    if (progress.outcome->scenario == "quick") poll(nullptr, 0, 400);  // nothing of ours runs
  };
  const LiveResult result = run();
  EXPECT_THAT(verdicts(result), ElementsAre("timed inconclusive", "quick pass"));
}

TEST_F(LiveDriver, TheProfilesAddressAndCredentialsAreUsedUnlessOthersAreGiven) {
  add("x", ping_steps);
  std::string seen;
  profile::Profile profile;
  profile.user_name = "from-the-profile";
  profile.password = "secret";
  options_.profile = &profile;
  options_.password = "given";
  {
    TinyBroker broker;
    const auto inner = broker.handler();
    const ThreadedTestServer server([&](TestServer::Peer& peer, const std::string& bytes) {
      seen += bytes;
      inner(peer, bytes);
    });
    profile.address = {"127.0.0.1", server.port()};
    EXPECT_THAT(verdicts(run_without_broker()), ElementsAre("x pass"));
  }
  EXPECT_THAT(seen, HasSubstr("from-the-profile"));
  EXPECT_THAT(seen, HasSubstr("given"));
  EXPECT_THAT(seen, testing::Not(HasSubstr("secret")));
}

// --- a broker that we start: this very program, which serves if it finds a port in its environment

// A payload of "die" ends it, "die in company" does so unless the client is alone.
void serve(std::uint16_t port) {
  boost::asio::io_context loop;
  std::unique_ptr<TestServer> server;
  TinyBroker broker([&](TestServer::Peer&, const std::string& payload) {
    if (payload == "die") _exit(3);
    std::size_t open = 0;
    for (const auto& peer : server->peers()) open += peer->ended.empty() ? 1 : 0;
    if (payload == "die in company" && open > 1) _exit(4);
  });
  server = std::make_unique<TestServer>(loop, broker.handler(), "127.0.0.1", port);
  loop.run();
}

// Before any test is run: the program that was started to be the broker runs none.
[[maybe_unused]] const bool is_broker = [] {
  const char* port = std::getenv("TINY_BROKER_PORT");
  if (port == nullptr) return false;
  const int number = std::atoi(port);
  if (number <= 0) {
    std::fprintf(stderr, "no port: %s\n", port);
    _exit(2);
  }
  serve(static_cast<std::uint16_t>(number));
  _exit(0);
}();

class StartedBroker : public LiveDriver {
 protected:
  void SetUp() override {
    LiveDriver::SetUp();
    profile_.name = "tiny";
    profile_.start.emplace();
    profile_.start->command = {"/proc/" + std::to_string(getpid()) + "/exe"};
    profile_.start->environment = {{"TINY_BROKER_PORT", "${port}"}};
    profile_.config = {{"queue", {}, {}, {}}};
    options_.profile = &profile_;
  }
  profile::Profile profile_;
};

TEST_F(StartedBroker, ADeathIsPinnedOnTheInstanceThatBringsItAbout) {
  add("waits", wait_steps);
  add("killer", kill_steps);
  add("pings", ping_steps);
  const LiveResult result = run_without_broker();
  EXPECT_EQ(result.trouble, "");
  EXPECT_THAT(verdicts(result), ElementsAre("waits pass", "killer crash", "pings pass"));
  EXPECT_THAT(result.instances[1].reason, HasSubstr("exited with status 3"));
  EXPECT_THAT(result.notes, Contains(HasSubstr("run again, one at a time")));
}

TEST_F(StartedBroker, ADeathThatNoInstanceBringsAboutAloneIsACrashOfTheRun) {
  add("waits", wait_steps);
  add("sociable",
      R"({ "client": "a", "connect": {} },
         { "wait": "50ms" },
         { "client": "a", "publish": { "topic_name": "${ns}/t", "qos": 1,
                                       "payload": "die in company" }, "check": "c" })");
  const LiveResult result = run_without_broker();
  EXPECT_THAT(verdicts(result), ElementsAre("waits pass", "sociable pass", "run-as-a-whole crash"));
  EXPECT_THAT(result.instances[2].reason, HasSubstr("exited with status 4"));
  EXPECT_THAT(result.instances[2].reason, HasSubstr("sociable@3.1.1"));
}

TEST_F(StartedBroker, ABrokerStepRestartsIt) {
  add("restarts", R"({ "client": "a", "connect": {} },
                     { "broker": "restart" },
                     { "client": "a", "expect": "CLOSED" },
                     { "client": "a", "connect": {} },
                     { "broker": "kill" },
                     { "client": "a", "expect": "CLOSED" },
                     { "client": "a", "connect": {} },
                     { "client": "a", "ping": {}, "check": "c" })");
  EXPECT_THAT(verdicts(run_without_broker()), ElementsAre("restarts pass"));
}

TEST_F(StartedBroker, AConfigurationGetsABrokerOfItsOwn) {
  add("configured", ping_steps, R"("config": { "queue": 5 },)");
  add("same", ping_steps, R"("config": { "queue": 5 },)");
  add("unknown", ping_steps, R"("config": { "maximum_qos": 0 },)");
  for (const std::size_t at_once : {1U, 3U}) {
    profile_.start->at_once = at_once;
    const LiveResult result = run_without_broker();
    EXPECT_THAT(verdicts(result),
                ElementsAre("configured pass", "same pass", "unknown not applicable"));
    EXPECT_EQ(result.instances[2].reason, "the profile cannot set maximum_qos");
  }
}

TEST_F(StartedBroker, OneThatDoesNotComeUpIsTroubleWithItsLastWords) {
  add("x", ping_steps);
  profile_.start->environment = {{"TINY_BROKER_PORT", "no number"}};
  const LiveResult result = run_without_broker();
  EXPECT_THAT(result.trouble, HasSubstr("instead of accepting connections; its last words:"));
}

}  // namespace
}  // namespace mqttspec::executor
