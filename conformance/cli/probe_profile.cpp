#include "conformance/cli/probe_profile.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "conformance/report/text.hpp"

namespace mqttspec::cli {
namespace {

using Json = nlohmann::ordered_json;

// Numbers, flags and lists of words: capabilities are nothing else.
Json to_json(const scenario::Value& value) {
  if (const bool* flag = value.boolean()) return *flag;
  if (const std::int64_t* number = value.integer()) return *number;
  if (const std::string* text = value.string()) return *text;
  Json list = Json::array();
  if (const scenario::Array* elements = value.array()) {
    for (const scenario::Value& element : *elements) list.push_back(to_json(element));
  }
  return list;
}

void add_text(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json listener_of(const TargetArgument& target, const RunArguments& broker) {
  Json listener = {{"host", target.host}, {"port", target.port}};
  if (target.transport != "tls") listener["path"] = target.path;
  if (target.transport != "ws") {
    add_text(listener, "ca", broker.ca);
    add_text(listener, "cert", broker.cert);
    add_text(listener, "key", broker.key);
    if (broker.insecure) listener["insecure"] = true;
  }
  return listener;
}

std::string note_of(const Probe& probe) {
  std::vector<std::string> parts;
  for (const ProbeFact& fact : probe.behaviour) {
    parts.push_back(fmt::format("{}: {}", fact.subject, fact.answer));
  }
  for (const ProbeFinding& finding : probe.findings) {
    parts.push_back(fmt::format("against {}: {}", finding.statement, finding.sentence));
  }
  return report::printable(fmt::format("Found by mqttspec probe. {}.", fmt::join(parts, "; ")));
}

}  // namespace

std::string profile_of(const Probe& probe, const TargetArgument& target,
                       const RunArguments& broker) {
  Json json;
  const std::string fallback =
      target.builtin ? "mqttspec-broker" : fmt::format("{}:{}", target.host, target.port);
  json["name"] = probe.name.empty() ? fallback : report::cut(report::printable(probe.name), 80);
  json["note"] = note_of(probe);
  if (!target.builtin) {
    if (target.transport == "tcp") {
      json["address"] = {{"host", target.host}, {"port", target.port}};
    } else {
      json["transports"][target.transport] = listener_of(target, broker);
    }
  }
  const auto user = broker.username ? broker.username : target.user_name;
  if (user && !user->empty()) json["user_name"] = *user;
  json["capabilities"] = Json::object();
  for (const auto& [name, value] : probe.capabilities) json["capabilities"][name] = to_json(value);
  return json.dump(2) + "\n";
}

}  // namespace mqttspec::cli
