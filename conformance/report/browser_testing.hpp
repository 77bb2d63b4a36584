// A page in a real browser. A probe is put into a copy of it; it clicks and types like a person and
// leaves what it saw as JSON in the document, which headless Chromium prints.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace mqttspec::report::test {

using nlohmann::json;
namespace fs = std::filesystem;

inline std::string browser() {
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

inline std::string output_of(const std::string& command) {
  std::string output;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (!pipe) return output;
  char buffer[4096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) {
    output.append(buffer, size);
  }
  return output;
}

inline std::string unescape(std::string text) {
  for (const auto& [from, to] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(from).size(), to);
    }
  }
  return text;
}

inline constexpr std::string_view probe_helpers = R"js(
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
inline json probe_page(std::string page, const std::string& body) {
  const std::string mark = "<script nonce=\"";
  const std::size_t at = page.find(mark);
  const std::string nonce = page.substr(at + mark.size(), 16);
  const std::string script = mark + nonce + "\">" + std::string(probe_helpers) +
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
inline void expect_clean(const json& seen) {
  ASSERT_FALSE(seen.is_null()) << "the browser printed no result";
  EXPECT_EQ(seen["errors"], json::array());
  EXPECT_EQ(seen["resources"], 0) << "something was loaded";
  EXPECT_EQ(seen["foreign"], 0);
  EXPECT_EQ(seen["scripts"], 2) << "the page's and the probe's";
}

}  // namespace mqttspec::report::test
