// The two files beside the catalogue: reasons why a statement has no check, and proofs that checks
// can fail.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "conformance/catalogue/coverage.hpp"
#include "embedded/catalogue_files.hpp"

namespace mqttspec::catalogue {
namespace {

using Json = nlohmann::json;

constexpr std::string_view proofs_format = "mqttspec-proofs/1";

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", path, what));
}

Json parse(const std::string& path, const std::string& text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    fail(path, error.what());
  }
}

const Json& rows_of(const std::string& path, const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_array()) {
    fail(path, fmt::format("has to be an object with a list \"{}\"", key));
  }
  return json[key];
}

std::string text_of(const std::string& path, const Json& row, std::size_t place, const char* key) {
  if (!row.is_object() || !row.contains(key) || !row[key].is_string()) {
    fail(path, fmt::format("entry {}: needs a text \"{}\"", place, key));
  }
  return row[key].get<std::string>();
}

}  // namespace

const std::vector<ReasonRow>& reason_table() {
  static const std::vector<ReasonRow> table = {
      {"client-only", "Binds clients only, and nothing a server does shows whether they obey.",
       "client-only"},
      {"not-observable", "No byte and no moment on the wire depends on it.", "untestable"},
      {"no-client-can-cause", "The situation arises only inside the server or its host.", ""},
      {"no-verdict", "The text leaves every outcome open, so that none could be judged.", ""},
  };
  return table;
}

std::vector<Reason> reasons_from_text(const std::string& path, const std::string& text) {
  const Json json = parse(path, text);
  std::vector<Reason> reasons;
  for (const Json& row : rows_of(path, json, "statements")) {
    const std::size_t place = reasons.size();
    Reason reason{text_of(path, row, place, "statement"), text_of(path, row, place, "reason"),
                  text_of(path, row, place, "why")};
    const bool known = std::any_of(reason_table().begin(), reason_table().end(),
                                   [&](const ReasonRow& r) { return r.slug == reason.reason; });
    if (!known) fail(path, fmt::format("entry {}: no such reason: {}", place, reason.reason));
    if (reason.why.empty()) fail(path, fmt::format("entry {}: says no why", place));
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

std::vector<Reason> embedded_reasons() {
  std::vector<Reason> reasons;
  for (const Requirement& requirement : Catalogue::embedded().all()) {
    for (const ReasonRow& row : reason_table()) {
      if (row.testable.empty() || requirement.testable != row.testable) continue;
      reasons.push_back({requirement.id, std::string(row.slug), std::string(row.sentence)});
    }
  }
  const auto* file = mqttspec::embedded::find(mqttspec::embedded::catalogue_files(),
                                              "conformance/catalogue/reasoned.json");
  if (file == nullptr) throw std::runtime_error("reasoned.json is not embedded");
  auto written = reasons_from_text(std::string(file->path), std::string(file->content));
  std::move(written.begin(), written.end(), std::back_inserter(reasons));
  return reasons;
}

std::vector<Proof> proofs_from_text(const std::string& path, const std::string& text) {
  const Json json = parse(path, text);
  const Json& rows = rows_of(path, json, "proofs");
  if (json.value("format", "") != proofs_format) {
    fail(path, fmt::format("\"format\" has to be \"{}\"", proofs_format));
  }
  std::vector<Proof> proofs;
  for (const Json& row : rows) {
    const std::size_t place = proofs.size();
    const std::string check = text_of(path, row, place, "check");
    const std::size_t hash = check.find('#');
    if (hash == std::string::npos) {
      fail(path, fmt::format("entry {}: \"{}\" is not of the form scenario#check", place, check));
    }
    Proof proof;
    proof.citation = {check.substr(0, hash), check.substr(hash + 1),
                      text_of(path, row, place, "statement")};
    if (!row.contains("by") || !row["by"].is_array() || row["by"].empty()) {
      fail(path, fmt::format("entry {}: \"by\" has to be a list of slugs, not empty", place));
    }
    for (const Json& slug : row["by"]) {
      if (!slug.is_string()) fail(path, fmt::format("entry {}: \"by\" holds no text", place));
      proof.by.push_back(slug.get<std::string>());
    }
    proofs.push_back(std::move(proof));
  }
  return proofs;
}

std::string proofs_to_text(std::vector<Proof> proofs) {
  for (Proof& proof : proofs) std::sort(proof.by.begin(), proof.by.end());
  std::sort(proofs.begin(), proofs.end(), [](const Proof& a, const Proof& b) {
    return std::tie(a.citation.statement, a.citation) < std::tie(b.citation.statement, b.citation);
  });
  std::string text = fmt::format("{{\n  \"format\": \"{}\",\n  \"proofs\": [", proofs_format);
  const char* separator = "\n";
  for (const Proof& proof : proofs) {
    text += fmt::format("{}    {{ \"statement\": {}, \"check\": {}, \"by\": {} }}", separator,
                        Json(proof.citation.statement).dump(),
                        Json(proof.citation.scenario + "#" + proof.citation.check).dump(),
                        Json(proof.by).dump());
    separator = ",\n";
  }
  return text + (proofs.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace mqttspec::catalogue
