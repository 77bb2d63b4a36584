// print_file(): how a file is laid out. One step, check, client or matrix value a line.
#include <fmt/format.h>

#include "conformance/scenario/printer.hpp"
#include "conformance/scenario/vocabulary.hpp"

namespace mqttspec::scenario {
namespace {

class FilePrinter {
 public:
  std::string print(const File& file) {
    out_ = "{\n";
    depth_ = 1;
    text("$schema", file.schema);
    text("theme", file.theme);
    text("note", file.note);
    variables(file.vars);
    open("\"scenarios\": [");
    for (const Scenario& scenario : file.scenarios) print_scenario(scenario);
    close("]");
    end_of_line(false);
    return out_ + "}\n";
  }

 private:
  // Lines end with a comma until close() takes the last one away again.
  void line(const std::string& content) {
    out_.append(2 * depth_, ' ');
    out_ += content;
    out_ += ",\n";
  }
  void open(const std::string& content) {
    out_.append(2 * depth_, ' ');
    out_ += content;
    out_ += '\n';
    ++depth_;
  }
  void close(const std::string& bracket) {
    end_of_line(false);
    --depth_;
    line(bracket);
  }
  void end_of_line(bool comma) {
    if (!comma && out_.ends_with(",\n")) out_.erase(out_.size() - 2, 1);
  }

  void text(std::string_view key, const std::string& content) {
    if (!content.empty()) line(fmt::format("\"{}\": {}", key, print_string(content)));
  }
  void member(const std::string& key, const Value& value) {
    line(fmt::format("{}: {}", print_string(key), print_value(value)));
  }

  void variables(const Value& vars) {
    if (vars.object() == nullptr) return;
    if (vars.object()->empty()) return line("\"vars\": {}");
    open("\"vars\": {");
    for (const auto& [name, value] : *vars.object()) named_list(name, value);
    close("}");
  }

  // A list of objects gets a line for each, anything else one line.
  void named_list(const std::string& name, const Value& value) {
    const Array* list = value.array();
    const bool of_objects = list != nullptr && !list->empty() && list->front().object() != nullptr;
    if (!of_objects) return member(name, value);
    open(print_string(name) + ": [");
    for (const Value& element : *list) line(print_value(element));
    close("]");
  }

  void print_scenario(const Scenario& scenario) {
    open("{");
    text("id", scenario.id);
    text("title", scenario.title);
    text("note", scenario.note);
    Array versions;
    for (const Version version : scenario.versions) {
      versions.emplace_back(std::string(codec::to_string(version)));
    }
    member("versions", versions);
    if (scenario.config.object() != nullptr) member("config", scenario.config);
    print_matrix(scenario);
    if (!scenario.requirements.empty()) {
      member("requires", Array(scenario.requirements.begin(), scenario.requirements.end()));
    }
    text("exclusive", scenario.exclusive);
    print_checks(scenario);
    print_clients(scenario);
    variables(scenario.vars);
    open("\"steps\": [");
    for (const Step& step : scenario.steps) print_step(step);
    close("]");
    close("}");
  }

  void print_matrix(const Scenario& scenario) {
    if (scenario.matrix.empty()) return;
    open("\"matrix\": {");
    for (const Axis& axis : scenario.matrix) named_list(axis.name, axis.values);
    close("}");
  }

  void print_checks(const Scenario& scenario) {
    open("\"checks\": {");
    for (const CheckDefinition& check : scenario.checks) {
      Object members;
      if (!check.note.empty()) members.emplace_back("note", check.note);
      members.emplace_back("level", check.level);
      members.emplace_back("statements", check.statements);
      member(check.name, members);
    }
    close("}");
  }

  void print_clients(const Scenario& scenario) {
    open("\"clients\": {");
    for (const ClientDefinition& client : scenario.clients) {
      Object members;
      if (!client.note.empty()) members.emplace_back("note", client.note);
      if (!client.version.is_null()) members.emplace_back("version", client.version);
      if (!client.transport.is_null()) members.emplace_back("transport", client.transport);
      if (!client.automatic_acks) members.emplace_back("acks", "manual");
      if (!client.connect.is_null()) members.emplace_back("connect", client.connect);
      member(client.name, members);
    }
    close("}");
  }

  // A repeat and a parallel are opened up, so that their steps have a line each, too.
  void print_step(const Step& step) {
    if (step.steps.empty() && step.lanes.empty()) return line(print_value(to_value(step)));
    Step head = step;
    head.steps.clear();
    head.lanes.clear();
    if (!step.lanes.empty()) head.action = ActionKind::none;
    std::string first = print_value(to_value(head));
    const bool bare = first == "{}";
    first.resize(bare ? 1 : first.size() - 2);  // " }"
    const char* key = step.lanes.empty() ? "steps" : "parallel";
    open(fmt::format("{}{}\"{}\": [", first, bare ? " " : ", ", key));
    for (const Step& inner : step.steps) print_step(inner);
    for (const std::vector<Step>& lane : step.lanes) {
      open("[");
      for (const Step& inner : lane) print_step(inner);
      close("]");
    }
    close("] }");
  }

  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string print_file(const File& file) {
  return FilePrinter().print(file);
}

}  // namespace mqttspec::scenario
