// The real program, as a person or a script sees it: exit codes, messages, documented output.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "conformance/cli/files.hpp"

extern char** environ;

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), MQTTSPEC_BINARY_DIR "/conformance/cli/mqttspec");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    // As small as can be, so that a program that writes much has to wait for us.
    ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    const int error = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    pipe_ = ends[0];
    if (error != 0) throw std::runtime_error(std::string("cannot start ") + argv[0]);
  }
  ~Program() {
    ::close(pipe_);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Waits for more output; false once there is no more.
  bool read_more() {
    char buffer[4096];
    const ssize_t count = ::read(pipe_, buffer, sizeof buffer);
    if (count > 0) output_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }
  void interrupt() const { ::kill(pid_, SIGINT); }
  // Exit code; a signal counts as 128 and its number.
  int finish() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
};

struct Ended {
  int code = -1;
  std::string output;
};
Ended run(std::vector<std::string> arguments) {
  Program program(std::move(arguments));
  const int code = program.finish();
  return {code, program.output()};
}

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(top_); }
  void TearDown() override { fs::remove_all(top_); }

  const std::string top_ = ::testing::TempDir() + "mqttspec-program-" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

using Help = ProgramTest;

TEST_F(Help, EveryCommandHasOneWithAnExample) {
  EXPECT_THAT(run({"--help"}).output, HasSubstr("mqttspec run mqtt://"));
  for (const char* command :
       {"run", "list", "explain", "check", "mutants", "probe", "report", "diff", "publish"}) {
    const Ended ended = run({command, "--help"});
    EXPECT_EQ(ended.code, 0) << command;
    EXPECT_THAT(ended.output, HasSubstr("xample")) << command;
    EXPECT_THAT(ended.output, HasSubstr(std::string("  mqttspec ") + command)) << command;
  }
}

TEST_F(Help, RunNamesEveryFlag) {
  const std::string help = run({"run", "--help"}).output;
  for (const char* flag :
       {"--protocol", "--only", "--skip", "--profile", "--seed", "--username", "--password",
        "--safe", "--unsafe", "--slow", "--strict", "--scenarios", "--out", "--json", "--junit",
        "--markdown", "--html", "--quiet", "--verbose"}) {
    EXPECT_THAT(help, HasSubstr(flag));
  }
}

TEST_F(Help, ProbeNamesEveryFlag) {
  const std::string help = run({"probe", "--help"}).output;
  for (const char* flag : {"--username", "--password", "--ca", "--cert", "--key", "--insecure",
                           "--safe", "--unsafe", "--out"}) {
    EXPECT_THAT(help, HasSubstr(flag));
  }
}

using Mistakes = ProgramTest;

TEST_F(Mistakes, InArgumentsEndWithTwoAndAProposal) {
  const auto mistake = [](std::vector<std::string> arguments, const char* said) {
    const Ended ended = run(std::move(arguments));
    EXPECT_EQ(ended.code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(said));
  };
  mistake({}, "subcommand is required");
  mistake({"rnu"}, "did you mean run?");
  mistake({"run", "--onyl", "x"}, "did you mean --only?");
  mistake({"run", "ssl://host"}, "write mqtts:// for ssl://");
  mistake({"run", "host"}, "a target is builtin:, or mqtt://");
  mistake({"run", "--protocol", "4"}, "--protocol");
  mistake({"run", "--only", "qos2-nothing-of-the-kind*"}, "matches nothing");
  mistake({"run", "--safe", "--unsafe"}, "--safe");
  mistake({"run", "--scenarios", "/no/such/place"}, "/no/such/place: no such directory");
  mistake({"run", "--profile", "/no/such/profile.json"}, "/no/such/profile.json");
  mistake({"list", "statemnets"}, "statements");
  mistake({"explain", "5.0:MQTT-3.3.1-44"}, "did you mean 5.0:MQTT-3.3.1-4");
  mistake({"mutants", "--only", "nothing-of-the-kind"}, "matches nothing");
  mistake({"probe"}, "give a TARGET");
  mistake({"probe", "mqtt://127.0.0.1:1"}, "nobody accepts connections");
}

TEST_F(Mistakes, ABrokerThatIsNotThereEndsWithTwo) {
  // Port 1 of loopback: nobody listens, and the refusal comes at once.
  const Ended ended = run({"run", "mqtt://127.0.0.1:1", "--out", top_ + "/out"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("127.0.0.1:1"));
}

using Lists = ProgramTest;

TEST_F(Lists, StatementsHaveTheDocumentedShape) {
  const Ended ended = run({"list", "statements", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.output;
  const json rows = json::parse(ended.output);
  EXPECT_EQ(rows.size(), 849U);
  const std::set<std::string> coverage = {"proven", "cited", "reasoned", "open"};
  for (const json& row : rows) {
    for (const char* key : {"id", "protocol", "actor", "level", "testable", "coverage"}) {
      ASSERT_TRUE(row.at(key).is_string()) << row;
    }
    EXPECT_TRUE(coverage.contains(row["coverage"].get<std::string>())) << row;
    ASSERT_TRUE(row.at("scenarios").is_array() && row.at("mutants").is_array()) << row;
    EXPECT_EQ(row["coverage"] == "proven", !row["mutants"].empty()) << row;
  }
}

TEST_F(Lists, EveryKindIsToldToPeopleAndToPrograms) {
  for (const char* what : {"statements", "scenarios", "mutants", "variants"}) {
    const Ended text = run({"list", what});
    EXPECT_EQ(text.code, 0) << what;
    EXPECT_THAT(text.output, HasSubstr(what));
    const Ended data = run({"list", what, "--json"});
    EXPECT_FALSE(json::parse(data.output).empty()) << what;
  }
}

using Explanations = ProgramTest;

TEST_F(Explanations, OfEveryScenarioStatementAndMutantCanBeHad) {
  const json statements = json::parse(run({"list", "statements", "--json"}).output);
  EXPECT_THAT(run({"explain", statements[0]["id"]}).output,
              HasSubstr(statements[0]["summary"].get<std::string>().substr(0, 40)));
  const json scenarios = json::parse(run({"list", "scenarios", "--json"}).output);
  const Ended scenario = run({"explain", scenarios[0]["id"]});
  EXPECT_EQ(scenario.code, 0);
  EXPECT_THAT(scenario.output, AllOf(HasSubstr("steps"), HasSubstr("checks")));
  const json mutants = json::parse(run({"list", "mutants", "--json"}).output);
  EXPECT_THAT(run({"explain", mutants[0]["slug"]}).output, HasSubstr("violates"));
}

TEST_F(Explanations, ABareNumberIsExplainedForEachVersion) {
  EXPECT_THAT(run({"explain", "MQTT-3.1.0-1"}).output,
              AllOf(HasSubstr("3.1.1:MQTT-3.1.0-1"), HasSubstr("5.0:MQTT-3.1.0-1")));
}

using Checks = ProgramTest;

TEST_F(Checks, TheProjectsOwnScenariosAreInOrder) {
  const Ended ended = run({"check", MQTTSPEC_SOURCE_DIR "/scenarios"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("nothing wrong"));
}

TEST_F(Checks, AMistakeIsToldWithFileLinePathAndProposal) {
  const std::string path = top_ + "/a.json";
  write_file(path, [](std::ostream& out) {
    out << R"({ "$schema": "scenario.schema.json", "theme": "t", "scenarios": [
  { "id": "a", "title": "A good broker answers", "versions": ["5.0"],
    "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.1.0-1"] } },
    "clients": { "x": {} },
    "steps": [{ "client": "x", "connect": {} },
              { "client": "x", "expect": "PUBREK", "check": "c" }] }] })";
  });
  const Ended ended = run({"check", path});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, AllOf(HasSubstr(path + ":6: scenarios[0].steps[1]."),
                                  HasSubstr("did you mean PUBREC?")));
}

TEST_F(Checks, AVersionInWhichNothingIsAskedIsAWarning) {
  const std::string path = top_ + "/b.json";
  write_file(path, [](std::ostream& out) {
    out << R"({ "$schema": "scenario.schema.json", "theme": "t", "scenarios": [
  { "id": "a", "title": "A good broker answers", "versions": ["3.1", "5.0"],
    "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.1.0-1"] } },
    "clients": { "x": {} },
    "steps": [{ "client": "x", "connect": {}, "check": "c" }] }] })";
  });
  const Ended ended = run({"check", path});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("warning: " + path + ":2: a.versions: in 3.1 no check"),
                    ::testing::Not(HasSubstr("in 5.0 no check")), HasSubstr("nothing wrong")));
}

TEST_F(Checks, WhatSafeLeavesOutByRuleIsNoted) {
  const std::string path = top_ + "/c.json";
  write_file(path, [](std::ostream& out) {
    out << R"j({ "$schema": "scenario.schema.json", "theme": "t", "scenarios": [
  { "id": "big", "title": "A good broker takes it", "versions": ["5.0"],
    "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-3.3.4-1"] } },
    "clients": { "x": {} },
    "steps": [{ "client": "x", "connect": {} },
              { "client": "x", "publish": { "topic_name": "${ns}/t", "qos": 1,
                "payload": { "bytes": "200000*('x')" } }, "check": "c" }] }] })j";
  });
  const Ended ended = run({"check", path});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("note: " + path +
                                      ":6: big.steps[1]: --safe leaves it out: "
                                      "it sends a very large packet"));
}

TEST_F(Checks, AFileThatIsNotThereEndsWithTwo) {
  EXPECT_EQ(run({"check", top_ + "/none.json"}).code, 2);
}

using BuiltinRun = ProgramTest;

TEST_F(BuiltinRun, PassesAndWritesEveryReport) {
  const Ended ended = run({"run", "--out", top_ + "/out"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  for (const char* name : {"index.html", "results.json", "junit.xml", "summary.md", "badge.svg"}) {
    EXPECT_FALSE(read_file(top_ + "/out/" + name).empty()) << name;
  }
  const json results = json::parse(read_file(top_ + "/out/results.json"));
  EXPECT_FALSE(results.at("instances").empty());
}

TEST_F(BuiltinRun, ReportsCanBeHadOneByOne) {
  const Ended ended =
      run({"run", "--protocol", "3.1.1", "--json", top_ + "/r.json", "--junit", top_ + "/j.xml",
           "--markdown", top_ + "/s.md", "--html", top_ + "/i.html", "--quiet"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  for (const char* name : {"r.json", "j.xml", "s.md", "i.html"}) {
    EXPECT_FALSE(read_file(top_ + "/" + name).empty()) << name;
  }
}

TEST_F(BuiltinRun, AReportThatCannotBeWrittenIsToldAndCostsNoOther) {
  write_file(top_ + "/file", [](std::ostream& out) { out << "x"; });
  const Ended ended =
      run({"run", "--json", top_ + "/file/r.json", "--junit", top_ + "/j.xml", "--quiet"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("the JSON report was not written"));
  EXPECT_FALSE(read_file(top_ + "/j.xml").empty());
}

TEST_F(BuiltinRun, ASeedMayNotChangeTheVerdict) {
  EXPECT_EQ(run({"run", "--seed", "1", "--quiet"}).code, 0);
}

TEST_F(BuiltinRun, CtrlCStillWritesWhatThereIs) {
  Program program({"run", "--verbose", "--out", top_ + "/out"});
  // It has begun, and blocks on the small pipe until we read on.
  ASSERT_TRUE(program.read_more());
  program.interrupt();
  program.finish();
  const json results = json::parse(read_file(top_ + "/out/results.json"));
  EXPECT_EQ(results.at("run").at("interrupted"), true);
  EXPECT_THAT(read_file(top_ + "/out/index.html"), HasSubstr("</html>"));
}

using MutantsRun = ProgramTest;

TEST_F(MutantsRun, HasTheDocumentedSummary) {
  const json mutants = json::parse(run({"list", "mutants", "--json"}).output);
  const std::string slug = mutants[0]["slug"];
  const Ended ended = run({"mutants", "--only", slug, "--json", top_ + "/m.json"});
  EXPECT_LE(ended.code, 1) << ended.output;
  const json found = json::parse(read_file(top_ + "/m.json"));
  for (const char* key :
       {"mutants", "killed", "ledger", "survived", "variants", "spared", "wrongly_caught"}) {
    EXPECT_TRUE(found.at("summary").at(key).is_number()) << key;
  }
  EXPECT_EQ(found["summary"]["mutants"], 1);
  EXPECT_EQ(found["mutants"][0]["slug"], slug);
}

TEST_F(MutantsRun, RunsCombinationsOfVariantsByTheirSeed) {
  const auto combinations = [&](const std::string& seed) {
    // Few variants and one scenario, so that it is quick.
    const std::string folder = top_ + "/one";
    fs::create_directories(folder);
    fs::copy_file(MQTTSPEC_SOURCE_DIR "/scenarios/ping/ping.json", folder + "/ping.json",
                  fs::copy_options::overwrite_existing);
    const Ended ended = run({"mutants", "--only", "announces-*", "--combinations", "3", "--seed",
                             seed, "--scenarios", folder, "--json", top_ + "/m.json"});
    EXPECT_LE(ended.code, 1) << ended.output;
    EXPECT_THAT(ended.output,
                HasSubstr("3 combinations of variants (seed " + seed + "): 3 spared"));
    return json::parse(read_file(top_ + "/m.json")).at("combinations");
  };
  const json ones = combinations("1");
  ASSERT_EQ(ones.size(), 3U);
  EXPECT_TRUE(ones[0].at("spared").get<bool>());
  EXPECT_THAT(ones[0].at("slug").get<std::string>(), HasSubstr("+"));
  EXPECT_EQ(ones, combinations("1"));
  EXPECT_NE(ones, combinations("2"));
}

}  // namespace
}  // namespace mqttspec::cli
