// Scenarios damaged in every way that can be listed; for tests.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "conformance/scenario/test_files.hpp"

namespace mqttspec::scenario::test {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

// A scenario that is right, for one snippet to be put into.
inline Json whole_file() {
  return Json::parse(R"({
    "$schema": "s.json", "theme": "t",
    "scenarios": [{
      "id": "a", "title": "a good broker does so", "versions": ["5.0"],
      "checks": { "c": { "level": "MUST", "statements": ["5.0:MQTT-1.5.4-1"] } },
      "clients": { "a": {}, "b": {} },
      "steps": [{ "client": "a", "connect": {} }]
    }]
  })");
}

inline void collect(const Json& value, const Pointer& at, std::vector<Pointer>& out) {
  out.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) collect(member, at / key, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collect(value[i], at / i, out);
  }
}

// Ways in which one value is damaged: removed, renamed, doubled, or of another kind. Of the other
// kinds each place tries every seventh, beginning elsewhere each time.
inline std::vector<std::pair<std::string, Json>> mutants_of(const Json& file, const Pointer& at,
                                                            std::size_t turn) {
  std::vector<std::pair<std::string, Json>> out;
  const auto replaced = [&](const char* how, Json value) {
    Json mutant = file;
    mutant[at] = std::move(value);
    out.emplace_back(how, std::move(mutant));
  };
  static const Json others = Json::parse(
      R"([null, true, -1, 0, 7, 1.5, "", "x", "0x1", "0x81", "${v}", "3s", "a-b", [], {},
          ["x"], [["a", "b"]], {"min": 1}, {"bytes": "00"}, {"one_of": ["x"]}])");
  for (std::size_t i = turn % 7; i < others.size(); i += 7) {
    if (file[at] != others[i]) replaced("replaced", others[i]);
  }
  const Json& value = file[at];
  if (value.is_array() && !value.empty()) {
    Json doubled = value;
    doubled.push_back(value.back());
    replaced("last element doubled", std::move(doubled));
    replaced("only the first element kept", Json::array({value.front()}));
  }
  if (at.empty() || !file[at.parent_pointer()].is_object()) return out;
  const Pointer parent = at.parent_pointer();
  Json without = file;
  without[parent].erase(at.back());
  Json renamed = without;
  renamed[parent][at.back() + "x"] = value;
  Json beside = file;
  beside[parent]["note"] = value;
  out.emplace_back("removed", std::move(without));
  out.emplace_back("renamed", std::move(renamed));
  out.emplace_back("copied to note", std::move(beside));
  return out;
}

// The keys of a value without its scalars: pieces that look alike are damaged alike.
inline std::string skeleton(const Json& value) {
  if (!value.is_structured()) return value.type_name();
  std::string out = value.is_object() ? "{" : "[";
  for (const auto& [key, member] : value.items()) {
    out += (value.is_object() ? key : "") + skeleton(member) + ",";
  }
  return out;
}

// All scenario files in small pieces: each different step in a file of its own, and each header
// with a single step. The pointer tells where the piece stands.
inline std::vector<std::pair<Json, Pointer>> pieces() {
  const Pointer the_step("/scenarios/0/steps/0");
  std::vector<std::pair<Json, Pointer>> out;
  std::set<std::string> seen;
  for (const auto& [path, text] : scenario_files()) {
    const Json file = Json::parse(text);
    for (const Json& scenario : file["scenarios"]) {
      for (const Json& step : scenario["steps"]) {
        if (!seen.insert(skeleton(step)).second) continue;
        Json piece = whole_file();
        piece[the_step] = step;
        out.emplace_back(std::move(piece), the_step);
      }
      Json header = scenario;
      header["steps"] = whole_file()[Pointer("/scenarios/0/steps")];
      if (header.contains("matrix") && header.dump().size() > 1200) header.erase("matrix");
      if (!seen.insert(skeleton(header)).second) continue;
      Json piece = whole_file();
      piece["scenarios"][0] = header;
      out.emplace_back(std::move(piece), Pointer());
    }
  }
  return out;
}

// Damages about `places` places, spread evenly over all pieces, so that the time it takes does not
// grow with the number of scenarios. `visit(mutant, start of the piece, what was done to it)`.
template <class Visit>
void for_each_mutant(std::size_t places, const Visit& visit) {
  std::vector<std::pair<const Json*, std::pair<Pointer, Pointer>>> all;  // file, start, place
  const auto files = pieces();
  for (const auto& [file, start] : files) {
    std::vector<Pointer> found;
    collect(file[start], start, found);
    for (Pointer& place : found) all.push_back({&file, {start, std::move(place)}});
  }
  const std::size_t stride = std::max<std::size_t>(1, all.size() / places);
  for (std::size_t i = 0; i < all.size(); i += stride) {
    const auto& [file, where] = all[i];
    for (const auto& [how, mutant] : mutants_of(*file, where.second, i / stride)) {
      visit(mutant, where.first, where.second.to_string() + " " + how);
    }
  }
}

}  // namespace mqttspec::scenario::test
