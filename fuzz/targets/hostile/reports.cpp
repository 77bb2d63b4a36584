#include "fuzz/targets/hostile/reports.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "conformance/report/render.hpp"
#include "conformance/report/statements.hpp"
#include "conformance/report/terminal.hpp"
#include "reference/codec/utf8.hpp"

namespace mqttspec::fuzz {

using report::RunResult;
using Fault = std::optional<std::string>;

namespace {

template <class Render>
std::string text_of(Render render) {
  std::ostringstream out;
  render(out);
  return out.str();
}

Fault named(std::string_view report, const Fault& fault) {
  if (!fault) return std::nullopt;
  return fmt::format("{}: {}", report, *fault);
}

std::string json_of(const RunResult& result) {
  return text_of([&](std::ostream& out) { report::write_json(result, out); });
}

// What was written can be read, and is written again as it was.
Fault fault_in_results(const RunResult& result) {
  const std::string text = json_of(result);
  if (auto fault = fault_in_json(text)) return fault;
  try {
    std::istringstream in(text);
    const RunResult again = report::read_json(in);
    if (json_of(again) != text) return "reading and writing it changes it";
  } catch (const std::runtime_error& error) {
    return fmt::format("it cannot be read again: {}", error.what());
  }
  return std::nullopt;
}

std::string terminal_of(const RunResult& result) {
  return text_of([&](std::ostream& out) {
    report::TerminalOptions options;
    options.verbose = true;
    report::Terminal terminal(out, options);
    terminal.begin(result, result.instances.size());
    for (const auto& instance : result.instances) {
      terminal.started(instance.id);
      terminal.finished(instance);
    }
    terminal.end(result, {});
  });
}

bool is_base64(std::string_view text) {
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
             "0123456789+/=") == std::string_view::npos;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

RunResult run_of(const std::vector<scenario::Instance>& instances,
                 std::vector<executor::InstanceOutcome> outcomes) {
  RunResult result;
  result.version = "0";
  result.started = "2024-01-01T00:00:00Z";
  result.target = "mqtt://127.0.0.1:1883";
  result.mode = "live";
  result.command = "mqttspec run";
  result.replay = "mqttspec run --only '{}'";
  result.scenarios = report::describe(*instances.front().file);
  for (const auto& outcome : outcomes) {
    for (const auto& check : outcome.checks) {
      for (const auto& statement : check.statements) {
        result.statements.push_back({statement,
                                     "MUST",
                                     "a statement",
                                     "cited",
                                     "",
                                     check.verdict,
                                     {outcome.id + "#" + check.name}});
      }
    }
  }
  result.instances = std::move(outcomes);
  return result;
}

Fault fault_in_json(const std::string& text) {
  if (!nlohmann::json::accept(text)) return "it is no JSON";
  return fault_in_text(text);
}

Fault fault_in_xml(const std::string& text) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(text.data(), text.size());
  if (!parsed) return fmt::format("it is no XML: {} at {}", parsed.description(), parsed.offset);
  // pugixml lets control characters pass, which XML forbids.
  return fault_in_text(text);
}

Fault fault_in_text(const std::string& text) {
  if (const auto fault = codec::find_utf8_fault(text)) {
    return fmt::format("no UTF-8 without U+0000 at byte {}", fault->offset);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
      return fmt::format("control character {:#04x} at byte {}", byte, i);
    }
  }
  return std::nullopt;
}

Fault fault_in_html(const std::string& page, const std::string& clean_page) {
  if (auto fault = codec::find_utf8_fault(page)) return "it is no UTF-8";
  std::string_view rest = page;
  std::size_t own = 0;
  std::string markup;
  for (;;) {
    const auto open = rest.find("<script");
    markup += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto begin = rest.find('>', open);
    const auto end = rest.find("</script>", open);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
      return "a script has no end";
    }
    const auto head = rest.substr(open, begin - open);
    const auto content = rest.substr(begin + 1, end - begin - 1);
    if (head.find("nonce=") != std::string_view::npos) {
      ++own;
    } else if (!is_base64(content)) {
      return "a script that holds data is more than base64";
    }
    rest.remove_prefix(end + 9);
  }
  if (own != 1) return fmt::format("{} scripts run, not one", own);
  // The clean page's own scripts and data aside, both are the same markup.
  std::string_view clean = clean_page;
  std::size_t tags = count(clean.substr(0, clean.find("<script")), "<");
  if (count(std::string_view(page).substr(0, page.find("<script")), "<") != tags) {
    return "there is markup that a clean page does not have";
  }
  return std::nullopt;
}

Fault fault_in_texts(const RunResult& result) {
  if (auto fault = named("results.json", fault_in_results(result))) return fault;
  const auto junit = text_of([&](std::ostream& out) { report::render_junit(result, out); });
  if (auto fault = named("junit.xml", fault_in_xml(junit))) return fault;
  const auto badge = text_of([&](std::ostream& out) { report::render_badge(result, out); });
  if (auto fault = named("badge.svg", fault_in_xml(badge))) return fault;
  const auto markdown = text_of([&](std::ostream& out) { report::render_markdown(result, out); });
  if (auto fault = named("summary.md", fault_in_text(markdown))) return fault;
  if (markdown.size() > 65'000) return "summary.md: it has more than 65,000 bytes";
  if (markdown.find("<script") != std::string::npos) return "summary.md: it holds a script";
  return named("terminal", fault_in_text(terminal_of(result)));
}

Fault fault_in_page(const RunResult& result) {
  const auto page_of = [](const RunResult& run) {
    return text_of([&](std::ostream& out) { report::render_html(run, out); });
  };
  static const std::string clean = page_of(RunResult{});
  return named("index.html", fault_in_html(page_of(result), clean));
}

}  // namespace mqttspec::fuzz
