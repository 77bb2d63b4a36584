#include "conformance/report/published.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "conformance/report/deflate.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Machine machine{{"/srv/ci/me", "/srv/ci/me/project", "/var/tmp"}, "buildhost"};

std::string text_of_run(const RunResult& run) {
  std::ostringstream out;
  write_json(run, out);
  return out.str();
}

TEST(WithoutMachine, CommandsNameFilesAsTheProjectDoesAndNotWhereReportsWent) {
  RunResult run = sample_run();
  run.command =
      "./run.sh --profile /srv/ci/me/project/scenarios/profiles/x.json --json /var/tmp/r.json "
      "--only 'will-*' --scenarios '/srv/ci/me/project/scenarios/will'";
  run.profile = "/srv/ci/me/project/scenarios/profiles/x.json";
  run.replay = "/opt/bin/mqttspec run --ca /etc/ssl/own/ca.pem --only {}";
  run = without_machine(run, machine);
  EXPECT_EQ(run.command,
            "./run.sh --profile scenarios/profiles/x.json --only 'will-*' --scenarios "
            "'scenarios/will'");
  EXPECT_EQ(run.profile, "scenarios/profiles/x.json");
  EXPECT_EQ(run.replay, "mqttspec run --ca ca.pem --only {}");
}

TEST(WithoutMachine, WordsLoseItsFoldersAndName) {
  RunResult run = sample_run();
  run.instances[0].reason =
      "/srv/ci/me/project/build/broker on buildhost ended; buildhosts did not";
  run.instances[0].checks[0].why = "see /var/tmp/broker.log";
  run = without_machine(run, machine);
  EXPECT_EQ(run.instances[0].reason, "…/build/broker on localhost ended; buildhosts did not");
  EXPECT_EQ(run.instances[0].checks[0].why, "see …/broker.log");
}

TEST(WithoutMachine, LeavesTopicsAndTargetsAlone) {
  RunResult run = sample_run();
  run.instances[0].checks[0].why = "came on /finance/t instead";
  const std::string target = run.target;
  run = without_machine(run, machine);
  EXPECT_EQ(run.instances[0].checks[0].why, "came on /finance/t instead");
  EXPECT_EQ(run.target, target);
}

TEST(Compact, KeepsEveryVerdictAndTheTracesOfWhatIsNotAsItShouldBe) {
  const RunResult run = sample_run();
  const RunResult less = compact(run);
  ASSERT_EQ(less.instances.size(), run.instances.size());
  for (std::size_t i = 0; i < run.instances.size(); ++i) {
    const Verdict verdict = verdict_of(run, run.instances[i]);
    EXPECT_EQ(verdict_of(less, less.instances[i]), verdict);
    EXPECT_EQ(less.instances[i].trace.size(),
              verdict < Verdict::pass ? run.instances[i].trace.size() : 0U);
  }
  EXPECT_EQ(summarise(less).checks, summarise(run).checks);
  EXPECT_EQ(summarise(less).monitors, summarise(run).monitors);
  EXPECT_LT(text_of_run(less).size(), text_of_run(run).size());
}

TEST(Compact, CanBeReadBack) {
  const RunResult less = compact(sample_run());
  std::istringstream in(gunzip(gzip(text_of_run(less)), 10'000'000));
  EXPECT_EQ(text_of_run(read_json(in)), text_of_run(less));
}

TEST(FolderName, IsFitForAnyFileSystem) {
  EXPECT_EQ(folder_name("mosquitto 2.0.11"), "mosquitto-2.0.11");
  EXPECT_EQ(folder_name("../../Evil Broker\n<1>"), "evil-broker-1");
  EXPECT_EQ(folder_name("…"), "broker");
}

TEST(Gzip, ComesBackAsItWas) {
  for (const std::string& text : {std::string(), std::string("abc"), std::string(300'000, 'x')}) {
    EXPECT_EQ(gunzip(gzip(text), 300'000), text);
  }
}

TEST(Gzip, RefusesWhatIsBrokenOrGrowsTooLarge) {
  const std::string file = gzip(std::string(300'000, 'x'));
  EXPECT_THROW((void)gunzip(file, 299'999), std::runtime_error);
  EXPECT_THROW((void)gunzip(file.substr(0, file.size() / 2), 300'000), std::runtime_error);
  std::string changed = file;
  changed[changed.size() - 6] = static_cast<char>(changed[changed.size() - 6] + 1);
  EXPECT_THROW((void)gunzip(changed, 300'000), std::runtime_error) << "the checksum";
  EXPECT_THROW((void)gunzip("\x1f\x8b\x08", 100), std::runtime_error);
}

}  // namespace
}  // namespace mqttspec::report
