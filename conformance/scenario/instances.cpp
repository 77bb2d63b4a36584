// expand(): from scenarios with versions and a matrix to instances with variables and checks.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/scenario/expression.hpp"
#include "conformance/scenario/reporter.hpp"
#include "conformance/scenario/shape.hpp"
#include "conformance/scenario/spelling.hpp"

namespace mqttspec::scenario {
namespace {

constexpr std::size_t instances_max = 20'000;  // of one scenario; a guard against a slip, no limit

using Variables = std::vector<std::pair<std::string, Value>>;

Lookup lookup_in(const Variables& variables) {
  return [&variables](std::string_view name) -> const Value* {
    for (const auto& [key, value] : variables) {
      if (key == name) return &value;
    }
    return nullptr;
  };
}

void append_members(Variables& out, const Value& object) {
  if (object.object() == nullptr) return;
  out.insert(out.end(), object.object()->begin(), object.object()->end());
}

// What an axis' value is called in an instance's id.
std::string label(const Value& value) {
  if (const Value* name = value.find("name")) return name->string() ? *name->string() : "";
  return value.string() != nullptr ? *value.string() : describe(value);
}

class Expander {
 public:
  Expander(const std::shared_ptr<const File>& file, std::size_t index, Reporter& reporter)
      : file_(file),
        scenario_(file->scenarios[index]),
        path_(fmt::format("scenarios[{}]", index)),
        reporter_(reporter) {}

  void expand(std::vector<Instance>& out) {
    const std::size_t before = out.size();
    for (const Version version : scenario_.versions) expand_version(version, out);
    std::set<std::string> ids;
    for (std::size_t i = before; i < out.size(); ++i) {
      if (ids.insert(out[i].id).second) continue;
      report("matrix", scenario_.line,
             fmt::format("two combinations are both called {}; give the values names", out[i].id));
    }
    if (out.size() == before && reporter_.clean()) {
      report("matrix", scenario_.line, "no combination of versions and values is left");
    }
  }

 private:
  void report(std::string_view where, std::uint32_t line, std::string message) {
    reporter_.report(fmt::format("{}.{}", path_, where), line, std::move(message));
  }

  void expand_version(Version version, std::vector<Instance>& out) {
    Variables fixed{{"version", std::string(codec::to_string(version))}};
    append_members(fixed, file_->vars);
    append_members(fixed, scenario_.vars);
    std::vector<Variables> combinations{{}};
    for (const Axis& axis : scenario_.matrix) {
      const std::optional<Array> values = values_of(axis, fixed);
      if (!values) return;
      if (combinations.size() * values->size() > instances_max) {
        report("matrix", axis.values.line,
               fmt::format("the matrix has more than {} combinations", instances_max));
        return;
      }
      combinations = multiply(combinations, axis, *values);
    }
    for (Variables& combination : combinations) add(version, fixed, std::move(combination), out);
  }

  std::optional<Array> values_of(const Axis& axis, const Variables& fixed) {
    if (axis.values.array() != nullptr) return *axis.values.array();
    const std::string where = "matrix." + axis.name;
    // An axis names a list as it stands: what is in it is substituted when the instance runs.
    const std::string& text = *axis.values.string();
    const std::string_view name = std::string_view(text).substr(2, text.size() - 3);
    const Value* named = lookup_in(fixed)(name);
    if (named == nullptr) {
      std::vector<std::string_view> names;
      for (const auto& [key, value] : fixed) names.push_back(key);
      report_once(
          where, axis.values.line,
          fmt::format("there is no variable {}{}", quoted(name), did_you_mean(name, names)));
      return std::nullopt;
    }
    if (named->array() == nullptr || named->array()->empty()) {
      report_once(where, axis.values.line,
                  fmt::format("the variable {} is no list of values", quoted(name)));
      return std::nullopt;
    }
    return *named->array();
  }

  static std::vector<Variables> multiply(const std::vector<Variables>& combinations,
                                         const Axis& axis, const Array& values) {
    std::vector<Variables> out;
    for (const Variables& combination : combinations) {
      for (const Value& value : values) {
        out.push_back(combination);
        out.back().emplace_back(axis.name, value);
      }
    }
    return out;
  }

  void add(Version version, const Variables& fixed, Variables combination,
           std::vector<Instance>& out) {
    Instance instance;
    instance.file = file_;
    instance.scenario = &scenario_;
    instance.version = version;
    instance.variables.push_back(fixed.front());
    instance.variables.insert(instance.variables.end(), combination.begin(), combination.end());
    instance.variables.insert(instance.variables.end(), fixed.begin() + 1, fixed.end());
    if (!applies(instance.variables, combination)) return;
    instance.id = fmt::format("{}@{}", scenario_.id, codec::to_string(version));
    for (std::size_t i = 0; i < combination.size(); ++i) {
      const auto& [name, value] = combination[i];
      instance.id += fmt::format("{}{}={}", i == 0 ? "[" : ",", name, label(value));
    }
    if (!combination.empty()) instance.id += ']';
    add_checks(instance);
    out.push_back(std::move(instance));
  }

  bool applies(const Variables& variables, const Variables& combination) {
    for (const auto& [name, value] : combination) {
      const Value* when = value.find("when");
      if (when == nullptr || when->string() == nullptr) continue;
      const Result<bool> holds = evaluate_condition(*when->string(), lookup_in(variables));
      if (!holds) report_once(fmt::format("matrix.{}", name), when->line, holds.error());
      if (!holds || !*holds) return false;
    }
    return true;
  }

  void add_checks(Instance& instance) {
    const std::set<std::string> spoken = versions_spoken(instance);
    for (const CheckDefinition& definition : scenario_.checks) {
      Check check;
      check.name = definition.name;
      const std::string where = "checks." + check.name;
      const Result<Value> statements =
          substitute(definition.statements, lookup_in(instance.variables));
      if (!statements) {
        report_once(where + ".statements", definition.statements.line, statements.error());
      } else {
        flatten(*statements, spoken, where, check.statements);
      }
      if (check.asked()) set_level(instance, definition, where, check);
      instance.checks.push_back(std::move(check));
    }
  }

  std::set<std::string> versions_spoken(const Instance& instance) {
    std::set<std::string> spoken;
    for (const ClientDefinition& client : scenario_.clients) {
      if (client.version.is_null()) {
        spoken.insert(std::string(codec::to_string(instance.version)));
        continue;
      }
      const Result<Value> version = substitute(client.version, lookup_in(instance.variables));
      const std::string* name = version ? (*version).string() : nullptr;
      if (name != nullptr && version_by_name(*name)) {
        spoken.insert(*name);
      } else {
        report_once(
            fmt::format("clients.{}.version", client.name), client.version.line,
            version ? fmt::format("{} is no version", describe(*version)) : version.error());
      }
    }
    return spoken;
  }

  // Lists among the statements come from variables.
  void flatten(const Value& value, const std::set<std::string>& spoken, const std::string& where,
               std::vector<std::string>& out) {
    if (value.array() != nullptr) {
      for (const Value& element : *value.array()) flatten(element, spoken, where, out);
      return;
    }
    const std::string* id = value.string();
    if (id == nullptr || !is_statement(*id) || is_variable(value)) {
      report_once(where + ".statements", value.line,
                  fmt::format("{} is no statement", describe(value)));
      return;
    }
    const bool counts = spoken.count(id->substr(0, id->find(':'))) != 0;
    if (counts && std::find(out.begin(), out.end(), *id) == out.end()) out.push_back(*id);
  }

  void set_level(const Instance& instance, const CheckDefinition& definition,
                 const std::string& where, Check& check) {
    const Result<Value> level = substitute(definition.level, lookup_in(instance.variables));
    if (!level) {
      report_once(where + ".level", definition.level.line, level.error());
      return;
    }
    const Value* word = &*level;
    const std::string_view version = codec::to_string(instance.version);
    if (word->object() != nullptr) word = word->find(version);
    const std::optional<Level> found = word != nullptr && word->string() != nullptr
                                           ? level_by_name(*word->string())
                                           : std::nullopt;
    if (found) {
      check.level = *found;
    } else {
      report_once(where + ".level", definition.level.line,
                  word == nullptr ? fmt::format("no level is given for {}", version)
                                  : fmt::format("{} is no level; levels are MUST, SHOULD and MAY",
                                                describe(*word)));
    }
  }

  // What is wrong in one instance is usually wrong in all.
  void report_once(const std::string& where, std::uint32_t line, const std::string& message) {
    if (told_.insert(where + '\n' + message).second) report(where, line, message);
  }

  const std::shared_ptr<const File>& file_;
  const Scenario& scenario_;
  std::string path_;
  Reporter& reporter_;
  std::set<std::string> told_;
};

}  // namespace

std::vector<Instance> expand(std::shared_ptr<const File> file, std::vector<Problem>& problems) {
  std::vector<Instance> out;
  Reporter reporter(file->path, problems);
  for (std::size_t i = 0; i < file->scenarios.size(); ++i) {
    Expander(file, i, reporter).expand(out);
  }
  return out;
}

}  // namespace mqttspec::scenario
