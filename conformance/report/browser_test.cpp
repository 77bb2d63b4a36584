// The page in a real browser. A probe is put into a copy of the page; it clicks and types like a
// person and leaves what it saw as JSON in the document, which headless Chromium prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "conformance/report/render.hpp"
#include "conformance/report/sample_run.hpp"

namespace mqttspec::report {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string browser() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
      const fs::path file = fs::path(folder) / name;
      if (::access(file.c_str(), X_OK) == 0) return file.string();
    }
  }
  return {};
}

std::string output_of(const std::string& command) {
  std::string output;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (!pipe) return output;
  char buffer[4096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) {
    output.append(buffer, size);
  }
  return output;
}

std::string unescape(std::string text) {
  for (const auto& [from, to] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(from).size(), to);
    }
  }
  return text;
}

constexpr std::string_view helpers = R"js(
const errors = [];
addEventListener("error", (event) => errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => errors.push("CSP " + event.violatedDirective));
const $$ = (selector) => [...document.querySelectorAll(selector)];
const $ = (selector) => document.querySelector(selector);
const pause = () => new Promise((done) => setTimeout(done, 20));
async function until(condition) {
  for (let i = 0; i < 250 && !condition(); ++i) await pause();
  return Boolean(condition());
}
async function view(hash) { location.hash = hash; await pause(); await pause(); }
async function instance(id) {
  location.hash = "#instance=" + encodeURIComponent(id);
  return until(() => $("#detail").open && $("#detail").dataset.instance === id);
}
function leave(seen) {
  const pre = document.createElement("pre");
  pre.id = "probe";
  pre.textContent = JSON.stringify({ ...seen, errors, title: document.title,
    resources: performance.getEntriesByType("resource").length,
    foreign: $$("img, iframe, object, embed, link").length,
    scripts: $$("script:not([type])").length });
  document.body.append(pre);
}
)js";

// What the probe saw; null if the browser said nothing.
json probe(const RunResult& run, const std::string& body) {
  std::ostringstream out;
  render_html(run, out);
  std::string page = out.str();
  const std::string mark = "<script nonce=\"";
  const std::size_t at = page.find(mark);
  const std::string nonce = page.substr(at + mark.size(), 16);
  const std::string script = mark + nonce + "\">" + std::string(helpers) +
                             "(async () => { const seen = {}; try {"
                             "await until(() => document.documentElement.dataset.ready);" +
                             body +
                             "} catch (error) { errors.push(String(error)); } leave(seen); })();"
                             "</script>";
  page.insert(page.rfind("</body>"), script);

  std::string folder_name = (fs::temp_directory_path() / "mqttspec-page-XXXXXX").string();
  if (::mkdtemp(folder_name.data()) == nullptr) return {};
  const fs::path folder = folder_name;
  std::ofstream(folder / "page.html", std::ios::binary) << page;
  const std::string text = output_of(
      "timeout 120 '" + browser() +
      "' --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
      "--disable-component-update --disable-sync --virtual-time-budget=60000 --user-data-dir='" +
      (folder / "profile").string() + "' --dump-dom 'file://" + (folder / "page.html").string() +
      "' 2>/dev/null");
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  const std::string open = "<pre id=\"probe\">";
  const std::size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find("</pre>", begin);
  return json::parse(unescape(text.substr(begin + open.size(), end - begin - open.size())));
}

class InBrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    if (browser().empty()) GTEST_SKIP() << "no chromium here: the page was not opened";
  }
};

// What holds for every page, however it was used.
void expect_clean(const json& seen) {
  ASSERT_FALSE(seen.is_null()) << "the browser printed no result";
  EXPECT_EQ(seen["errors"], json::array());
  EXPECT_EQ(seen["resources"], 0) << "something was loaded";
  EXPECT_EQ(seen["foreign"], 0);
  EXPECT_EQ(seen["scripts"], 2) << "the page's and the probe's";
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
