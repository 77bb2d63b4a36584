// From a scenario's `config` to the lines of a broker's configuration files.
#include <unistd.h>

#include <algorithm>

#include "conformance/profile/profile.hpp"
#include "conformance/scenario/numbers.hpp"

namespace mqttspec::profile {

namespace {

using scenario::Value;
using Filled = scenario::Result<std::string>;

// Replaces ${name} by what `names` has under it; ${dir}, ${port} and ${tls_port} are left for
// later.
Filled fill_in(const std::string& text, const scenario::Object& names) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = text.find("${", from)) != std::string::npos;) {
    const std::size_t end = text.find('}', at);
    if (end == std::string::npos) break;
    const std::string name = text.substr(at + 2, end - at - 2);
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const auto& member) { return member.first == name; });
    result.append(text, from, at - from);
    if (found != names.end()) {
      const auto value = scenario::text_of(found->second);
      // A line break in a value would let a scenario write lines of its own.
      if (!value || value->find_first_of("\r\n") != std::string::npos) {
        return Filled::failure("${" + name + "} is nothing that fits into a line");
      }
      result += *value;
    } else if (name == "port" || name == "dir" || name.ends_with("_port")) {
      result.append(text, at, end + 1 - at);
    } else {
      return Filled::failure("there is no ${" + name + "} for the line \"" + text + "\"");
    }
    from = end + 1;
  }
  return result + text.substr(from);
}

// The members that an `each` line is written for, each with the names that may stand in the line.
std::vector<scenario::Object> members_of(const Value& value) {
  std::vector<scenario::Object> members;
  if (const auto* object = value.object()) {
    for (const auto& [name, content] : *object) {
      members.push_back({{"name", Value(name)}, {"value", content}});
    }
  } else if (const auto* list = value.array()) {
    for (const Value& element : *list) {
      if (const auto* fields = element.object()) {
        members.push_back(*fields);
      } else {
        members.push_back({{"value", element}});
      }
    }
  }
  return members;
}

const Value* find(const scenario::Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool applies(const Line& line, const scenario::Object& member) {
  return std::all_of(line.where.begin(), line.where.end(), [&](const auto& condition) {
    const Value* value = find(member, condition.first);
    const auto& allowed = condition.second;
    return std::find(allowed.begin(), allowed.end(), value != nullptr ? *value : Value()) !=
           allowed.end();
  });
}

bool mentions(const Line& line, const std::string& name) {
  return line.text.find("${" + name + "}") != std::string::npos ||
         std::any_of(line.where.begin(), line.where.end(),
                     [&](const auto& condition) { return condition.first == name; });
}

// Whether some `each` line of the mapping applies to the member, and every name of the member
// stands in one that does: what the lines do not mention ("client" of "deny") would be silently
// ignored.
std::optional<std::string> not_expressed(const ConfigMapping& mapping,
                                         const scenario::Object& member) {
  std::vector<const Line*> lines;
  for (const ConfigFile& file : mapping.files) {
    for (const Line& line : file.lines) {
      if (line.kind == Line::Kind::each && applies(line, member)) lines.push_back(&line);
    }
  }
  if (lines.empty()) return "it has no line for one of its members";
  for (const auto& entry : member) {
    if (std::none_of(lines.begin(), lines.end(),
                     [&](const Line* line) { return mentions(*line, entry.first); })) {
      return "it has no line that mentions \"" + entry.first + "\"";
    }
  }
  return std::nullopt;
}

ConfigFile& file_named(std::vector<ConfigFile>& files, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const ConfigFile& file) { return file.name == name; });
  if (found != files.end()) return *found;
  files.push_back({name, {}});
  return files.back();
}

// Appends the lines that set one key; a failure says why it cannot be set.
std::optional<std::string> apply(const ConfigMapping& mapping, const Value& value,
                                 std::vector<ConfigFile>& files) {
  if (!mapping.only.empty() &&
      std::find(mapping.only.begin(), mapping.only.end(), value) == mapping.only.end()) {
    return "not to this value";
  }
  const std::vector<scenario::Object> members = members_of(value);
  for (const auto& member : members) {
    if (auto why = not_expressed(mapping, member)) return why;
  }
  for (const ConfigFile& source : mapping.files) {
    ConfigFile& file = file_named(files, source.name);
    for (const Line& line : source.lines) {
      std::vector<scenario::Object> occasions{{{"value", value}}};
      if (line.kind == Line::Kind::each) occasions = members;
      if (line.kind == Line::Kind::when_root && geteuid() != 0) occasions.clear();
      for (const auto& names : occasions) {
        if (!applies(line, names)) continue;
        auto text = fill_in(line.text, names);
        if (!text) return text.error();
        file.lines.push_back({Line::Kind::plain, *text});
      }
    }
  }
  return std::nullopt;
}

}  // namespace

scenario::Result<Configuration> configure(const Profile& profile, const Value& config) {
  using Failure = scenario::Result<Configuration>;
  if (!profile.start) {
    return Failure::failure("the profile cannot set a configuration: it starts no broker");
  }
  Configuration result{profile.start->files, {}};
  for (ConfigFile& file : result.files) {
    std::erase_if(file.lines, [](const Line& line) {
      return line.kind == Line::Kind::when_root && geteuid() != 0;
    });
  }
  const auto* keys = config.object();
  if (keys == nullptr) return result;
  for (const auto& [key, value] : *keys) {
    const auto mapping = std::find_if(profile.config.begin(), profile.config.end(),
                                      [&, &name = key](const auto& m) { return m.key == name; });
    if (mapping == profile.config.end()) {
      return Failure::failure("the profile cannot set " + key);
    }
    if (const auto why = apply(*mapping, value, result.files)) {
      return Failure::failure("the profile cannot set " + key + ": " + *why);
    }
    result.prepare.insert(result.prepare.end(), mapping->prepare.begin(), mapping->prepare.end());
  }
  return result;
}

}  // namespace mqttspec::profile
