// report, diff and publish, on results of a small run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "conformance/cli/commands.hpp"
#include "conformance/cli/files.hpp"
#include "conformance/cli/page_reading.hpp"

namespace mqttspec::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

class Results : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(top_ + "/run");
    RunArguments run;
    run.scenarios = MQTTSPEC_SOURCE_DIR "/scenarios/ping/ping.json";
    run.out = top_ + "/run";
    run.quiet = true;
    ASSERT_EQ(run_command(run), exit_ok);
  }
  void TearDown() override { fs::remove_all(top_); }

  // The run with the first passing check failed.
  [[nodiscard]] std::string worse() const {
    std::string text = read_file(results_);
    const std::string pass = R"("level":"MUST","verdict":"pass")";
    text.replace(text.find(pass), pass.size(), R"("level":"MUST","verdict":"fail")");
    const std::string path = top_ + "/worse.json";
    write_file(path, [&](std::ostream& out) { out << text; });
    return path;
  }
  std::string reported(const ReportArguments& arguments) {
    std::ostringstream out;
    EXPECT_EQ(report_command(arguments, out), exit_ok);
    return out.str();
  }
  std::string published(const PublishArguments& arguments) {
    std::ostringstream out;
    EXPECT_EQ(publish_command(arguments, out), exit_ok);
    return out.str();
  }

  const std::string top_ = ::testing::TempDir() + "mqttspec-results-" + std::to_string(::getpid());
  const std::string results_ = top_ + "/run/results.json";
};

TEST_F(Results, OfOneRunAreRenderedAnewInEveryForm) {
  ReportArguments arguments;
  arguments.files = {results_};
  arguments.html = top_ + "/a.html";
  arguments.junit = top_ + "/a.xml";
  arguments.markdown = top_ + "/a.md";
  arguments.badge = top_ + "/a.svg";
  EXPECT_THAT(reported(arguments), HasSubstr("a.html\n"));
  EXPECT_EQ(read_file(arguments.html), read_file(top_ + "/run/index.html"));
  EXPECT_EQ(read_file(arguments.junit), read_file(top_ + "/run/junit.xml"));
  EXPECT_EQ(read_file(arguments.markdown), read_file(top_ + "/run/summary.md"));
  EXPECT_EQ(read_file(arguments.badge), read_file(top_ + "/run/badge.svg"));
}

TEST_F(Results, WithoutAPlaceToWriteToArePrinted) {
  ReportArguments arguments;
  arguments.files = {results_};
  EXPECT_THAT(reported(arguments), HasSubstr("conforms"));
  arguments.files.push_back(worse());
  EXPECT_THAT(reported(arguments), HasSubstr("✗ 1 fail"));
}

TEST_F(Results, OfSeveralRunsFitIntoNoReportOfOne) {
  ReportArguments arguments;
  arguments.files = {results_, results_};
  arguments.html = top_ + "/a.html";
  std::ostringstream out;
  EXPECT_THAT([&] { (void)report_command(arguments, out); },
              ThrowsMessage<std::runtime_error>(HasSubstr("--matrix shows several")));
}

TEST_F(Results, AreLinkedFromTheMatrixWhereTheirPageLies) {
  ReportArguments arguments;
  arguments.files = {results_, worse()};
  arguments.matrix = top_ + "/pages/matrix.html";
  (void)reported(arguments);
  const json index = test::islands_of(read_file(arguments.matrix)).at(0);
  EXPECT_EQ(index["brokers"][0]["link"], "../run/index.html");
  EXPECT_EQ(index["brokers"][1]["link"], "") << "no page beside it";
  EXPECT_EQ(index["brokers"][1]["checks"]["fail"], 1);
}

TEST_F(Results, ThatCannotBeReadAreNamed) {
  write_file(top_ + "/broken.json", [](std::ostream& out) { out << "{\"format\": \"other\"}"; });
  DiffArguments arguments{results_, top_ + "/broken.json", ""};
  std::ostringstream out;
  EXPECT_THAT([&] { (void)diff_command(arguments, out); },
              ThrowsMessage<std::runtime_error>(HasSubstr("broken.json: format: \"other\"")));
}

TEST_F(Results, ComparedWithThemselvesChangeNothing) {
  std::ostringstream out;
  EXPECT_EQ(diff_command({results_, results_, ""}, out), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("0 worse, 0 better, 0 otherwise changed."));
}

TEST_F(Results, ThatBecameWorseEndWithOne) {
  std::ostringstream out;
  EXPECT_EQ(diff_command({results_, worse(), top_ + "/diff.md"}, out), exit_findings);
  EXPECT_THAT(out.str(), HasSubstr("✗ fail"));
  EXPECT_THAT(read_file(top_ + "/diff.md"), HasSubstr("1 worse"));
  std::ostringstream back;
  EXPECT_EQ(diff_command({worse(), results_, ""}, back), exit_ok) << "better is no finding";
}

TEST_F(Results, ArePublishedWithAMatrixAndTheKillMatrix) {
  const std::string site = top_ + "/site";
  EXPECT_THAT(published({{results_}, site}), HasSubstr("index.html: 1 brokers"));
  const json index = test::islands_of(read_file(site + "/index.html")).at(0);
  const std::string link = index["brokers"][0]["link"];
  EXPECT_THAT(read_file(site + "/" + link), HasSubstr("</html>"));
  EXPECT_EQ(index["kills"], "kills.html");
  const json kills = test::islands_of(read_file(site + "/kills.html")).at(0);
  EXPECT_GT(kills["mutants"].size(), 100U);
  EXPECT_EQ(kills["matrix"], "index.html");
  const std::string folder = site + "/" + link.substr(0, link.find('/'));
  std::ostringstream out;
  EXPECT_EQ(diff_command({results_, folder + "/results.json.gz", ""}, out), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("0 worse, 0 better, 0 otherwise changed."));
  for (const json& island : test::islands_of(read_file(folder + "/index.html"))) {
    EXPECT_THAT(island.dump(), Not(HasSubstr(top_))) << "where reports were written is no news";
  }
}

TEST_F(Results, ThatWerePublishedBeforeStayBesideNewOnes) {
  const std::string site = top_ + "/site";
  (void)published({{results_}, site});
  json other = json::parse(read_file(results_));
  other["broker"] = "other 2";
  write_file(top_ + "/other.json", [&](std::ostream& out) { out << other; });
  EXPECT_THAT(published({{top_ + "/other.json"}, site}), HasSubstr("index.html: 2 brokers"));
  EXPECT_THAT(published({{}, site}), HasSubstr("index.html: 2 brokers"));
}

TEST_F(Results, OfANamelessBrokerAreNotPublished) {
  json other = json::parse(read_file(results_));
  other.erase("broker");
  write_file(top_ + "/other.json", [&](std::ostream& out) { out << other; });
  std::ostringstream out;
  EXPECT_THAT(
      [&] {
        (void)publish_command({{top_ + "/other.json"}, top_ + "/site"}, out);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("does not name the broker")));
}

}  // namespace
}  // namespace mqttspec::cli
