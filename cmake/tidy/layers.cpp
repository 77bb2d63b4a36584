// Who may include whom, and where the outside world may be touched.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "cmake/tidy/rules.hpp"

namespace mqttspec::tidy {
namespace {

struct Layer {
  std::string_view folder;
  std::vector<std::string_view> may_include;  // besides itself
  bool adapter = false;                       // may touch the outside world
};

// A file belongs to the layer with the longest folder that its path begins with.
const std::vector<Layer>& layers() {
  static const std::vector<Layer> table = {
      {"reference/codec/", {}},
      {"reference/broker/", {"reference/codec/"}},
      {"reference/node/", {"reference/broker/", "reference/codec/"}},
      {"reference/store/", {"reference/broker/", "reference/codec/"}, true},
      {"reference/server/", {"reference/"}, true},
      // The program chooses a wrong broker by name; the server itself knows interceptors only.
      {"reference/server/main.cpp", {"reference/", "conformance/mutants/"}, true},
      {"reference/server/main.cpp",
       {"reference/server/", "reference/", "conformance/mutants/"},
       true},
      {"conformance/catalogue/", {"conformance/scenario/", "reference/codec/"}},
      {"conformance/scenario/", {"reference/codec/"}},
      {"conformance/monitor/", {"reference/codec/"}},
      {"conformance/executor/",
       {"conformance/scenario/", "conformance/monitor/", "reference/codec/"}},
      {"conformance/executor/virtual/",
       {"conformance/executor/", "conformance/scenario/", "conformance/monitor/", "reference/node/",
        "reference/store/", "reference/broker/", "reference/codec/"}},
      {"conformance/executor/live/",
       {"conformance/executor/", "conformance/scenario/", "conformance/monitor/",
        "conformance/profile/", "reference/codec/"},
       true},
      {"conformance/mutants/", {"reference/node/", "reference/broker/", "reference/codec/"}},
      {"conformance/mutants/matrix/",
       {"conformance/mutants/", "conformance/executor/", "conformance/executor/virtual/",
        "conformance/scenario/", "conformance/catalogue/", "reference/codec/"}},
      {"conformance/profile/", {"conformance/scenario/", "reference/codec/"}, true},
      {"conformance/bench/",
       {"conformance/profile/", "conformance/scenario/", "reference/codec/"},
       true},
      {"conformance/report/",
       {"conformance/executor/", "conformance/scenario/", "conformance/catalogue/",
        "conformance/monitor/", "reference/codec/"},
       true},
      {"conformance/cli/", {"conformance/", "reference/"}, true},
      {"fuzz/", {"conformance/", "reference/"}},
      {"fuzz/tools/", {"fuzz/", "conformance/", "reference/"}, true},
      {"fuzz/live/", {"fuzz/", "conformance/", "reference/"}, true},
      {"cmake/tidy/", {}, true},
  };
  return table;
}

const Layer* layer_of(std::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : layers()) {
    if (!path.starts_with(layer.folder)) continue;
    if (found == nullptr || layer.folder.size() > found->folder.size()) found = &layer;
  }
  return found;
}

// The executor's drivers stand in folders below it, which those who may include the executor's own
// headers (the interpreter, outcomes) may not thereby include.
bool allowed(const Layer& layer, std::string_view included) {
  const Layer* of_included = layer_of(included);
  if (of_included == nullptr || of_included == &layer) return true;
  return std::any_of(layer.may_include.begin(), layer.may_include.end(), [&](std::string_view may) {
    return of_included->folder == may || (included.starts_with(may) && layer_of(may) == nullptr);
  });
}

// What reaches out of the program, by header or by name. Beast's HTTP parser, Asio's buffers (which
// it takes) and OpenSSL's digests only compute.
const std::regex& outside_header() {
  static const std::regex pattern(
      R"(#\s*include\s*<(boost/asio(?!/buffer\.hpp)[^>]*|boost/beast(?!/http/)[^>]*|boost/process[^>]*|thread|mutex|condition_variable|future|stop_token|fstream|filesystem|unistd\.h|fcntl\.h|poll\.h|csignal|signal\.h|ctime|time\.h|sqlite3\.h|openssl/(?!(?:crypto|evp|hmac|sha)\.h)[^>]*|sys/[^>]*|netinet/[^>]*|arpa/[^>]*|netdb\.h|spawn\.h)>)");
  return pattern;
}
const std::regex& outside_name() {
  static const std::regex pattern(
      R"(\b(system_clock::now|steady_clock::now|high_resolution_clock|random_device|getenv|fopen|popen|this_thread)\b)");
  return pattern;
}

}  // namespace

Findings check_layers(const Source& source) {
  Findings findings;
  if (!source.is_cpp() || source.is_test()) return findings;
  const Layer* layer = layer_of(source.path);
  if (layer == nullptr) {
    findings.push_back(source.path +
                       ":1: stands in no layer; add its folder to cmake/tidy/layers.cpp");
    return findings;
  }
  static const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    std::smatch hit;
    if (!std::regex_search(source.lines[i], hit, include)) continue;
    const std::string included = hit[1];
    if (included.starts_with("embedded/")) continue;
    if (included.find('/') == std::string::npos || included.starts_with("..")) {
      findings.push_back(fmt::format("{}:{}: \"{}\" is not relative to the project", source.path,
                                     i + 1, included));
    } else if (!allowed(*layer, included)) {
      findings.push_back(fmt::format("{}:{}: {} must not include {}", source.path, i + 1,
                                     layer->folder, included));
    }
  }
  return findings;
}

Findings check_adapters(const Source& source) {
  Findings findings;
  const Layer* layer = layer_of(source.path);
  if (!source.is_cpp() || source.is_test() || layer == nullptr || layer->adapter) return findings;
  if (source.path.ends_with("/main.cpp")) return findings;
  const auto report = [&](std::size_t line, const std::string& what) {
    findings.push_back(
        fmt::format("{}:{}: {} belongs into an adapter (store, server, live driver, "
                    "profile, cli): the rest is given time and bytes",
                    source.path, line, what));
  };
  std::size_t line = 1, begin = 0;
  while (begin < source.code.size()) {
    const std::size_t end = std::min(source.code.find('\n', begin), source.code.size());
    const std::string code = source.code.substr(begin, end - begin);
    std::smatch hit;
    if (std::regex_search(code, hit, outside_header()) ||
        std::regex_search(code, hit, outside_name())) {
      report(line, hit[1]);
    }
    begin = end + 1;
    ++line;
  }
  return findings;
}

Findings check_sleeping(const Source& source) {
  Findings findings;
  if (!source.is_test()) return findings;
  static const std::regex pattern(R"(\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()");
  for (auto hit = std::sregex_iterator(source.code.begin(), source.code.end(), pattern);
       hit != std::sregex_iterator(); ++hit) {
    const auto line =
        1 + std::count(source.code.begin(), source.code.begin() + hit->position(), '\n');
    findings.push_back(
        fmt::format("{}:{}: a test must not sleep; use virtual time, or wait for the "
                    "event itself with a deadline",
                    source.path, line));
  }
  return findings;
}

}  // namespace mqttspec::tidy
