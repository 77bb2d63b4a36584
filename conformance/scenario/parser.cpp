// parse_file(): the header of a file and of its scenarios. Steps are in parser_step.cpp, the values
// in them in shape_*.cpp.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "conformance/scenario/json_reader.hpp"
#include "conformance/scenario/parser_config.hpp"
#include "conformance/scenario/parser_step.hpp"
#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

std::string text_of(Reporter& reporter, const Value& value, const Place& place) {
  return check_text(reporter, value, place) ? *value.string() : std::string();
}

// Characters, not bytes: that is how the schema counts.
std::ptrdiff_t letters_in(const std::string& text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

void check_required(Reporter& reporter, const Value& value, const Place& place,
                    std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (value.find(key) == nullptr) {
      reporter.report(place, value.line, fmt::format("\"{}\" is missing", key));
    }
  }
}

// An object with at least `minimum` members, whose keys the scenario's author chooses.
const Object* check_named(Reporter& reporter, const Value& value, const Place& place,
                          std::size_t minimum, bool (*is_right)(std::string_view),
                          std::string_view rule) {
  const Object* members = value.object();
  if (members == nullptr) {
    reporter.report(place, value.line, fmt::format("expected an object, not {}", describe(value)));
    return nullptr;
  }
  if (members->size() < minimum) reporter.report(place, value.line, "the object is empty");
  for (const auto& [key, member] : *members) {
    if (is_right(key)) continue;
    reporter.report(place.member(key), member.line, fmt::format("a name here is {}", rule));
  }
  return members;
}

constexpr std::string_view name_rule =
    "small letters, digits and single dashes, beginning with a letter";
constexpr std::string_view client_rule =
    "a small letter, then at most ten small letters and digits";

class ScenarioParser {
 public:
  ScenarioParser(Reporter& reporter, const Value& value, const Place& place)
      : reporter_(reporter), value_(value), place_(place) {}

  Scenario parse() {
    scenario_.line = value_.line;
    const Object* members = check_object(reporter_, value_, place_, scenario_keys());
    if (members == nullptr) return scenario_;
    check_required(reporter_, value_, place_,
                   {"id", "title", "versions", "checks", "clients", "steps"});
    for (const auto& [key, member] : *members) {
      const Place at = place_.member(key);
      if (!take_text(key, member, at)) take_structure(key, member, at);
    }
    return std::move(scenario_);
  }

 private:
  bool take_text(std::string_view key, const Value& value, const Place& at) {
    if (key == "id") {
      scenario_.id = text_of(reporter_, value, at);
      if (!scenario_.id.empty() && !is_slug(scenario_.id)) {
        reporter_.report(at, value.line,
                         fmt::format("an id is small letters, digits and single dashes, not {}",
                                     describe(value)));
      }
    } else if (key == "title") {
      scenario_.title = text_of(reporter_, value, at);
      if (!scenario_.title.empty() && letters_in(scenario_.title) < 10) {
        reporter_.report(at, value.line, "a title is a sentence: say what a good broker does");
      }
    } else if (key == "note") {
      scenario_.note = text_of(reporter_, value, at);
    } else if (key == "exclusive") {
      scenario_.exclusive = text_of(reporter_, value, at);
    } else {
      return false;
    }
    return true;
  }

  void take_structure(std::string_view key, const Value& value, const Place& at) {
    if (key == "versions") {
      take_versions(value, at);
    } else if (key == "matrix") {
      take_matrix(value, at);
    } else if (key == "vars") {
      (void)check_named(reporter_, value, at, 0, is_name, name_rule);
      scenario_.vars = value;
    } else if (key == "requires") {
      take_requirements(value, at);
    } else if (key == "config") {
      check_config(reporter_, value, at);
      scenario_.config = value;
    } else if (key == "checks") {
      take_checks(value, at);
    } else if (key == "clients") {
      take_clients(value, at);
    } else if (key == "steps") {
      scenario_.steps = parse_steps(reporter_, value, at, "steps");
    }
  }

  void take_versions(const Value& value, const Place& at) {
    const Array* list = check_list(reporter_, value, at, 1);
    if (list == nullptr) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Value& name = (*list)[i];
      if (!check_word(reporter_, name, at.element(i), version_names())) continue;
      if (!seen.insert(*name.string()).second) {
        reporter_.report(at.element(i), name.line, "this version is named twice");
      }
      scenario_.versions.push_back(*version_by_name(*name.string()));
    }
  }

  void take_matrix(const Value& value, const Place& at) {
    const Object* axes = check_named(reporter_, value, at, 1, is_name, name_rule);
    if (axes == nullptr) return;
    for (const auto& [name, values] : *axes) {
      check_axis(reporter_, values, at.member(name));
      scenario_.matrix.push_back({name, values});
    }
  }

  void take_requirements(const Value& value, const Place& at) {
    const Array* list = check_list(reporter_, value, at, 1);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
      scenario_.requirements.push_back(text_of(reporter_, (*list)[i], at.element(i)));
    }
  }

  void take_checks(const Value& value, const Place& at) {
    const Object* checks = check_named(reporter_, value, at, 1, is_name, name_rule);
    if (checks == nullptr) return;
    for (const auto& [name, definition] : *checks) {
      scenario_.checks.push_back(parse_check(name, definition, at.member(name)));
    }
  }

  CheckDefinition parse_check(const std::string& name, const Value& value, const Place& at) {
    CheckDefinition check{name, {}, {}, {}, value.line};
    const Object* members = check_object(reporter_, value, at, check_keys());
    if (members == nullptr) return check;
    check_required(reporter_, value, at, {"level", "statements"});
    for (const auto& [key, member] : *members) {
      const Place here = at.member(key);
      if (key == "note") check.note = text_of(reporter_, member, here);
      if (key == "level") {
        check_level(member, here);
        check.level = member;
      }
      if (key == "statements") {
        check_statements(member, here);
        check.statements = member;
      }
    }
    return check;
  }

  void check_level(const Value& value, const Place& at) {
    if (is_variable(value)) return;
    if (value.object() == nullptr) {
      check_word(reporter_, value, at, level_names());
      return;
    }
    if (value.object()->empty()) reporter_.report(at, value.line, "the levels are missing");
    (void)check_object(reporter_, value, at, version_names());
    for (const auto& [version, level] : *value.object()) {
      check_word(reporter_, level, at.member(version), level_names());
    }
  }

  void check_statements(const Value& value, const Place& at) {
    const Array* list = check_list(reporter_, value, at, 1);
    if (list == nullptr) return;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Value& statement = (*list)[i];
      if (statement.string() == nullptr || !is_statement(*statement.string())) {
        reporter_.report(at.element(i), statement.line,
                         fmt::format("expected a statement such as \"5.0:MQTT-3.3.1-4\", not {}",
                                     describe(statement)));
      } else if (!seen.insert(*statement.string()).second) {
        reporter_.report(at.element(i), statement.line,
                         fmt::format("{} is cited twice", describe(statement)));
      }
    }
  }

  void take_clients(const Value& value, const Place& at) {
    const Object* clients = check_named(reporter_, value, at, 1, is_client_name, client_rule);
    if (clients == nullptr) return;
    for (const auto& [name, definition] : *clients) {
      scenario_.clients.push_back(parse_client(name, definition, at.member(name)));
    }
  }

  ClientDefinition parse_client(const std::string& name, const Value& value, const Place& at) {
    static constexpr std::array acks = {std::string_view("auto"), std::string_view("manual")};
    ClientDefinition client;
    client.name = name;
    client.line = value.line;
    const Object* members = check_object(reporter_, value, at, client_keys());
    if (members == nullptr) return client;
    for (const auto& [key, member] : *members) {
      const Place here = at.member(key);
      if (key == "note") {
        client.note = text_of(reporter_, member, here);
      } else if (key == "version") {
        if (!is_variable(member)) check_word(reporter_, member, here, version_names());
        client.version = member;
      } else if (key == "transport") {
        check_transport(member, here);
        client.transport = member;
      } else if (key == "acks") {
        check_word(reporter_, member, here, acks);
        client.automatic_acks = member != Value("manual");
      } else if (key == "connect") {
        check_packet_fields(reporter_, *find_packet("CONNECT"), member, here);
        client.connect = member;
      }
    }
    return client;
  }

  // A name, or an object that also says what a WebSocket's handshake has in it.
  void check_transport(const Value& value, const Place& at) {
    static constexpr std::array keys = {std::string_view("name"), std::string_view("subprotocols"),
                                        std::string_view("query")};
    if (value.object() == nullptr) {
      if (!is_variable(value)) check_word(reporter_, value, at, transport_names());
      return;
    }
    check_object(reporter_, value, at, keys);
    check_required(reporter_, value, at, {"name"});
    for (const auto& [key, member] : *value.object()) {
      const Place here = at.member(key);
      if (key == "name" && !is_variable(member)) {
        check_word(reporter_, member, here, transport_names());
      }
      if (key == "query") check_text(reporter_, member, here);
      if (key != "subprotocols" || is_variable(member)) continue;
      const Array* names = check_list(reporter_, member, here, 0);
      for (std::size_t i = 0; names != nullptr && i < names->size(); ++i) {
        check_text(reporter_, (*names)[i], here.element(i));
      }
    }
  }

  Reporter& reporter_;
  const Value& value_;
  const Place& place_;
  Scenario scenario_;
};

void take_scenarios(Reporter& reporter, const Value& value, const Place& place, File& file) {
  const Array* list = check_list(reporter, value, place, 1);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Place at = place.element(i);
    file.scenarios.push_back(ScenarioParser(reporter, (*list)[i], at).parse());
  }
}

}  // namespace

std::optional<File> parse_file(std::string_view text, std::string path,
                               std::vector<Problem>& problems) {
  Reporter reporter(path, problems);
  const std::optional<Value> value = read_json(text, reporter);
  if (!value) return std::nullopt;
  File file;
  file.path = std::move(path);
  const Place root;
  const Object* members = check_object(reporter, *value, root, file_keys());
  if (members == nullptr) return std::nullopt;
  check_required(reporter, *value, root, {"$schema", "theme", "scenarios"});
  for (const auto& [key, member] : *members) {
    const Place at = root.member(key);
    if (key == "$schema") file.schema = text_of(reporter, member, at);
    if (key == "theme") file.theme = text_of(reporter, member, at);
    if (key == "note") file.note = text_of(reporter, member, at);
    if (key == "vars") {
      (void)check_named(reporter, member, at, 0, is_name, name_rule);
      file.vars = member;
    }
    if (key == "scenarios") take_scenarios(reporter, member, at, file);
  }
  if (!reporter.clean()) return std::nullopt;
  return file;
}

}  // namespace mqttspec::scenario
