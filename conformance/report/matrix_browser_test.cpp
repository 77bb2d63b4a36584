// The pages of several runs, in a real browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "conformance/report/browser_testing.hpp"
#include "conformance/report/kills_page.hpp"
#include "conformance/report/matrix_page.hpp"
#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using test::expect_clean;
using test::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The sample broker, and one that does what the sample got wrong.
RunResult better_run() {
  RunResult run = sample_run();
  run.broker = "better broker 3";
  for (executor::InstanceOutcome& instance : run.instances) {
    for (executor::CheckOutcome& check : instance.checks) {
      if (check.verdict < Verdict::pass) check.verdict = Verdict::pass;
      if (check.answer) check.answer = !*check.answer;
    }
    instance.monitor_findings.clear();
  }
  for (StatementResult& statement : run.statements) {
    if (statement.verdict < Verdict::pass) statement.verdict = Verdict::pass;
  }
  return run;
}

json probe_matrix(const RunResult& first, const RunResult& second, const std::string& body) {
  const MatrixColumn columns[] = {{&first, "first/index.html"}, {&second, ""}};
  std::ostringstream out;
  render_matrix(columns, "kills.html", out);
  return test::probe_page(out.str(), body);
}

using InBrowser = test::InBrowser;

TEST_F(InBrowser, MatrixShowsEachBrokersVerdictOnEachStatement) {
  const RunResult sample = sample_run();
  const json seen = probe_matrix(sample, better_run(), R"js(
    seen.brokers = $$("[data-broker] h2").map((head) => head.firstChild.textContent);
    seen.rows = $$("[data-statement]").length;
    seen.cells = Object.fromEntries($$("[data-statement]").map((row) =>
      [row.dataset.statement, [...row.querySelectorAll(".mark a")].map((a) => a.title)]));
    seen.links = $$(".broker-head").map((head) => head.querySelector("a")?.getAttribute("href"));
    await view("#tab=capabilities");
    seen.queue = $("[data-capability=maximum_qos]").textContent;
    await view("#tab=choices");
    seen.answers = $$("[data-choice] .answer").map((cell) => cell.textContent);
    seen.kills = $(".title a.see").getAttribute("href");
  )js");
  expect_clean(seen);
  EXPECT_EQ(seen["brokers"], json({"sample broker 2.0.11", "better broker 3"}));
  EXPECT_EQ(seen["rows"], sample.statements.size());
  for (const StatementResult& statement : sample.statements) {
    const json& cells = seen["cells"][statement.id];
    ASSERT_EQ(cells.size(), 2U) << statement.id;
    EXPECT_EQ(cells[0], "sample broker 2.0.11: " + std::string(to_string(statement.verdict)));
  }
  EXPECT_EQ(seen["links"], json({"first/index.html", nullptr}));
  EXPECT_EQ(seen["queue"], "maximum_qos22");
  ASSERT_EQ(seen["answers"].size() % 2, 0U);
  ASSERT_GT(seen["answers"].size(), 0U);
  EXPECT_NE(seen["answers"][0], seen["answers"][1]);
  EXPECT_EQ(seen["kills"], "kills.html");
}

TEST_F(InBrowser, MatrixFiltersAndOpensAStatement) {
  const json seen = probe_matrix(sample_run(), better_run(), R"js(
    const ids = () => $$("[data-statement]").filter((row) => row.tagName === "TR")
      .map((row) => row.dataset.statement);
    const chip = (name) => $(`[data-chip="${name}"]`);
    seen.all = ids().length;
    chip("differ").click(); await pause();
    seen.differ = ids();
    seen.hash = location.hash;
    chip("differ").click(); await pause();
    chip("fail").click(); await pause();
    seen.fail = ids();
    chip("fail").click(); await pause();
    $("#search").value = "no such words"; $("#search").dispatchEvent(new Event("input"));
    await pause();
    seen.nothing = $("#view").textContent;
    await view("#statement=" + encodeURIComponent(seen.fail[0]));
    seen.opened = $("#detail").open;
    seen.sections = $$("#detail .of-broker").map((section) => section.dataset.broker);
    seen.report = $("#detail .of-broker .see").getAttribute("href");
    seen.found = $("#detail .of-broker a.open").getAttribute("href");
    $("#detail button").click(); await pause();
    seen.closed = !$("#detail").open && !location.hash.includes("statement=");
  )js");
  expect_clean(seen);
  EXPECT_GT(seen["all"], seen["differ"].size());
  EXPECT_EQ(seen["hash"], "#differ=yes");
  ASSERT_FALSE(seen["fail"].empty());
  EXPECT_EQ(seen["nothing"], "Nothing matches these filters.");
  EXPECT_TRUE(seen["opened"].get<bool>());
  EXPECT_EQ(seen["sections"], json({"sample broker 2.0.11", "better broker 3"}));
  EXPECT_THAT(seen["report"].get<std::string>(), HasSubstr("first/index.html#tab=statements&q="));
  EXPECT_THAT(seen["found"].get<std::string>(), HasSubstr("first/index.html#tab=scenarios&"));
  EXPECT_TRUE(seen["closed"].get<bool>());
}

TEST_F(InBrowser, MatrixHoldsHostileTextAsText) {
  const json seen = probe_matrix(hostile_run(), hostile_run(), R"js(
    for (const tab of ["choices", "capabilities", "statements"]) await view("#tab=" + tab);
    seen.statement = $("[data-statement]").dataset.statement;
    await view("#statement=" + encodeURIComponent(seen.statement));
    seen.opened = $("#detail").open;
    seen.elements = $$("#view script, #masthead script, #detail script").length;
  )js");
  expect_clean(seen);
  EXPECT_TRUE(seen["opened"].get<bool>());
  EXPECT_EQ(seen["elements"], 0);
}

KillsPage sample_kills() {
  KillsPage kills;
  kills.version = "0.1.0";
  kills.matrix_link = "index.html";
  kills.checks = 100;
  kills.mutants = {{"fine", "drops one thing", {"5.0:MQTT-3.3.1-1"}, 1, "", ""},
                   {"coarse",
                    "drops all",
                    {"5.0:MQTT-3.3.1-1", "3.1.1:MQTT-3.3.1-1"},
                    40,
                    "All is dropped, <b>so all see it</b>.",
                    ""},
                   {"listed", "does nothing", {"3.1.1:MQTT-3.3.1-1"}, 0, "", "Nobody can see it."},
                   {"new", "is not counted", {"3.1.1:MQTT-3.3.1-1"}, std::nullopt, "", ""}};
  kills.variants = {{"closes", "closes without a word", "5.0 4.13"}};
  kills.proofs = {{"5.0:MQTT-3.3.1-1", "a#one", {"coarse", "fine"}},
                  {"3.1.1:MQTT-3.3.1-1", "a#one", {"coarse"}}};
  kills.statements = {{"5.0:MQTT-3.3.1-1", "MUST", "Say it again.", "proven", "", {"a#one"}},
                      {"3.1.1:MQTT-3.3.1-1", "MUST", "Say it again.", "proven", "", {"a#one"}},
                      {"3.1.1:MQTT-3.3.1-2", "MUST", "Say more.", "cited", "", {"a#two"}},
                      {"3.1.1:MQTT-3.3.1-3", "MAY", "Or not.", "reasoned", "client only", {}}};
  kills.titles = {{"a", "A good broker says it"}};
  return kills;
}

TEST_F(InBrowser, KillMatrixLeadsFromMutantsToStatementsAndBack) {
  std::ostringstream out;
  render_kills(sample_kills(), out);
  const json seen = test::probe_page(out.str(), R"js(
    const rows = () => $$("[data-mutant]").map((row) => row.dataset.mutant);
    seen.mutants = rows();
    $('[data-chip="coarse"]').click(); await pause();
    seen.coarse = rows();
    seen.explained = $(".explained").textContent;
    seen.width = $(".track i").style.width;
    $('[data-chip="coarse"]').click(); await pause();
    $('[data-chip="listed"]').click(); await pause();
    seen.listed = rows();
    $('[data-chip="listed"]').click(); await pause();
    seen.proves = $$('[data-mutant="coarse"] .proofs li').length;
    $('[data-mutant="fine"] .violates a').click(); await pause(); await pause();
    seen.statements = $$("[data-statement]").map((row) => row.dataset.statement);
    seen.by = $$("[data-statement] .proofs a").map((link) => link.textContent);
    $$("[data-statement] .proofs a")[1].click(); await pause(); await pause();
    seen.back = rows();
    await view("#tab=statements&kind=cited");
    seen.cited = $("[data-statement]").textContent;
  )js");
  expect_clean(seen);
  EXPECT_EQ(seen["mutants"], json({"coarse", "fine", "listed", "new"})) << "the coarsest first";
  EXPECT_EQ(seen["coarse"], json({"coarse"}));
  EXPECT_EQ(seen["explained"], "All is dropped, <b>so all see it</b>.");
  EXPECT_EQ(seen["width"], "40%");
  EXPECT_EQ(seen["listed"], json({"listed"}));
  EXPECT_EQ(seen["proves"], 1);
  EXPECT_EQ(seen["statements"], json({"5.0:MQTT-3.3.1-1"}));
  EXPECT_EQ(seen["by"], json({"coarse", "fine"}));
  EXPECT_EQ(seen["back"], json({"fine"}));
  EXPECT_THAT(seen["cited"].get<std::string>(), HasSubstr("not yet seen to fail"));
}

}  // namespace
}  // namespace mqttspec::report
