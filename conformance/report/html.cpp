// The page of one run.
#include <fmt/format.h>

#include "conformance/report/page_data.hpp"
#include "conformance/report/page_frame.hpp"
#include "conformance/report/render.hpp"

namespace mqttspec::report {

void render_html(const RunResult& result, std::ostream& out, bool strict, std::size_t traces_max) {
  PageData data = page_data(result, strict, traces_max);
  Page page;
  page.title = result.broker.empty() ? result.target : result.broker;
  page.without_scripts = "<code>results.json</code> or the Markdown report beside it";
  page.scripts = {"dom.js",    "verdicts.js", "widgets.js", "data.js",   "state.js", "summary.js",
                  "tables.js", "hex.js",      "diagram.js", "detail.js", "main.js"};
  page.styles = {"report.css", "detail.css"};
  page.seed = result.seed;
  page.islands.emplace_back("index", std::move(data.index));
  for (std::size_t i = 0; i < data.blocks.size(); ++i) {
    page.islands.emplace_back(fmt::format("block-{}", i), std::move(data.blocks[i]));
  }
  write_page(page, out);
}

}  // namespace mqttspec::report
