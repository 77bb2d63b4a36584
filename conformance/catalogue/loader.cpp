// Reads the catalogue's files. They are data that people edit, so everything that could be a slip
// (a key or a word that is not in use, a missing field, a wrong count) is refused with its place.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "conformance/catalogue/catalogue.hpp"

namespace mqttspec::catalogue {
namespace {

using Json = nlohmann::json;
using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 15> statement_keys = {
    "id",        "section",    "title",    "actor",  "level",           "kind",
    "summary",   "testable",   "reaction", "wait_s", "client_testable", "test_idea",
    "violation", "appendix_b", "note"};
constexpr std::array<std::string_view, 5> file_keys = {"protocol", "source", "numbered", "count",
                                                       "statements"};
constexpr std::array<std::string_view, 3> actors = {"client", "server", "both"};
constexpr std::array<std::string_view, 8> levels = {"MUST",   "MUST NOT", "SHOULD",   "MAY",
                                                    "stated", "inferred", "unstated", "none"};
constexpr std::array<std::string_view, 4> kinds = {"differs", "stricter", "weaker", "silent"};
constexpr std::array<std::string_view, 6> classes = {"wire",       "wire-negative", "timed",
                                                     "configured", "client-only",   "untestable"};
constexpr std::array<std::string_view, 6> reactions = {"must", "if-detected", "should",
                                                       "may",  "unstated",    "none"};

// One object of a file, and where it stands, for messages.
struct Place {
  std::string file;
  std::string path;
  const Json& json;

  [[noreturn]] void fail(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: {}: {}", file, path, what));
  }
  void only_keys(Words allowed) const {
    if (!json.is_object()) fail("has to be an object");
    for (const auto& [key, value] : json.items()) {
      if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
        fail(fmt::format("unknown key \"{}\"", key));
      }
    }
  }
  [[nodiscard]] const Json& member(const char* key, Json::value_t type) const {
    const auto found = json.find(key);
    if (found == json.end()) fail(fmt::format("\"{}\" is missing", key));
    if (found->type() != type) fail(fmt::format("\"{}\" has the wrong type", key));
    return *found;
  }
  [[nodiscard]] std::string text(const char* key) const {
    return member(key, Json::value_t::string).get<std::string>();
  }
  [[nodiscard]] std::string text_or_none(const char* key) const {
    return json.contains(key) ? text(key) : std::string();
  }
  [[nodiscard]] std::string word(const char* key, Words allowed) const {
    std::string value = text(key);
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      fail(fmt::format("\"{}\" is \"{}\", which is none of: {}", key, value,
                       fmt::join(allowed, ", ")));
    }
    return value;
  }
  [[nodiscard]] std::string word_or_none(const char* key, Words allowed) const {
    return json.contains(key) ? word(key, allowed) : std::string();
  }
  [[nodiscard]] std::uint64_t number(const char* key) const {
    return member(key, Json::value_t::number_unsigned).get<std::uint64_t>();
  }
};

codec::Version version_of(const Place& file) {
  const std::string protocol = file.text("protocol");
  for (const auto version : {codec::Version::v3_1, codec::Version::v3_1_1, codec::Version::v5_0}) {
    if (codec::to_string(version) == protocol) return version;
  }
  file.fail(fmt::format("\"protocol\" is \"{}\", which is none of: 3.1, 3.1.1, 5.0", protocol));
}

std::string appendix_b_of(const Place& place) {
  if (!place.json.contains("appendix_b")) return {};
  const Place inner{place.file, place.path + ".appendix_b",
                    place.member("appendix_b", Json::value_t::object)};
  return fmt::format("{}: {}", inner.text("kind"), inner.text("difference"));
}

Requirement requirement_of(const Place& place, codec::Version version, bool numbered) {
  place.only_keys(statement_keys);
  Requirement requirement;
  requirement.id = place.text("id");
  requirement.version = version;
  requirement.numbered = numbered;
  requirement.section = place.text("section");
  requirement.title = place.text("title");
  requirement.actor = place.word("actor", actors);
  requirement.level = place.word("level", levels);
  requirement.kind = place.word_or_none("kind", kinds);
  requirement.summary = place.text("summary");
  requirement.testable = place.word("testable", classes);
  requirement.reaction = place.word_or_none("reaction", reactions);
  requirement.test_idea = place.text("test_idea");
  requirement.violation = place.text("violation");
  requirement.appendix_b = appendix_b_of(place);
  requirement.note = place.text_or_none("note");
  if (place.json.contains("client_testable")) {
    requirement.client_testable =
        place.member("client_testable", Json::value_t::boolean).get<bool>();
  }
  if (place.json.contains("wait_s")) {
    requirement.wait_s = static_cast<int>(place.number("wait_s"));
  }
  const std::string prefix = std::string(codec::to_string(version)) + ":";
  if (!requirement.id.starts_with(prefix)) {
    place.fail(
        fmt::format("\"id\" is \"{}\" but has to begin with \"{}\"", requirement.id, prefix));
  }
  return requirement;
}

void load_file(const std::string& path, const std::string& text, std::vector<Requirement>& out) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path, error.what()));
  }
  const Place file{path, "file", json};
  file.only_keys(file_keys);
  const codec::Version version = version_of(file);
  const bool numbered = file.member("numbered", Json::value_t::boolean).get<bool>();
  const Json& statements = file.member("statements", Json::value_t::array);
  if (file.number("count") != statements.size()) {
    file.fail(fmt::format("\"count\" is {} but there are {} statements", file.number("count"),
                          statements.size()));
  }
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Place place{path, fmt::format("statements[{}]", i), statements[i]};
    out.push_back(requirement_of(place, version, numbered));
  }
}

// "3.1.2.10" -> {3, 1, 2, 10}, so that 3.10 comes after 3.9. 3.1 has no section numbers; its
// statements keep the order of their file.
std::vector<int> section_order(const Requirement& requirement) {
  std::vector<int> order;
  if (requirement.version == codec::Version::v3_1) return order;
  int number = 0;
  for (const char c : requirement.section + ".") {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
    } else {
      order.push_back(number);
      number = 0;
    }
  }
  return order;
}

}  // namespace

Catalogue Catalogue::from_texts(const std::vector<std::pair<std::string, std::string>>& files) {
  Catalogue catalogue;
  auto& all = catalogue.requirements_;
  for (const auto& [path, text] : files) load_file(path, text, all);
  std::stable_sort(all.begin(), all.end(), [](const Requirement& a, const Requirement& b) {
    if (a.version != b.version) return a.version < b.version;
    const auto left = section_order(a);
    const auto right = section_order(b);
    return left != right ? left < right : a.numbered && !b.numbered;
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!catalogue.index_.emplace(all[i].id, i).second) {
      throw std::runtime_error(fmt::format("the id {} stands twice in the catalogue", all[i].id));
    }
  }
  return catalogue;
}

}  // namespace mqttspec::catalogue
