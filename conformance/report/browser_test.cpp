// The page of a run in a real browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "conformance/report/browser_testing.hpp"
#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using test::expect_clean;
using test::InBrowser;
using test::json;

json probe(const RunResult& run, const std::string& body) {
  std::ostringstream out;
  render_html(run, out);
  return test::probe_page(out.str(), body);
}

json as_json(const Counts& counts) {
  json object = json::object();
  for (const auto& [verdict, count] : counts) {
    object[std::string(executor::to_string(verdict))] = std::to_string(count);
  }
  return object;
}

TEST_F(InBrowser, ShowsTheCountsOfTheModel) {
  const RunResult run = sample_run();
  const json seen = probe(run, R"js(
    for (const card of $$("[data-card]")) {
      seen[card.dataset.card] = Object.fromEntries([...card.querySelectorAll(".legend a")]
        .map((row) => [row.children[1].textContent, row.children[2].textContent]));
    }
    seen.problems = $$(".problem").length;
    await view("#tab=scenarios");
    seen.scenarioRows = $$("[data-scenario]").length;
    seen.cells = $$(".scenarios .cell").length;
    await view("#tab=statements");
    seen.statementRows = $$("[data-statement]").length;
    await view("#tab=monitors");
    seen.monitorRows = $$("[data-monitor]").length;
    await view("#tab=run");
    seen.run = $("#view").textContent;
  )js");
  expect_clean(seen);
  const Summary summary = summarise(run);
  EXPECT_EQ(seen["statements"], as_json(summary.statements));
  EXPECT_EQ(seen["scenarios"], as_json(summary.scenarios));
  EXPECT_EQ(seen["checks"], as_json(summary.checks));
  EXPECT_EQ(seen["problems"], 6);
  EXPECT_EQ(seen["scenarioRows"], 8);
  EXPECT_EQ(seen["cells"], run.instances.size());
  EXPECT_EQ(seen["statementRows"], run.statements.size());
  EXPECT_EQ(seen["monitorRows"], 3);
  EXPECT_THAT(seen["run"].get<std::string>(), ::testing::HasSubstr("18446744073709551615"));
  EXPECT_EQ(seen["title"], "sample broker 2.0.11 · mqttspec");
}

TEST_F(InBrowser, Filters) {
  const json seen = probe(sample_run(), R"js(
    const ids = () => $$("[data-scenario]").map((row) => row.dataset.scenario);
    const chip = (name) => $(`[data-chip="${name}"]`);
    const type = async (text) => {
      $("#search").value = text;
      $("#search").dispatchEvent(new Event("input"));
      await pause();
    };
    await view("#tab=scenarios");
    await type("WILL delay");
    seen.words = ids();
    await type("5.0:MQTT-3.1.2-23");
    seen.statement = ids();
    await type("no such thing");
    seen.nothing = $("#view").textContent;
    await type("");
    chip("crash").click(); await pause();
    seen.crash = ids();
    seen.pressed = chip("crash").getAttribute("aria-pressed");
    seen.hash = location.hash;
    chip("crash").click(); await pause();
    chip("3.1").click(); await pause();
    seen.version = ids();
    seen.dimmed = $$(".cell.dimmed").length;
    await view("#tab=statements&verdict=fail,blocked");
    seen.deepLink = $$("[data-statement]").map((row) => row.dataset.statement);
  )js");
  expect_clean(seen);
  EXPECT_EQ(seen["words"], json({"will-is-published-after-its-delay"}));
  EXPECT_EQ(seen["statement"].size(), 4U);
  EXPECT_EQ(seen["nothing"], "Nothing matches these filters.");
  EXPECT_EQ(seen["crash"], json({"malformed-publish-is-refused"}));
  EXPECT_EQ(seen["pressed"], "true");
  EXPECT_EQ(seen["hash"], "#tab=scenarios&verdict=crash");
  EXPECT_EQ(seen["version"], json({"qos1-unacknowledged-publish-is-repeated-on-resume"}));
  EXPECT_EQ(seen["dimmed"], 2);
  EXPECT_EQ(seen["deepLink"], json({"5.0:MQTT-4.4.0-1", "5.0:MQTT-3.3.1-1"}));
}

TEST_F(InBrowser, DrawsTheDiagramOfAnOpenedInstance) {
  const RunResult run = sample_run();
  const json seen = probe(run, R"js(
    const id = "qos1-unacknowledged-publish-is-repeated-on-resume@5.0";
    seen.before = $$(".arrow").length;
    $(`.problem[data-instance="${id}"] a.open`).click();
    seen.opened = await until(() => $("#detail").open && $$(".arrow").length > 0);
    seen.arrows = $$(".arrow").length;
    seen.sent = $$(".arrow.sent").length;
    seen.received = $$(".arrow.received").length;
    seen.lanes = $$(".lane-names text").map((text) => text.textContent);
    seen.missing = $$(".ghost").length;
    seen.checks = $$("#detail .check").map((check) => check.dataset.check);
    seen.replay = $(".replay code").textContent;
    $$("button.said")[0].click(); await pause();
    seen.bytes = $$(".hex .bytes").map((cell) => cell.textContent).join(" ");
    seen.fields = $$(".hex .field").map((cell) => cell.textContent).slice(0, 3);
    seen.packetLink = new URLSearchParams(location.hash.slice(1)).get("packet");
    $$("button.said")[0].click(); await pause();
    seen.hidden = $$(".hex").length;
    $("#detail").dispatchEvent(new Event("cancel", { cancelable: true })); await pause();
    seen.closed = !$("#detail").open;
    await view("#instance=" + encodeURIComponent(id) + "&packet=1");
    seen.linked = await until(() => $$(".hex").length === 1);
  )js");
  expect_clean(seen);
  const auto& trace = run.instances[2].trace;
  EXPECT_EQ(seen["before"], 0) << "drawn only when opened";
  EXPECT_TRUE(seen["opened"].get<bool>());
  EXPECT_EQ(seen["arrows"], trace.size());
  EXPECT_EQ(seen["sent"], 5);
  EXPECT_EQ(seen["received"], 6);
  EXPECT_EQ(seen["lanes"], json({"sub", "pub", "broker"}));
  EXPECT_EQ(seen["missing"], 1);
  EXPECT_EQ(seen["checks"], json({"repeated", "dup"}));
  EXPECT_EQ(seen["replay"],
            "mqttspec run --profile sample.json --only "
            "'qos1-unacknowledged-publish-is-repeated-on-resume@5.0'");
  EXPECT_EQ(seen["bytes"].get<std::string>().substr(0, 23), "10 1c 00 04 4d 51 54 54");
  EXPECT_EQ(seen["fields"], json({"first_byte", "remaining_length", "protocol_name.length"}));
  EXPECT_EQ(seen["packetLink"], "1");
  EXPECT_EQ(seen["hidden"], 0);
  EXPECT_TRUE(seen["closed"].get<bool>());
  EXPECT_TRUE(seen["linked"].get<bool>());
}

TEST_F(InBrowser, HostileTextIsInert) {
  const RunResult run = hostile_run();
  std::string ids = "[";
  for (const auto& instance : run.instances) ids += json(instance.scenario).dump() + ",";
  const json seen = probe(run, "const scenarios = " + ids + R"js(];
    for (const tab of ["attention", "scenarios", "statements", "monitors", "run"]) {
      await view("#tab=" + tab);
    }
    await view("#tab=scenarios");
    seen.opened = 0;
    const links = $$(".scenarios .cell").map((cell) => cell.getAttribute("href"));
    for (const link of links) {
      delete $("#detail").dataset.instance;
      location.hash = link;
      if (await until(() => $("#detail").dataset.instance)) ++seen.opened;
      for (const button of $$("button.said")) button.click();
    }
    seen.elements = $$("#detail script, #view script, #masthead script").length;
    seen.shown = $("#masthead h1").textContent;
  )js");
  expect_clean(seen);
  EXPECT_EQ(seen["opened"], run.instances.size());
  EXPECT_EQ(seen["elements"], 0);
  EXPECT_THAT(seen["title"].get<std::string>(), ::testing::StartsWith("sample broker 2.0.11</scr"));
  EXPECT_THAT(seen["shown"].get<std::string>(), ::testing::HasSubstr("<img src=x onerror="));
}

TEST_F(InBrowser, OpensARunWithoutAnything) {
  const json seen = probe(RunResult{}, "seen.text = $('#view').textContent;");
  expect_clean(seen);
  EXPECT_EQ(seen["text"], "Nothing matches these filters.");
}

}  // namespace
}  // namespace mqttspec::report
